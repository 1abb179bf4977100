public import Tracks

/// What the watcher tells. Every event only says where to look; the disk is the truth.
public enum WatchEvent: Sendable, Equatable {
  /// Something changed directly in this folder, which has been quiet since, or has waited long enough. The folder may be
  /// gone by now.
  case look(FilePath)
  /// What a folder leaves out of itself and of the folders below it has changed (`IgnoreRules.fileName`): look at it with
  /// every folder below.
  case rules(FilePath)
  /// Events were lost, or there are too many to tell one by one: look at everything.
  case overflow
  /// From now on, some changes are not noticed as they happen.
  case degraded(WatchTrouble)
  /// From now on, every change is noticed again as it happens.
  case recovered
  /// A file system appeared at this path.
  case mounted(FilePath)
  /// A file system is gone from this path.
  case unmounted(FilePath)
}

/// Why some changes are not noticed as they happen.
public struct WatchTrouble: Sendable, Hashable, CustomStringConvertible {
  /// The kinds of trouble.
  public enum Reason: String, Sendable, Codable, CaseIterable {
    /// The system allows no more watches to this user.
    case watchLimit
    /// The system allows no more users of inotify to this user, so nothing is watched.
    case instanceLimit
    /// The folder lies on a file system whose other users make no events here.
    case networkFileSystem
    /// inotify failed, so nothing is watched any more.
    case failed
  }

  /// The kind of trouble.
  public let reason: Reason
  /// What is the case, and what the owner can do, in sentences.
  public let advice: String

  /// Trouble of a kind with its advice.
  public init(reason: Reason, advice: String) {
    self.reason = reason
    self.advice = advice
  }

  /// The advice.
  public var description: String { advice }
}

/// What came of asking to watch a folder.
public enum WatchOutcome: Sendable, Equatable {
  /// The folder was not watched before, and is from now on: whatever happened in it until now was not noticed, so it has to
  /// be read, and every folder in it watched.
  case new
  /// The folder was watched already.
  case known
  /// There is no such folder (any more).
  case missing
  /// The system allows no more watches; the watcher is degraded, and the folder has to be read from time to time.
  case limit
  /// The system refuses to watch the folder, in its own words.
  case refused(String)
}
