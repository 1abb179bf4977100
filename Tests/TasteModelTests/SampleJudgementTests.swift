import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct SampleJudgementTests {
  /// Songs whose samples are alike within a song and say nothing about the opinion on another: what a tree finds in them
  /// it can only have from other samples of the same song. With `hint` liked songs have higher values.
  private func dataset(songs: Int, samples: Int, hint: Bool) -> TasteDataset {
    let tracks = SyntheticOwner(songs: songs, columns: 4, distance: 1).tracks()
    return TasteDataset(tracks: tracks) { track, variant in
      let layout = BlockLayout(variant)
      let number = UInt64(track.identity[0]) << 8 | UInt64(track.identity[1])
      var values: [Float16] = []
      for sample in 0..<samples {
        var own = SplitMix64(seed: number)
        var noise = SplitMix64(seed: number << 8 | UInt64(sample))
        let block = (0..<layout.count).map { _ in
          let value = own.unit() * 0.98 + noise.unit() * 0.02
          return Float(hint && track.liked ? value.squareRoot() : value)
        }
        values += BlockCoding.encode(block, variant: variant)
      }
      return SampleBlocks(samples: samples, values: values)
    }
  }

  private let recipe = Recipe(TrainingSettings(learner: .studyTree, blocks: .dense))

  @Test func onlyTheStudysSplitRemembersSongs() throws {
    let dataset = dataset(songs: 80, samples: 8, hint: false)
    let remembered = try #require(
      try SampleJudgement.bySamples(dataset, recipe, seed: 1, progress: { _ in })[.sample])
    #expect((remembered.auc ?? 0) > 0.9)
    #expect(remembered.brier == nil)
    let grouping = Grouping(dataset.tracks, by: .song)
    let divisions = try Folds(liked: dataset.liked, grouping: grouping, count: 4, seed: 1).divisions
    let honest = try SampleJudgement.bySongs(
      Fitting(dataset, grouping, recipe), divisions, seed: 1, progress: { _ in })
    for line in [SampleJudgement.Line.sample, .mean, .vote, .secondLevel] {
      #expect(abs((honest[line]?.auc ?? 0) - 0.5) < 0.17, "\(line)")
    }
  }

  @Test func theStudysSplitJudgesThreeTenthsAtOneHalf() throws {
    let dataset = dataset(songs: 40, samples: 5, hint: true)
    let found = try #require(try SampleJudgement.bySamples(dataset, recipe, seed: 7, progress: { _ in })[.sample])
    // The same by hand: three tenths of 200 samples, answered by a tree that saw the other seven.
    var random = SplitMix64(seed: SplitMix64.seed(7, for: 0x7361_6D70))
    let order = random.permutation(200)
    let (training, judged) = try SampleRows.parted(
      dataset.batch(Array(0..<40)), dataset.liked, recipe.preparation, apart: Set(order.prefix(60)))
    #expect(training.songs.count == 140 && judged.songs.count == 60)
    let answers = try recipe.fitSamples(training, seed: 7, progress: { _ in }).classifier.probabilities(of: judged.rows)
    let called = answers.indices.filter { answers[$0] >= 0.5 }
    let hits = called.count { judged.liked[$0] }
    #expect(found.precision == Double(hits) / Double(called.count))
    #expect(found.recall == Double(hits) / Double(judged.liked.count { $0 }))
    #expect(found.auc == Ranking(scores: answers, positive: judged.liked).auc)
  }

  @Test func everyLineOfASongsJudgementIsWhatItsNameSays() throws {
    let dataset = dataset(songs: 60, samples: 5, hint: true)
    let grouping = Grouping(dataset.tracks, by: .song)
    let division = try Folds(liked: dataset.liked, grouping: grouping, count: 3, seed: 2).divisions[0]
    let fitting = Fitting(dataset, grouping, recipe)
    let found = try SampleJudgement.bySongs(fitting, [division], seed: 3, progress: { _ in })

    // The same fit, put together by hand.
    let fit = try fitting.samples(division.training, seed: SplitMix64.seed(3, for: 0x1000), progress: { _ in })
    let answers = try fit.scorer.answers(dataset.batch(division.judged))
    let liked = dataset.liked(division.judged)
    func precision(_ called: [Bool], _ liked: [Bool]) -> Double {
      Double(zip(called, liked).count { $0 && $1 }) / Double(called.count { $0 })
    }
    let samples = zip(answers, liked).flatMap { answers, isLiked in answers.map { ($0, isLiked) } }
    #expect(found[.sample]?.precision == precision(samples.map { $0.0 >= 0.5 }, samples.map(\.1)))
    #expect(found[.sample]?.auc == Ranking(scores: samples.map(\.0), positive: samples.map(\.1)).auc)

    let means = answers.map { $0.reduce(0, +) / Double($0.count) }
    #expect(found[.mean]?.auc == Ranking(scores: means, positive: liked).auc)
    let unseen = fit.unseen.map { $0.reduce(0, +) / Double($0.count) }
    let calibration = try Calibration(scores: unseen, liked: fit.liked)
    let cut = JudgedScorer.bestCut(unseen.map(calibration.probability), fit.liked)
    #expect(found[.mean]?.precision == precision(means.map { calibration.probability(of: $0) >= cut }, liked))
    #expect(
      found[.mean]?.brier == Reliability.brier(probabilities: means.map(calibration.probability), positive: liked))

    let votes = answers.map { song in Double(song.count { $0 >= 0.5 }) / Double(song.count) }
    #expect(found[.vote]?.auc == Ranking(scores: votes, positive: liked).auc)
    #expect(found[.vote]?.precision == precision(votes.map { $0 > 0.5 }, liked))

    let second = try fit.judged(.studySecondLevel, seed: SplitMix64.seed(3, for: 0x1000))
    let scores = try second.probabilities(of: dataset.batch(division.judged))
    #expect(found[.secondLevel]?.auc == Ranking(scores: scores, positive: liked).auc)
  }
}
