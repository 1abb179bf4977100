import Foundation
import MusicIndex
import TasteModel
import TestSupport
import Testing
import Tracks

@testable import Pipeline

/// How long a model takes from the index until it can score. `LEARNER=combined SONGS=5626` tries others.
@Suite struct ModelLoadTests {
  @Test func modelsLoadInMilliseconds() throws {
    let environment = ProcessInfo.processInfo.environment
    let learner = environment["LEARNER"].flatMap { LearnerName(rawValue: $0) } ?? .combined
    let songs = environment["SONGS"].flatMap { Int($0) } ?? 120
    var random = SeededGenerator(seed: 11)
    let tracks = (0..<songs).map { song -> TasteTrack in
      let liked = song % 3 == 0
      let summary = (0..<SummaryLayout.count).map { column -> Float in
        Float.random(in: -1...1, using: &random) + (liked && column % 40 == 0 ? 0.5 : 0)
      }
      return TasteTrack(identity: [UInt8(song >> 8), UInt8(song & 255)], liked: liked, summary: summary)
    }
    let model = try TasteTrainer.train(
      TasteDataset(tracks: tracks), TrainingSettings(learner: learner, folds: 2, threads: 2), trainedAt: 0)
    let bytes = model.encode()
    let folder = try TemporaryFolder()
    let index = try MusicIndex(FilePath(folder["index.sqlite"]))
    let figures = String(decoding: try JSONEncoder().encode(model.figures), as: UTF8.self)
    try index.write { transaction in
      let id = try transaction.insertModel(
        StoredModel(
          learner: learner.rawValue, trainedAt: 0, featureVersion: FeatureVariant.dense.version, labelDigest: [],
          isAccepted: true, verdict: "accepted", figures: figures, bytes: bytes))
      try transaction.setNote(.activeModel, id)
    }
    let clock = ContinuousClock()
    var times: [Double] = []
    for _ in 0..<5 {
      var loaded: ActiveModel?
      let time = try clock.measure { loaded = try ActiveModel.load(index) }
      #expect(loaded?.id == 1)
      times.append(time / .milliseconds(1))
    }
    let best = times.min() ?? .infinity
    print("load: \(learner.rawValue), \(songs) songs, \(bytes.count) bytes: \(best) ms")
    // Some milliseconds on an idle machine; the bound leaves room for a busy one.
    #expect(best < 250)
  }
}
