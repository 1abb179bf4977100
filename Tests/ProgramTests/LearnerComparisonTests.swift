import Testing
import Tracks

@testable import IndexctlCommands
@testable import TasteModel

/// What `indexctl evaluate` says by default.
@Suite struct LearnerComparisonTests {
  private func row(
    _ learner: LearnerName, _ auc: Double, by split: SplitKind = .album, level: EvaluationRow.Level = .song
  ) -> EvaluationRow {
    EvaluationRow(
      learner: learner, features: .dense, source: .audio, level: level, aggregate: nil, split: split, auc: auc,
      aucLow: auc - 0.05, aucHigh: auc + 0.05)
  }

  private func lines(_ rows: [EvaluationRow], isInUse: Bool = true) -> [String] {
    LearnerComparison(rows, of: .combined, by: .album, isInUse: isInUse).lines
  }

  @Test func everyLearnerHasOneRowTheBestFirst() {
    let rows = [
      row(.combined, 0.87), row(.combined, 0.95, by: .song), row(.combined, 0.6, by: .artist), row(.logistic, 0.892),
      row(.studyNetwork, 0.55, by: .song), row(.studyNetwork, 0.99, level: .sample),
    ]
    #expect(
      lines(rows).prefix(4) == [
        "   learner          AUC  95%        apart", "   logistic       0.892  0.84-0.94  albums",
        "*  combined       0.870  0.82-0.92  albums", "   study-network  0.550  0.50-0.60  songs",
      ])
    #expect(lines(rows).allSatisfy { $0.count < 80 })
  }

  @Test func itSaysWhyTheMarkedOneIsInUse() {
    func words(_ rows: [EvaluationRow], isInUse: Bool = true) -> String {
      lines(rows, isInUse: isInUse).joined(separator: " ")
    }
    #expect(words([row(.combined, 0.87), row(.logistic, 0.892)]).contains("that logistic scores higher may be chance"))
    #expect(words([row(.combined, 0.8), row(.logistic, 0.9)]).contains("but logistic scores higher than its interval"))
    #expect(
      words([row(.combined, 0.9), row(.logistic, 0.8)]).contains("* combined is in use, and none scores higher."))
    #expect(words([row(.combined, 0.9)], isInUse: false).contains("* combined is configured"))
    #expect(!words([row(.logistic, 0.9)]).contains("* "))
    // What was judged more kindly is not set against it.
    #expect(words([row(.combined, 0.8), row(.logistic, 0.9, by: .song)]).contains("none scores higher"))
  }
}
