import TestSupport
import Testing

@testable import Learning

struct RankingTests {
  @Test func tiesCountHalf() {
    // Of the four pairs one is ordered rightly, two are tied and one is ordered wrongly: (1 + 2/2) / 4.
    #expect(Ranking(scores: [0.5, 0.2, 0.5, 0.2], positive: [true, true, false, false]).auc == 0.5)
    // Three pairs of four are right or tied once: (2 + 1/2) / 4 with one wrong.
    #expect(Ranking(scores: [0.9, 0.3, 0.3, 0.5], positive: [true, true, false, false]).auc == 0.625)
    #expect(Ranking(scores: [1, 1, 1], positive: [true, false, true]).auc == 0.5)
  }

  @Test func bestAndWorstOrder() {
    #expect(Ranking(scores: [3, 2, 1], positive: [true, true, false]).auc == 1)
    #expect(Ranking(scores: [1, 2, 3], positive: [true, true, false]).auc == 0)
  }

  @Test func oneClassHasNoCurve() {
    let ranking = Ranking(scores: [1, 2], positive: [true, true])
    #expect(ranking.auc == nil)
    #expect(ranking.rocCurve.isEmpty)
    #expect(Ranking(scores: [], positive: []).averagePrecision == nil)
  }

  @Test func curvesOfAWorkedCase() {
    let ranking = Ranking(scores: [0.9, 0.8, 0.8, 0.1], positive: [true, false, true, false])
    #expect(ranking.order == [0, 1, 2, 3])
    #expect(
      ranking.rocCurve == [
        CurvePoint(x: 0, y: 0, threshold: .infinity), CurvePoint(x: 0, y: 0.5, threshold: 0.9),
        CurvePoint(x: 0.5, y: 1, threshold: 0.8), CurvePoint(x: 1, y: 1, threshold: 0.1),
      ])
    #expect(
      ranking.precisionRecallCurve == [
        CurvePoint(x: 0.5, y: 1, threshold: 0.9), CurvePoint(x: 1, y: 2.0 / 3, threshold: 0.8),
        CurvePoint(x: 1, y: 0.5, threshold: 0.1),
      ])
    // .5 x 1 + .5 x 2/3
    #expect(abs((ranking.averagePrecision ?? 0) - 5.0 / 6) < 1e-15)
  }

  @Test func areaAgreesWithCountingPairs() {
    for seed in UInt64(1)...30 {
      var random = SeededGenerator(seed: seed)
      let scores = (0..<40).map { _ in Double(random.next() % 12) }
      let positive = (0..<40).map { _ in random.next() % 3 == 0 }
      let pairs = scores.indices.filter { positive[$0] }.flatMap { good in
        scores.indices.filter { !positive[$0] }.map { (scores[good], scores[$0]) }
      }
      guard !pairs.isEmpty else { continue }
      let won = pairs.reduce(0.0) { $0 + ($1.0 > $1.1 ? 1 : $1.0 == $1.1 ? 0.5 : 0) }
      let auc = Ranking(scores: scores, positive: positive).auc ?? -1
      #expect(abs(auc - won / Double(pairs.count)) < 1e-12, "seed \(seed)")
      let rising = Ranking(scores: scores.map { $0 * $0 * $0 + 7 }, positive: positive).auc
      #expect(rising == auc, "seed \(seed)")
    }
  }

  @Test func agreesWithScikit() throws {
    let answers = try ScikitAnswers.load().scores
    let (scores, positive) = scikitScores()
    let ranking = Ranking(scores: scores, positive: positive)
    #expect(abs((ranking.auc ?? 0) - answers.auc) < 1e-12)
    #expect(abs((ranking.averagePrecision ?? 0) - answers.averagePrecision) < 1e-12)
    let brier = Reliability.brier(probabilities: scores, positive: positive) ?? 0
    #expect(abs(brier - answers.brier) < 1e-12)
  }
}

/// The scores and classes that the golden script judges.
func scikitScores() -> (scores: [Double], positive: [Bool]) {
  let rows = ScikitRows(seed: 2, rows: 300, columns: 9)
  let scores = (0..<300).map { row in
    let score = rows.values[row, 0] * 0.7 + rows.values[row, 3] * 0.3
    return Double((score * 100).rounded(.toNearestOrEven) / 100)
  }
  return (scores, rows.positive)
}
