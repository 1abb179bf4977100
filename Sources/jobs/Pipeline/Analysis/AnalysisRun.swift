import AnalysisWorker
import Logging
import MusicIndex
import Tracks

/// What an analysis of waiting files did.
public struct AnalysisResult: Sendable, Equatable {
  /// Files whose audio was measured.
  public var analysed = 0
  /// Files that only had to be looked at: their audio was known.
  public var recognised = 0
  /// Files that cannot be read.
  public var failed = 0
  /// Tracks of cue sheets whose audio was measured.
  public var parts = 0
  /// Tracks of cue sheets that cannot be analysed.
  public var failedParts = 0
  /// Files and tracks of cue sheets that could not be read for now and are tried again after a pause.
  public var postponed = 0
  /// Files and tracks of cue sheets that were taken in hand.
  public var taken = 0
  /// Why the run could not go on with the files that are left, if so.
  public var obstacle: String?

  /// An empty result.
  public init() {}
}

/// Looks at the files that wait, and measures the audio that is new, with a bounded number of files in hand.
///
/// Each result is stored as soon as it is there: whatever ends the run, at most the files in hand are done again.
actor AnalysisRun {
  private let index: MusicIndex
  private let pool: WorkerPool
  private let width: Int
  private let samples: Int
  private let now: @Sendable () -> Double
  private let logger: Logger
  private let progress: ProgressHandler

  private var queue: [FileRow] = []
  private var position = 0
  private var total = 0
  private var inHand: Set<AudioIdentity> = []
  private var postponed: [FileRow] = []
  private var result = AnalysisResult()

  /// A run that has `width` files in hand and takes `samples` samples of a song.
  init(
    index: MusicIndex, pool: WorkerPool, width: Int, samples: Int, now: @escaping @Sendable () -> Double,
    logger: Logger, progress: @escaping ProgressHandler
  ) {
    self.index = index
    self.pool = pool
    self.width = width
    self.samples = samples
    self.now = now
    self.logger = logger
    self.progress = progress
  }

  /// Analyses these files.
  ///
  /// - Throws: `IndexFailure`, or `CancellationError`.
  func run(_ files: [FileRow]) async throws -> AnalysisResult {
    queue = files
    total = files.count
    while position < queue.count, result.obstacle == nil {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<min(width, queue.count - position) {
          group.addTask { try await self.work() }
        }
        try await group.waitForAll()
      }
      // Copies of an audio that was in hand elsewhere come round again when it is done.
      queue = postponed
      postponed = []
      position = 0
    }
    return result
  }

  private func work() async throws {
    while position < queue.count, result.obstacle == nil {
      try Task.checkCancellation()
      let file = queue[position]
      position += 1
      tell(of: file)()
      try await analyse(file)
      tell(of: file)()
    }
  }

  private var done: Int { result.analysed + result.recognised + result.failed + result.postponed }

  /// Tells how far the run is: also every second of a file that takes long, for whoever watches that it goes on.
  private func tell(of file: FileRow) -> @Sendable () -> Void {
    let state = JobProgress(stage: .analysing, done: done, total: total, subject: file.path.display)
    return { [progress] in progress(state) }
  }

  private func analyse(_ file: FileRow) async throws {
    let probed: ProbedAudio
    switch await pool.probe(file.path, waiting: tell(of: file)) {
    case .success(let success): probed = success
    case .failure(let failure): return try fail(file, failure)
    }
    let version = FeatureVariant.dense.version
    let known = try index.write {
      try $0.setProbed(file.id, probed, version: version, at: now())
    }
    if known.isAnalysed {
      try index.write { try $0.endPause(of: file.id) }
      result.recognised += 1
      return
    }
    guard inHand.insert(probed.identity).inserted else {
      postponed.append(file)
      return
    }
    defer { inHand.remove(probed.identity) }
    logger.debug("measuring \(file.path.display)")
    let request = AnalysisRequest(
      path: file.path, variants: [.dense], samples: samples, properties: probed.properties)
    switch await pool.analyse(request, waiting: tell(of: file)) {
    case .success(let features):
      try index.write { transaction in
        for measured in features { try transaction.setFeatures(measured, of: known.audio) }
        try transaction.endPause(of: file.id)
      }
      result.analysed += 1
    case .failure(let failure):
      try fail(file, failure)
    }
  }

  private func fail(_ file: FileRow, _ failure: WorkerFailure) throws {
    if failure.reason == WorkerFailure.unreadable { logger.warning("\(failure.detail)") }
    if failure.isPassing {
      // A scan finds a missing one again or not, and a disk may be away for a moment: the others go on meanwhile.
      try index.write { try $0.postpone(file.id, reason: failure.reason, detail: failure.detail, at: now()) }
      result.postponed += 1
      return
    }
    if failure.concernsFile {
      try index.write { try $0.setFailed(file.id, reason: failure.reason, detail: failure.detail) }
      result.failed += 1
    } else if failure.reason == WorkerFailure.cancelled {
      throw CancellationError()
    } else {
      result.obstacle = failure.description
    }
  }
}

/// A song whose study features are wanted: a file, or a part of one.
struct StudySong {
  var audio: Int64
  var path: FilePath
  var span: AudioSpan?
  /// What the whole file's audio is.
  var properties: AudioProperties
}

/// Measures the study's features of audio that lacks them: of labelled songs, when a learner first asks.
actor StudyRun {
  private let index: MusicIndex
  private let pool: WorkerPool
  private let width: Int
  private let samples: Int
  private let progress: ProgressHandler
  private var queue: [StudySong] = []
  private var position = 0
  private var failures: [String] = []

  init(index: MusicIndex, pool: WorkerPool, width: Int, samples: Int, progress: @escaping ProgressHandler) {
    self.index = index
    self.pool = pool
    self.width = width
    self.samples = samples
    self.progress = progress
  }

  /// Measures these.
  ///
  /// - Returns: what went wrong, a line a file.
  func run(_ songs: [StudySong]) async throws -> [String] {
    queue = songs
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(width, queue.count) {
        group.addTask { try await self.work() }
      }
      try await group.waitForAll()
    }
    return failures
  }

  private func work() async throws {
    while position < queue.count {
      try Task.checkCancellation()
      let song = queue[position]
      position += 1
      let state = JobProgress(
        stage: .analysing, done: position - 1, total: queue.count, subject: song.path.display)
      let tell: @Sendable () -> Void = { [progress] in progress(state) }
      tell()
      let request = AnalysisRequest(
        path: song.path, variants: [.study], samples: samples, from: song.span?.start ?? 0, to: song.span?.end,
        properties: song.properties)
      switch await pool.analyse(request, waiting: tell) {
      case .success(let features):
        try index.write { transaction in
          for measured in features { try transaction.setFeatures(measured, of: song.audio) }
        }
      case .failure(let failure):
        if failure.reason == WorkerFailure.cancelled { throw CancellationError() }
        failures.append("\(song.path.display): \(failure)")
      }
    }
  }
}
