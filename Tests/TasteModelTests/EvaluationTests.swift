import Foundation
import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct EvaluationTests {
  /// An owner whose liked songs have higher values in their blocks.
  private func dataset(songs: Int, samples: Int = 4) -> TasteDataset {
    let tracks = SyntheticOwner(songs: songs, columns: 6, distance: 2, albumSize: 3).tracks()
    return TasteDataset(tracks: tracks) { track, variant in
      let layout = BlockLayout(variant)
      var random = SplitMix64(seed: UInt64(track.identity[0]) << 8 | UInt64(track.identity[1]))
      var values: [Float16] = []
      for _ in 0..<samples {
        let block = (0..<layout.count).map { _ in
          let value = random.unit()
          return Float(track.liked ? value.squareRoot() : value)
        }
        values += BlockCoding.encode(block, variant: variant)
      }
      return SampleBlocks(samples: samples, values: values)
    }
  }

  @Test func theTreeIsJudgedBySamplesAndSongs() throws {
    var options = Evaluation.Options()
    options.learners = [.studyTree]
    options.splits = [.song]
    options.folds = 3
    options.study = true
    let rows = try Evaluation.run(dataset(songs: 90), options)
    let lines = rows.map { "\($0.features.rawValue) \($0.level.rawValue) \($0.aggregate?.rawValue ?? "-") \($0.split)" }
    let expected = ["study", "dense"].flatMap { features in
      ["sample - song", "song mean song", "song vote song", "song second-level song", "sample - sample"].map {
        "\(features) \($0)"
      }
    }
    #expect(lines == expected)
    for row in rows {
      #expect(row.learner == .studyTree && row.source == .audio)
      let auc = try #require(row.auc)
      #expect(auc > 0.6, "\(row)")
      let low = try #require(row.aucLow)
      let high = try #require(row.aucHigh)
      #expect(low <= auc && auc <= high)
      #expect((row.seconds ?? -1) >= 0)
    }
    // Several samples of a song together say more than one alone.
    let single = try #require(rows[0].auc)
    let together = try #require(rows[1].auc)
    #expect(together > single)
  }

  @Test func withoutTheStudysWayOnlySongsAreJudged() throws {
    var options = Evaluation.Options()
    options.learners = [.studyTree]
    options.folds = 3
    let rows = try Evaluation.run(dataset(songs: 90), options)
    #expect(!rows.isEmpty)
    #expect(rows.allSatisfy { $0.level == .song && $0.split != .sample })
  }

  @Test func judgedOnceEveryLearnerMeetsTheSameSongs() throws {
    var options = Evaluation.Options()
    options.learners = [.studyTree, .logistic]
    options.sources = [.audio]
    options.splits = [.song]
    options.once = true
    let dataset = dataset(songs: 100)
    var told: [Double] = []
    let rows = try Evaluation.run(dataset, options) { done, _ in told.append(done) }
    // Three tenths of 100 songs: an AUC counts half pairs of a liked and a rejected one among these.
    let division = try Evaluation.divisions(
      dataset, Grouping(dataset.tracks, by: .song), folds: 5, once: true,
      seed: SplitMix64.seed(options.seed, for: 1))
    let judged = try #require(division.first?.judged)
    #expect(division.count == 1 && (25...35).contains(judged.count))
    let liked = Double(judged.count { dataset.tracks[$0].liked })
    let steps = 2 * liked * (Double(judged.count) - liked)
    for row in rows {
      let auc = try #require(row.auc) * steps
      #expect(abs(auc - auc.rounded()) < 1e-6, "\(row)")
    }
    #expect(told == told.sorted() && (told.last ?? 0) <= 1 + 1e-9)
  }

  @Test func plainLearnersAreJudgedWithAndWithoutTagsByEachSplit() throws {
    var options = Evaluation.Options()
    options.learners = [.logistic]
    options.folds = 3
    let rows = try Evaluation.run(dataset(songs: 120), options)
    #expect(rows.map(\.split) == [.song, .album, .artist, .song, .album, .artist])
    #expect(rows.map(\.source) == [.audio, .audio, .audio, .audioAndTags, .audioAndTags, .audioAndTags])
    #expect(rows.allSatisfy { $0.features == .dense && $0.level == .song && $0.aggregate == nil })
    for row in rows {
      let precision = try #require(row.precision)
      let recall = try #require(row.recall)
      let f05 = 1.25 * precision * recall / (0.25 * precision + recall)
      let told = try (f05: #require(row.f05), combined: #require(row.combined), brier: #require(row.brier))
      #expect(abs(told.f05 - f05) < 1e-12)
      #expect(abs(told.combined - recall * f05) < 1e-12)
      #expect(told.brier < 0.25)
    }
  }

  @Test func aNetworkServesThreeLearners() throws {
    var options = Evaluation.Options()
    options.learners = [.studyVote, .studySecondLevel]
    options.epochs = 1
    options.threads = 2
    let tracks = dataset(songs: 90, samples: 2)
    // Only the study's blocks, to keep the test short.
    let dataset = TasteDataset(tracks: tracks.tracks) { track, variant in
      variant == .study ? try tracks.blocks?(track, variant) : nil
    }
    let rows = try Evaluation.run(dataset, options)
    #expect(rows.map(\.learner) == [.studyVote, .studySecondLevel])
    #expect(rows.map(\.aggregate) == [.vote, .secondLevel])
    #expect(rows.allSatisfy { $0.split == .song && $0.features == .study })
  }

  @Test func aSplitThatCannotBeMadeGivesNoRow() throws {
    // Two artists of all songs, each more than a tenth: nothing can be kept whole.
    var tracks = SyntheticOwner(songs: 120).tracks()
    for number in tracks.indices {
      tracks[number].tags = TrackTags(artist: number % 2 == 0 ? "A" : "B")
    }
    var options = Evaluation.Options()
    options.learners = [.logistic]
    options.sources = [.audio]
    #expect(try Evaluation.run(TasteDataset(tracks: tracks), options).map(\.split) == [.song])
  }

  @Test func rowsHaveAllKeysOfTheContract() throws {
    let row = EvaluationRow(
      learner: .studySecondLevel, features: .study, source: .audioAndTags, level: .song, aggregate: nil, split: .artist,
      precision: nil, recall: 0.5, f05: nil, combined: .nan, auc: 0.75, aucLow: nil, aucHigh: nil, brier: nil,
      seconds: 2)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(row), as: UTF8.self)
    #expect(
      text == """
        {"aggregate":null,"auc":0.75,"aucHigh":null,"aucLow":null,"brier":null,"combined":null,"f05":null,\
        "features":"study","learner":"study-second-level","level":"song","precision":null,"recall":0.5,"seconds":2,\
        "source":"audio+tags","split":"artist"}
        """)
  }

  @Test func repetitionsAreAveraged() {
    let mean = JudgedFigures.mean(of: [JudgedFigures(precision: 0.5, auc: 0.6), JudgedFigures(auc: 0.8)])
    #expect(mean.precision == 0.5)
    #expect(abs((mean.auc ?? 0) - 0.7) < 1e-12)
    #expect(mean.recall == nil)
  }

  @Test func theBestCutIsThatOfTheBestF05() {
    // At .8: 2 of 2 liked, F0.5 = 1.25 x 2 / (2 + .25 x 3) = .909; at .6: 2 of 3; at .4: 3 of 4, F0.5 = .789.
    #expect(JudgedScorer.bestCut([0.9, 0.8, 0.6, 0.4, 0.2], [true, true, false, true, false]) == 0.8)
  }

  @Test func twoRunsGiveEqualRows() throws {
    var options = Evaluation.Options()
    options.learners = [.studyTree, .knn, .forest, .smallNetwork, .combined]
    options.splits = [.song, .artist]
    options.folds = 3
    options.study = true
    func rows(threads: Int) throws -> [EvaluationRow] {
      options.threads = threads
      return try Evaluation.run(dataset(songs: 100, samples: 2), options).map { row in
        var row = row
        row.seconds = nil
        return row
      }
    }
    let first = try rows(threads: 1)
    #expect(first.count > 20)
    #expect(try rows(threads: 1) == first)
    #expect(try rows(threads: 3) == first)
  }

  @Test func whatCannotBeDividedOnceMoreIsAMissingRow() throws {
    // Every liked song is by one of two artists: an inner fold of whole artists has none.
    var tracks = SyntheticOwner(songs: 200, albumSize: 1).tracks()
    var liked = 0
    for number in tracks.indices where tracks[number].liked {
      tracks[number].tags.artist = "Liked \(liked % 4)"
      tracks[number].copyGroup = "group \(liked % 4)"
      liked += 1
    }
    var options = Evaluation.Options()
    options.learners = [.logistic, .forest]
    options.sources = [.audio]
    options.folds = 2
    let rows = try Evaluation.run(TasteDataset(tracks: tracks), options)
    #expect(rows.allSatisfy { ($0.auc ?? 0) > 0.5 })
  }

  @Test func neighboursWeighAllDenseColumnsAlike() throws {
    // Only the mel bands tell anything; the rolloff in Hz is noise of some thousands.
    let tracks = SyntheticOwner(songs: 120, columns: 6, distance: 0).tracks()
    let layout = BlockLayout(.dense)
    let dataset = TasteDataset(tracks: tracks) { track, variant in
      guard variant == .dense else { return nil }
      var random = SplitMix64(seed: UInt64(track.identity[0]) << 8 | UInt64(track.identity[1]))
      var block = (0..<layout.count).map { _ in Float(random.unit()) }
      for column in layout.range(.mel) where track.liked { block[column] += 0.3 }
      for column in layout.range(.rolloff) { block[column] = Float(8_000 * random.unit()) }
      return SampleBlocks(samples: 1, values: BlockCoding.encode(block, variant: .dense))
    }
    let recipe = Recipe(TrainingSettings(learner: .knn, blocks: .dense))
    let scorer = try recipe.fitSamples(
      dataset.batch(Array(0..<80)), dataset.liked(Array(0..<80)), seed: 1, progress: { _ in })
    let rest = Array(80..<120)
    let scores = try scorer.scores(of: dataset.batch(rest))
    #expect((Ranking(scores: scores, positive: dataset.liked(rest)).auc ?? 0) > 0.95)
    var writer = ByteWriter()
    scorer.preparation.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try BlockPreparation(from: &reader) == scorer.preparation)
  }
}
