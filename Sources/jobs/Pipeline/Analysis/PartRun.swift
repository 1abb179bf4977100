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

  private var queue: [WaitingCueTrack] = []
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

  /// Measures these tracks.
  ///
  /// - Throws: `IndexFailure`, or `CancellationError`.
  func run(_ tracks: [WaitingCueTrack]) async throws -> AnalysisResult {
    queue = tracks
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
      let track = queue[position]
      position += 1
      let state = JobProgress(
        stage: .analysing, done: position - 1, total: queue.count, subject: track.path.display)
      let tell: @Sendable () -> Void = { [progress] in progress(state) }
      tell()
      let request = AnalysisRequest(
        path: track.path, variants: [.dense], samples: samples, from: track.span.start, to: track.span.end,
        properties: track.properties)
      switch await pool.analyse(request, waiting: tell) {
      case .success(let features):
        try index.write { transaction in
          for measured in features { try transaction.setFeatures(measured, of: track.audio) }
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
