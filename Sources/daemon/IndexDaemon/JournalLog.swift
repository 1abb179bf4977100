import Glibc
public import Logging
public import Settings
import Synchronization
import Tracks

/// The least important level that is printed, for all loggers together. It can change at any time.
public final class LogThreshold: Sendable {
  private let level: Mutex<Logger.Level>

  /// A threshold at a level.
  public init(_ level: LogSettings.Level) {
    self.level = Mutex(Self.level(level))
  }

  /// Changes the threshold.
  public func set(_ level: LogSettings.Level) {
    self.level.withLock { $0 = Self.level(level) }
  }

  var now: Logger.Level { level.withLock { $0 } }

  private static func level(_ level: LogSettings.Level) -> Logger.Level {
    switch level {
    case .debug: .debug
    case .info: .info
    case .notice: .notice
    case .warning: .warning
    case .error: .error
    }
  }
}

/// A log on standard error: with the journal's priority marks under systemd, with the level's name elsewhere.
public struct JournalLog: LogHandler {
  /// What is said with every message; not printed.
  public var metadata: Logger.Metadata = [:]
  private let threshold: LogThreshold
  private var own: Logger.Level?
  private let isJournal: Bool

  /// The least important level that is printed: the threshold, where this logger was given none of its own.
  public var logLevel: Logger.Level {
    get { own ?? threshold.now }
    set { own = newValue }
  }

  /// A log with a threshold. Standard error is taken for the journal where systemd says so.
  public init(threshold: LogThreshold) {
    self.threshold = threshold
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
    // By scalars: a CRLF is one character, and no line feed.
    let lines = "\(event.message)".unicodeScalars.split(separator: "\n").map(String.init)
    let text = lines.joined(separator: " ").plain
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
