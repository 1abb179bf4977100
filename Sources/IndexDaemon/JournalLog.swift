import Glibc
public import Logging
public import Settings

/// A log on standard error: with the journal's priority marks under systemd, with the level's name elsewhere.
public struct JournalLog: LogHandler {
  /// What is said with every message; not printed.
  public var metadata: Logger.Metadata = [:]
  /// The least important level that is printed.
  public var logLevel: Logger.Level
  private let isJournal: Bool

  /// A log of a level. Standard error is taken for the journal where systemd says so.
  public init(level: LogSettings.Level) {
    logLevel =
      switch level {
      case .debug: .debug
      case .info: .info
      case .notice: .notice
      case .warning: .warning
      case .error: .error
      }
    isJournal = getenv("JOURNAL_STREAM") != nil
  }

  /// One value that is said with every message.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Prints a message, its lines joined.
  public func log(event: LogEvent) {
    let mark = isJournal ? "<\(Self.priority(event.level))>" : "\(event.level): "
    let text = "\(event.message)".split(separator: "\n").joined(separator: " ")
    let line = Array("\(mark)\(text)\n".utf8)
    // There is nobody left to tell that the log is gone.
    _ = write(STDERR_FILENO, line, line.count)
  }

  /// The priority of syslog(3) for a level.
  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
