import Learning
import Testing

@testable import TasteModel

@Suite struct GateTests {
  private func figures(auc: Double, low: Double) -> ModelFigures {
    ModelFigures(
      songs: 400, good: 200, split: .song, groups: 0, auc: auc, aucLow: low, aucHigh: auc + 0.05, brier: 0.2,
      promised: 0.6, targetMet: false, listLength: 40, threshold: 0.5, precision: 0.5, precisionLow: 0.4, recall: 0.1,
      entryThreshold: 0.5, baseRate: 0.5)
  }

  /// 400 songs of which every other is liked, scored with more or less noise.
  private func scores(noise: Double, seed: UInt64, from first: Int = 0) -> [OutOfFoldScore] {
    var random = SeededRandom(seed: seed)
    return (first..<(first + 400)).map { song in
      let isLiked = song % 2 == 0
      let centre = isLiked ? 0.6 : 0.4
      return OutOfFoldScore(
        identity: [UInt8(song >> 8), UInt8(song & 255)], span: 0, probability: centre + noise * random.normal(),
        liked: isLiked)
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
}
