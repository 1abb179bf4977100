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
    Terminal.tell("\(Terminal.isErrorTerminal ? "\r\u{1B}[K" : "")indexctl: \(event.message)")
  }
}
