import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct GateTests {
  private func figures(auc: Double, low: Double) -> ModelMetrics {
    ModelMetrics(
      songs: 400, good: 200, split: .song, groups: 0, auc: auc, aucLow: low, aucHigh: auc + 0.05, brier: 0.2,
      promised: 0.6, targetMet: false, listLength: 40, threshold: 0.5, precision: 0.5, precisionLow: 0.4, recall: 0.1,
      entryThreshold: 0.5, baseRate: 0.5)
  }

  /// 400 songs of which every other is liked, scored with more or less noise.
  private func scores(noise: Double, seed: UInt64, from first: Int = 0) -> [OutOfFoldScore] {
    var random = SplitMix64(seed: seed)
    return (first..<(first + 400)).map { song in
      let isLiked = song % 2 == 0
      let centre = isLiked ? 0.6 : 0.4
      return OutOfFoldScore(
        identity: [UInt8(song >> 8), UInt8(song & 255)], span: 0, probability: centre + noise * random.normal(),
        liked: isLiked, group: song)
    }
  }

  @Test func aBetterModelIsTaken() {
    let gate = Gate.accepts(
      new: scores(noise: 0.1, seed: 1), newFigures: figures(auc: 0.9, low: 0.88), old: scores(noise: 0.3, seed: 2),
      oldFigures: figures(auc: 0.7, low: 0.65))
    #expect(gate.accepts)
    #expect(gate.commonSongs == 400)
    #expect(gate.newAUC > gate.oldAUC)
    #expect((gate.difference?.low ?? 0) > 0)
  }

  @Test func aWorseModelIsNot() {
    let gate = Gate.accepts(
      new: scores(noise: 0.3, seed: 1), newFigures: figures(auc: 0.9, low: 0.88), old: scores(noise: 0.1, seed: 2),
      oldFigures: figures(auc: 0.7, low: 0.65))
    #expect(gate.verdict == .worse)
    #expect(gate.reason.contains("on 400 common songs"))
  }

  @Test func theSameModelIsTaken() {
    let same = scores(noise: 0.2, seed: 3)
    let gate = Gate.accepts(
      new: same, newFigures: figures(auc: 0.7, low: 0.65), old: same, oldFigures: figures(auc: 0.7, low: 0.65))
    #expect(gate.accepts)
    #expect(gate.newAUC == gate.oldAUC)
  }

  @Test func aModelThatTheOwnerChoseYieldsOnlyToABetterOne() {
    let same = scores(noise: 0.2, seed: 3)
    let equal = Gate.accepts(
      new: same, newFigures: figures(auc: 0.7, low: 0.65), old: same, oldFigures: figures(auc: 0.7, low: 0.65),
      mustImprove: true)
    #expect(equal.verdict == .notBetter)
    #expect(equal.reason.contains("you chose"))
    let better = Gate.accepts(
      new: scores(noise: 0.1, seed: 1), newFigures: figures(auc: 0.9, low: 0.88), old: scores(noise: 0.3, seed: 2),
      oldFigures: figures(auc: 0.7, low: 0.65), mustImprove: true)
    #expect(better.accepts)
  }

  @Test func modelsWithoutCommonSongsStandForThemselves() {
    let new = scores(noise: 0.2, seed: 1)
    let old = scores(noise: 0.2, seed: 2, from: 1000)
    #expect(
      Gate.accepts(
        new: new, newFigures: figures(auc: 0.72, low: 0.6), old: old, oldFigures: figures(auc: 0.7, low: 0.6)
      ).accepts)
    let worse = Gate.accepts(
      new: new, newFigures: figures(auc: 0.6, low: 0.55), old: old, oldFigures: figures(auc: 0.7, low: 0.6))
    #expect(worse.verdict == .worse)
    #expect(worse.commonSongs == 0)
    #expect(worse.difference == nil)
  }

  @Test func aModelNoBetterThanChanceIsNotTaken() {
    let same = scores(noise: 0.2, seed: 3)
    let gate = Gate.accepts(
      new: same, newFigures: figures(auc: 0.52, low: 0.48), old: same, oldFigures: figures(auc: 0.7, low: 0.65))
    #expect(gate.verdict == .chance)
  }

  @Test func equalModelsAreNotRefusedForLuck() {
    var refused = 0
    for seed in 0..<40 as Range<UInt64> {
      let gate = Gate.accepts(
        new: scores(noise: 0.25, seed: 2 * seed + 1), newFigures: figures(auc: 0.7, low: 0.65),
        old: scores(noise: 0.25, seed: 2 * seed + 2), oldFigures: figures(auc: 0.7, low: 0.65))
      if !gate.accepts { refused += 1 }
    }
    // One in 40 is what a 95% interval takes for worse.
    #expect(refused <= 4)
  }

  /// A model of a recipe with these scores.
  private func model(
    _ scores: [OutOfFoldScore], _ settings: TrainingSettings = TrainingSettings(learner: .logistic),
    split: SplitKind = .song
  ) throws -> TasteModel {
    let made = try TasteTrainer.train(SyntheticOwner(songs: 100).dataset, settings, trainedAt: 0)
    var figures = made.figures
    figures.split = split
    let liked = scores.map(\.liked)
    let auc = try #require(Ranking(scores: scores.map(\.probability), positive: liked).auc)
    (figures.auc, figures.aucLow, figures.aucHigh) = (auc, auc - 0.03, auc + 0.03)
    return TasteModel(
      settings: settings, trainedAt: 0, featureVersion: 1, figures: figures, outOfFold: scores,
      summaryLength: made.summaryLength, typical: made.typical, judged: made.judged)
  }

  @Test func smallLossesDoNotAddUp() throws {
    // Each step is lost in the noise between two neighbours; from the first to the last it is not.
    var worse = scores(noise: 0.2, seed: 5)
    let first = try model(worse)
    var random = SplitMix64(seed: 11)
    var before = first
    var accepted = 0
    for _ in 0..<20 {
      for place in worse.indices {
        worse[place].probability += 0.06 * random.normal() + (worse[place].liked ? -0.0025 : 0.0025)
      }
      let next = try model(worse)
      if Gate.accepts(new: next, old: before).accepts { accepted += 1 }
      before = next
    }
    let line = try #require(Gate.keepsLine(new: before, best: first))
    #expect(accepted >= 12)
    #expect(line.verdict == .worse && line.isOfOneLine)
    #expect(Gate.keepsLine(new: first, best: first)?.accepts == true)
    let other = try model(worse, TrainingSettings(learner: .knn))
    #expect(Gate.keepsLine(new: other, best: first) == nil)
  }

  @Test func anotherRecipeIsJudgedOnTheNewFolds() throws {
    // By its own scores, of another split, the old model looks far better than the new one on harder folds.
    let old = try model(scores(noise: 0.1, seed: 1), TrainingSettings(learner: .knn))
    let new = try model(scores(noise: 0.3, seed: 2), split: .album)
    let rejudged = scores(noise: 0.3, seed: 3).map(\.probability)
    let gate = Gate.accepts(new: new, old: old, rejudged: rejudged)
    #expect(gate.accepts && gate.commonSongs == 400 && !gate.isOfOneLine)
    #expect(gate.oldAUC == Ranking(scores: rejudged, positive: new.outOfFold.map(\.liked)).auc)
    let better = Gate.accepts(new: new, old: old, rejudged: scores(noise: 0.15, seed: 4).map(\.probability))
    #expect(better.verdict == .worse)
  }

  @Test func ofOneRecipeOnlyEqualSplitsAreCompared() throws {
    let old = try model(scores(noise: 0.1, seed: 1))
    #expect(try Gate.accepts(new: model(scores(noise: 0.3, seed: 2), split: .album), old: old).accepts)
    #expect(try Gate.accepts(new: model(scores(noise: 0.3, seed: 2)), old: old).verdict == .worse)
  }
}
