/// What the doctor found out of one thing that may go wrong.
public struct Finding: Sendable, Equatable {
  /// How bad it is.
  public enum Level: String, Sendable {
    /// It is as it should be.
    case ok
    /// indexd works, but not as well as it could.
    case warning
    /// The caller may not see it.
    case unknown
    /// indexd does not work, or soon will not.
    case problem
  }

  /// How bad it is.
  public var level: Level
  /// What was looked at, in one or two words.
  public var subject: String
  /// What is the case, as a sentence without a full stop.
  public var words: String
  /// What to do about it: a command for a shell where one does it, else in words; `nil` where there is nothing to do.
  public var advice: String?
  /// Whether the advice is a command.
  public var isCommand = false

  static func ok(_ subject: String, _ words: String) -> Finding {
    Finding(level: .ok, subject: subject, words: words)
  }

  static func warning(_ subject: String, _ words: String, _ advice: String) -> Finding {
    Finding(level: .warning, subject: subject, words: words, advice: advice)
  }

  static func warning(_ subject: String, _ words: String, run command: String) -> Finding {
    Finding(level: .warning, subject: subject, words: words, advice: command, isCommand: true)
  }

  /// What the caller may not see; root may.
  static func unknown(_ subject: String, _ words: String) -> Finding {
    Finding(
      level: .unknown, subject: subject, words: "cannot tell: \(words)", advice: "sudo indexctl doctor",
      isCommand: true)
  }

  static func problem(_ subject: String, _ words: String, _ advice: String) -> Finding {
    Finding(level: .problem, subject: subject, words: words, advice: advice)
  }

  static func problem(_ subject: String, _ words: String, run command: String) -> Finding {
    Finding(level: .problem, subject: subject, words: words, advice: command, isCommand: true)
  }
}
