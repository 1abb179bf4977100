import AnalysisWorker
import Foundation
import GRDB
import Glibc
import Labelling
import Logging
import TasteModel
import TestSupport
import Testing
import Tracks

@testable import MusicIndex
@testable import Pipeline

/// What every job behind the analysis costs of one new album. `INDEXD_ALBUM_SCALE=10000,100000` measures libraries of so many
/// tracks in CPU time, which the suite's other tests would disturb, and prints what it found.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["INDEXD_ALBUM_SCALE"] != nil), .serialized)
struct AlbumCostTests {
  /// A library that a model scores.
  private struct Taught {
    var library: LargeIndex
    let pipeline: Pipeline

    init(tracks count: Int) async throws {
      library = try LargeIndex(tracks: count)
      library.configuration.worker = WorkerPool.programBesideThis()
      library.configuration.training = TrainingSettings(learner: .logistic, folds: 3)
      library.configuration.selection.atLeast = 50
      pipeline = Pipeline(
        configuration: library.configuration, index: library.index, pool: Pipeline.pool(library.configuration),
        logger: Logger(label: "test"))
      try addSounds()
      try library.index.write { transaction in
        for song in 1...200 {
          let identity: Data = try #require(
            try transaction.value("SELECT identity FROM audio WHERE id = ?", [song * 20]))
          try transaction.setCorrection(
            song % 2 == 0 ? .good : .bad, of: try #require(AudioIdentity(bytes: Array(identity))), at: 1)
        }
      }
    }

    /// What every track without one sounds like; it says nothing.
    func addSounds() throws {
      var random = SeededGenerator(seed: 3)
      let version = FeatureVariant.dense.version
      try library.index.write { transaction in
        let audios = try Array(
          transaction.rows("SELECT id FROM audio WHERE id NOT IN (SELECT audio FROM summary)").map { $0[0] as Int64 })
        for audio in audios {
          let numbers = (0..<SummaryLayout.count).map { _ in Float.random(in: -1...1, using: &random) }
          try transaction.run(
            "INSERT INTO summary (audio, version, samples, numbers) VALUES (?, ?, 30, ?)",
            [audio, version, numbers.withUnsafeBytes { Data($0) }])
        }
      }
    }
  }

  /// The processor seconds of each job of a refresh, in their order.
  private func refresh(_ pipeline: Pipeline, training: Pipeline.TrainingMode) async throws -> [(
    job: Job, seconds: Double
  )] {
    let clock = JobClock()
    try await pipeline.refresh(training: training, incrementally: true) { await clock.begin($0) }
    return await clock.end()
  }

  private actor JobClock {
    private var times: [(job: Job, seconds: Double)] = []
    private var began = 0.0

    func begin(_ job: Job) {
      _ = end()
      times.append((job, 0))
      began = processorSeconds()
    }

    func end() -> [(job: Job, seconds: Double)] {
      if let last = times.indices.last, times[last].seconds == 0 { times[last].seconds = processorSeconds() - began }
      return times
    }
  }

  @Test func costs() async throws {
    let scales = ProcessInfo.processInfo.environment["INDEXD_ALBUM_SCALE"]?.split(separator: ",").compactMap { Int($0) }
    for count in scales ?? [] {
      let taught = try await Taught(tracks: count)
      func measure(_ name: String, training: Pipeline.TrainingMode) async throws {
        let times = try await refresh(taught.pipeline, training: training)
        let parts = times.map { "\($0.job) \(($0.seconds * 1_000).rounded() / 1_000)" }.joined(separator: ", ")
        let all = (times.map(\.seconds).reduce(0, +) * 1_000).rounded() / 1_000
        FileHandle.standardOutput.write(Data("\(count) tracks, \(name): \(all) s of CPU (\(parts))\n".utf8))
      }
      try await measure("everything", training: .whereDue)
      try await measure("the list again", training: .beside)
      for number in 1...3 {
        try taught.library.addAlbum()
        try taught.addSounds()
        try await measure("album \(number)", training: .beside)
      }
      try taught.library.addRecords()
      let began = processorSeconds()
      try #expect(taught.library.match(incrementally: true) == .sufficient)
      let spent = ((processorSeconds() - began) * 1_000).rounded() / 1_000
      FileHandle.standardOutput.write(Data("\(count) tracks, records of album 3 matched: \(spent) s of CPU\n".utf8))
    }
  }
}

private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
