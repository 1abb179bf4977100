public import Tracks

/// How foobar2000's files are read: the section `import`.
public struct ImportSettings: Sendable, Equatable {
  /// The code page of playlists and tables that are not Unicode, or `nil` for windows-1252 with a warning.
  public var codePage: String?
  /// The time zone of local times in tables, or `nil` for this machine's.
  public var timeZone: String?

  /// The section with every default.
  public init() {}
}

/// How the audio is analysed: the section `analysis`.
public struct AnalysisSettings: Sendable, Equatable {
  /// The number of worker processes, or `nil` for the number of this machine's cores.
  public var workers: Int?
  /// The number of samples a song.
  public var samples = 30
  /// The time in seconds after which a file's analysis is given up.
  public var timeLimit = 300
  /// The memory in MB that a worker process may use.
  public var memoryLimit = 1_024

  /// The section with every default.
  public init() {}
}

/// How the taste is learned: the section `model`.
public struct ModelSettings: Sendable, Equatable {
  /// What learns.
  public var learner = LearnerName.combined
  /// What it may know of a song.
  public var source = EvidenceSource.audioAndTags
  /// The seed of everything random.
  public var seed: UInt64 = 1
  /// The number of changed labels that a retraining waits for.
  public var retrainAfterLabels = 20
  /// The time in hours after which any changed label is enough for a retraining.
  public var retrainAfterHours = 24
  /// The number of folds of the evaluation.
  public var folds = 5

  /// The section with every default.
  public init() {}
}

/// When the music folders are looked at: the section `scan`.
public struct ScanSettings: Sendable, Equatable {
  /// The time in minutes between two looks at everything, whatever inotify says.
  public var intervalMinutes = 60
  /// The time in days that a missing file's history is kept.
  public var keepMissingDays = 365
  /// The time in seconds that a folder must have been quiet before it is looked at.
  public var settleSeconds = 1.0

  /// The section with every default.
  public init() {}
}

/// What is logged: the section `log`.
public struct LogSettings: Sendable, Equatable {
  /// The least important messages that are logged.
  public enum Level: String, Sendable, CaseIterable {
    /// Every step.
    case debug
    /// What a run did.
    case info
    /// What changed.
    case notice
    /// What the owner should look at.
    case warning
    /// What failed.
    case error
  }

  /// The least important messages that are logged.
  public var level = Level.info

  /// The section with every default.
  public init() {}
}

extension ImportSettings: SettingsSection {
  static var fields: [SettingsField<ImportSettings>] {
    [
      SettingsField("codePage", \.codePage, .optional(.codePage)),
      SettingsField("timeZone", \.timeZone, .optional(.timeZone)),
    ]
  }
}

extension AnalysisSettings: SettingsSection {
  static var fields: [SettingsField<AnalysisSettings>] {
    [
      SettingsField("workers", \.workers, .optional(.whole(1...64))),
      SettingsField("samples", \.samples, .whole(1...200)),
      SettingsField("timeLimit", \.timeLimit, .whole(5...86_400)),
      SettingsField("memoryLimit", \.memoryLimit, .whole(128...65_536)),
    ]
  }
}

extension ModelSettings: SettingsSection {
  static var fields: [SettingsField<ModelSettings>] {
    [
      SettingsField("learner", \.learner, .word(of: LearnerName.serving)),
      SettingsField("source", \.source, .word),
      SettingsField("seed", \.seed, .whole(upTo: UInt64(UInt32.max))),
      SettingsField("retrainAfterLabels", \.retrainAfterLabels, .whole(1...100_000)),
      SettingsField("retrainAfterHours", \.retrainAfterHours, .whole(1...8_760)),
      SettingsField("folds", \.folds, .whole(2...20)),
    ]
  }
}

extension ScanSettings: SettingsSection {
  static var fields: [SettingsField<ScanSettings>] {
    [
      SettingsField("intervalMinutes", \.intervalMinutes, .whole(1...10_080)),
      SettingsField("keepMissingDays", \.keepMissingDays, .whole(0...36_500)),
      SettingsField("settleSeconds", \.settleSeconds, .number(0...60)),
    ]
  }
}

extension LogSettings: SettingsSection {
  static var fields: [SettingsField<LogSettings>] {
    [SettingsField("level", \.level, .word)]
  }
}
