import Foundation
import MusicIndex
import Pipeline
import TasteModel
import TestSupport
import Testing
import Tracks

/// A program whose features are of a new version: the model on the old ones serves until there is a new one.
@Suite struct OldModelTests {
  private static let old = FeatureVariant.dense.version - 1
  private static let new = FeatureVariant.dense.version

  private static func features(_ version: Int, _ seed: UInt64) -> SongFeatures {
    var random = SeededGenerator(seed: seed)
    return SongFeatures(
      variant: .dense, version: version, starts: [0],
      blocks: [Float16](repeating: 1, count: BlockLayout(.dense).count),
      summary: (0..<SummaryLayout.count).map { _ in Float.random(in: -1...1, using: &random) })
  }

  private static func use(_ version: Int, in index: MusicIndex) throws {
    let tracks = (0..<60).map { song in
      TasteTrack(
        identity: [UInt8(song)], liked: song % 3 == 0, summary: features(version, UInt64(song) + 100).summary)
    }
    let settings = TrainingSettings(learner: .logistic, folds: 2, threads: 2)
    let model = try TasteTrainer.train(
      TasteDataset(tracks: tracks), settings, trainedAt: 0, featureVersion: version)
    let figures = String(decoding: try JSONEncoder().encode(model.figures), as: UTF8.self)
    try index.write { transaction in
      let id = try transaction.insertModel(
        StoredModel(
          learner: "logistic", trainedAt: 0, featureVersion: version, labelDigest: [], isAccepted: true,
          verdict: "accepted", figures: figures, bytes: model.encode()))
      try transaction.setNote(.activeModel, id)
    }
  }

  @Test func servesUntilThereIsANewOne() async throws {
    let library = try await ListenedLibrary(["a.flac", "b.flac", "c.flac"])
    let index = library.index
    var audios: [Int64] = []
    try index.read { transaction in
      try transaction.forEachTrack(version: Self.new) { if let audio = $0.audio { audios.append(audio) } }
    }
    #expect(audios.count == 3)
    try index.write { transaction in
      for audio in audios { try transaction.setFeatures(Self.features(Self.old, UInt64(audio)), of: audio) }
    }
    try Self.use(Self.old, in: index)
    #expect(try await library.pipeline.score() == 3)
    let before = try index.read { try $0.scores() }
    #expect(before.count == 3)

    // Nothing of the new version yet, and then something.
    #expect(try await library.pipeline.score() == 0)
    #expect(try index.read { try $0.scores() } == before)
    try index.write { try $0.setFeatures(Self.features(Self.new, 1), of: audios[0]) }
    #expect(try await library.pipeline.score() == 0)
    #expect(try index.read { try $0.scores() } == before, "what it said of one whose old features are gone stands")
    #expect(try library.status().model != nil)

    try Self.use(Self.new, in: index)
    #expect(try await library.pipeline.score() == 1)
    #expect(try Set(index.read { try $0.scores() }.keys) == [audios[0]])
  }
}
