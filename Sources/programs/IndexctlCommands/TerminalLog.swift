import Glibc
import Logging

/// A log for commands in the foreground: warnings and errors go to standard error as they are, the rest is not shown.
struct TerminalLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.warning

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    // A bar that tells of progress stands there.
    if Terminal.isErrorTerminal { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
    Terminal.tell("indexctl: \(event.message)")
  }
}
