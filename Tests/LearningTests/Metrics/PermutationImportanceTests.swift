import TestSupport
import Testing

@testable import Learning

struct PermutationImportanceTests {
  @Test func onlyTheColumnsOfTheFigureMatter() {
    var random = SeededGenerator(seed: 1)
    let rows = Matrix(rows: 400, columns: 4, values: (0..<1_600).map { _ in Float(random.next() >> 40) / 0x1p24 })
    let positive = (0..<400).map { rows[$0, 0] + rows[$0, 2] > 1 }
    let importances = PermutationImportance.measure([[0], [1], [0, 2], [3, 1]], of: rows) { rows in
      let scores = (0..<rows.rows).map { Double(rows[$0, 0] + rows[$0, 2]) }
      return Ranking(scores: scores, positive: positive).auc ?? 0
    }
    #expect(importances[1] == PermutationImportance.measure([[1]], of: rows) { _ in 1 }[0])
    #expect(importances[1].mean == 0 && importances[3].mean == 0 && importances[3].deviation == 0)
    // Alone the column takes away a part, with the other one everything above chance.
    #expect(importances[0].mean > 0.1 && importances[0].mean < 0.4)
    #expect(abs(importances[2].mean - 0.5) < 0.06)
    #expect(importances[2].deviation > 0)
  }

  @Test func columnsOfAGroupStayTogether() {
    let rows = Matrix(rows: 50, columns: 3, values: (0..<150).map { Float($0) })
    _ = PermutationImportance.measure([[0, 2]], of: rows, repetitions: 2) { changed in
      #expect((0..<50).allSatisfy { changed[$0, 2] - changed[$0, 0] == 2 })
      #expect((0..<50).allSatisfy { changed[$0, 1] == rows[$0, 1] })
      #expect((0..<50).map { changed[$0, 0] }.sorted() == (0..<50).map { rows[$0, 0] })
      return 0
    }
  }
}
