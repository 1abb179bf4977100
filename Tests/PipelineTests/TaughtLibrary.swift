import AnalysisWorker
import Logging
import MusicIndex
import Pipeline
import TasteModel
import TestSupport
import Testing
import Tracks

/// A library with features, whose owner judges songs by hand, and a worker that trains on them.
struct TaughtLibrary {
  let library: ListenedLibrary
  let pool: WorkerPool
  let pipeline: Pipeline
  /// The identity of each file, in the order of the names.
  let identities: [AudioIdentity]

  var index: MusicIndex { library.index }

  /// Makes a library of files of these names, by twenty artists; what they sound like says nothing.
  init(_ names: [String], _ change: (inout PipelineConfiguration) -> Void = { _ in }) async throws {
    let tags = names.enumerated().map {
      ($1, TrackTags(title: "Song \($0)", artist: "Artist \($0 % 20)"))
    }
    var library = try await ListenedLibrary(names, tags: Dictionary(uniqueKeysWithValues: tags))
    library.configuration.worker = WorkerPool.programBesideThis()
    library.configuration.training = TrainingSettings(learner: .logistic, folds: 3)
    change(&library.configuration)
    var random = SeededGenerator(seed: 3)
    var identities: [AudioIdentity] = []
    try library.index.write { transaction in
      for name in names {
        let id = try #require(try transaction.file(at: FilePath(library.file(name)))).id
        let file = try #require(try transaction.track(id, version: FeatureVariant.dense.version))
        identities.append(try #require(file.identity))
        let features = SongFeatures(
          variant: .dense, version: FeatureVariant.dense.version, starts: [0],
          blocks: [Float16](repeating: 1, count: BlockLayout(.dense).count),
          summary: (0..<SummaryLayout.count).map { _ in Float.random(in: -1...1, using: &random) })
        try transaction.setFeatures(features, of: try #require(file.audio))
      }
    }
    self.library = library
    self.identities = identities
    pool = Pipeline.pool(library.configuration)
    pipeline = Pipeline(
      configuration: library.configuration, index: library.index, pool: pool, logger: Logger(label: "test"))
  }

  /// The owner says what they think of some files, by number.
  func judge(_ songs: Range<Int>, _ word: (Int) -> Correction) async throws {
    try index.write { transaction in
      for song in songs { try transaction.setCorrection(word(song), of: identities[song], at: ListenedLibrary.now) }
    }
    _ = try await pipeline.label()
  }
}
