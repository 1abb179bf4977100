/// What one worker process may take.
public struct WorkerLimits: Sendable, Equatable {
  /// The seconds for one request, for a job those since it last told of progress; `nil` for no limit. Time in which the
  /// worker was ready but got no processor does not count, so a busy machine makes no file fail.
  public var seconds: Double?
  /// The private memory in MiB (RLIMIT_DATA).
  public var megabytes: Int

  /// Limits on time and memory.
  public init(seconds: Double? = 120, megabytes: Int = 1024) {
    precondition(megabytes > 0, "a worker needs memory")
    self.seconds = seconds
    self.megabytes = megabytes
  }

  /// The limits of a training job: 3 GiB, and half an hour without progress.
  public static let training = WorkerLimits(seconds: 1800, megabytes: 3072)
}
