public import Tracks

/// What a worker program can do. Every function works synchronously, and throws the failure that is the file's.
public struct WorkerHandlers {
  /// A job's work: from its payload to its answer; tells the part that is done, from 0 to 1.
  public typealias Job = (_ payload: [UInt8], _ progress: (Double) -> Void) throws -> [UInt8]

  /// Looks at a file.
  public var probe: (FilePath) throws -> ProbedAudio
  /// Measures a track.
  public var analyse: (AnalysisRequest) throws -> [SongFeatures]
  /// Computes the fingerprint of a part of a file.
  public var fingerprint: (FingerprintRequest) throws -> [UInt32]
  /// The jobs by name.
  public var jobs: [String: Job]
  /// Gives up everything that the work does not need, before the first request. What it throws ends the worker.
  public var confine: () throws -> Void
  /// Takes note of the file that the next request is about.
  public var take: (HandedFile) -> Void
  /// The failure that an error of these functions stands for. A `WorkerFailure` stands for itself.
  public var describe: (any Error) -> WorkerFailure

  /// Handlers of these functions.
  public init(
    probe: @escaping (FilePath) throws -> ProbedAudio,
    analyse: @escaping (AnalysisRequest) throws -> [SongFeatures],
    fingerprint: @escaping (FingerprintRequest) throws -> [UInt32],
    jobs: [String: Job] = [:],
    confine: @escaping () throws -> Void = {},
    take: @escaping (HandedFile) -> Void = { _ in },
    describe: @escaping (any Error) -> WorkerFailure
  ) {
    self.probe = probe
    self.analyse = analyse
    self.fingerprint = fingerprint
    self.jobs = jobs
    self.confine = confine
    self.take = take
    self.describe = describe
  }
}
