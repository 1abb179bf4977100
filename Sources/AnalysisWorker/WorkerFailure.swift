/// Why a worker gave no result.
public struct WorkerFailure: Error, Codable, Sendable, Hashable, CustomStringConvertible {
  /// The reason as one word: the decoder's own for a file that cannot be decoded, else one of the constants here.
  public let reason: String
  /// The rest of the story in words, without a full stop: the subject and what the system or the C library said.
  public let detail: String

  /// A failure of a reason and its story.
  public init(reason: String, detail: String) {
    self.reason = reason
    self.detail = detail
  }

  /// The worker ended in the middle of the file.
  public static let crashed = "crashed"
  /// The worker took longer than its limit and was ended.
  public static let timedOut = "timedOut"
  /// The file made the worker ask for more memory than its limit.
  public static let outOfMemory = "outOfMemory"
  /// No worker could be started, or the program is of another version.
  public static let workerMissing = "workerMissing"
  /// The task that waited for the result was cancelled.
  public static let cancelled = "cancelled"
  /// The pool was shut down.
  public static let shutDown = "shutDown"
  /// The worker does not know the job that it was asked for.
  public static let unknownJob = "unknownJob"

  /// The file was not there: it went away since it was found, or the disk did. The next scan tells.
  public static let fileMissing = "missing"

  /// The system could not read the file, or had no room for it, at this moment.
  public static let unreadable = "unreadable"
  /// Earlier versions had programs read the file, and these were not there.
  public static let decoderMissing = "ffmpegMissing"

  /// What the detail of a failure says that happened again in another fresh worker.
  public static let twice = "in two fresh workers"
  /// The reasons that may come from outside, such as a signal or a lack of memory: they are the file's only where they
  /// befell two fresh workers.
  public static let doubtful = [crashed, outOfMemory, timedOut]

  /// This failure, told as the second one of a file in a fresh worker.
  func again(after first: WorkerFailure) -> WorkerFailure {
    let story =
      first.reason == reason
      ? "it happened \(Self.twice)" : "it failed \(Self.twice), at first: \(first.description)"
    return WorkerFailure(reason: reason, detail: detail.isEmpty ? story : "\(detail); \(story)")
  }

  /// Whether the file is left as it is and tried again, and the others go on meanwhile.
  public var isPassing: Bool { [Self.fileMissing, Self.unreadable].contains(reason) }

  /// Whether the failure says something of the file, and will happen again until the file changes. The others say
  /// something of this machine or this moment, and must not be kept as the file's failure.
  public var concernsFile: Bool {
    ![Self.workerMissing, Self.cancelled, Self.shutDown, Self.unknownJob].contains(reason)
  }

  /// The reason and the story.
  public var description: String {
    detail.isEmpty ? reason : "\(reason): \(detail)"
  }
}
