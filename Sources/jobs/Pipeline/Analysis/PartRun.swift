import AnalysisWorker
import MusicIndex
import Tracks

/// Measures the tracks of cue sheets, each for itself, with a bounded number in hand.
actor PartRun {
  private let index: MusicIndex
  private let pool: WorkerPool
  private let width: Int
  private let samples: Int
  private let now: @Sendable () -> Double
  private let progress: ProgressHandler

  private var queue: [Int64] = []
  private var position = 0
  private var result = AnalysisResult()

  /// A run that has `width` tracks in hand and takes `samples` samples of each.
  init(
    index: MusicIndex, pool: WorkerPool, width: Int, samples: Int, now: @escaping @Sendable () -> Double,
    progress: @escaping ProgressHandler
  ) {
    self.index = index
    self.pool = pool
    self.width = width
    self.samples = samples
    self.now = now
    self.progress = progress
  }

  /// Measures the parts of these numbers.
  ///
  /// - Throws: `IndexFailure`, or `CancellationError`.
  func run(_ parts: [Int64]) async throws -> AnalysisResult {
    queue = parts
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(width, queue.count) {
        group.addTask { try await self.work() }
      }
      try await group.waitForAll()
    }
    return result
  }

  private func work() async throws {
    while position < queue.count, result.obstacle == nil {
      try Task.checkCancellation()
      let number = queue[position]
      position += 1
      let version = FeatureVariant.dense.version
      let (part, whole) = try index.read { transaction in
        let part = try transaction.track(number, version: version)
        return (part, try part.flatMap { try transaction.track($0.file, version: version) })
      }
      // Its file may have gone since.
      guard let track = part, let audio = track.audio, let span = track.span, let properties = whole?.properties
      else { continue }
      let state = JobProgress(
        stage: .analysing, done: position - 1, total: queue.count, subject: track.path.display)
      let tell: @Sendable () -> Void = { [progress] in progress(state) }
      tell()
      let request = AnalysisRequest(
        path: track.path, variants: [.dense], samples: samples, from: span.start, to: span.end, properties: properties)
      switch await pool.analyse(request, waiting: tell) {
      case .success(let features):
        try index.write { transaction in
          for measured in features { try transaction.setFeatures(measured, of: audio) }
          try transaction.endPause(of: track.id)
        }
        result.parts += 1
      case .failure(let failure) where failure.isPassing:
        try index.write { try $0.postpone(track.id, reason: failure.reason, detail: failure.detail, at: now()) }
        result.postponed += 1
      case .failure(let failure) where failure.concernsFile:
        try index.write {
          try $0.setFailed(track.id, reason: failure.reason, detail: failure.detail)
        }
        result.failedParts += 1
      case .failure(let failure):
        if failure.reason == WorkerFailure.cancelled { throw CancellationError() }
        result.obstacle = failure.description
      }
    }
  }
}
