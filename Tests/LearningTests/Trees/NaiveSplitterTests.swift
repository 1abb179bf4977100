import Foundation
import TestSupport
import Testing

@testable import Learning

/// The best split of a node by trying every cut of every column, slowly.
enum NaiveSplitter {
  /// The least weighted impurity that any cut leaves, and that of no cut; cuts that tie count once.
  static func leastImpurity(
    _ values: Matrix, _ positive: [Bool], weights: [Double], criterion: SplitCriterion, fewest: Int
  ) -> Double? {
    var least: Double?
    for column in 0..<values.columns {
      for cut in Set((0..<values.rows).map { values[$0, column] }) {
        var sides = [SIMD2<Double>.zero, .zero]
        var counts = [0, 0]
        for row in 0..<values.rows where weights[row] > 0 {
          let side = values[row, column] <= cut ? 0 : 1
          sides[side] += positive[row] ? SIMD2(0, weights[row]) : SIMD2(weights[row], 0)
          counts[side] += 1
        }
        guard counts.min() ?? 0 >= fewest else { continue }
        let left = sides.reduce(0) { $0 + $1.sum() * impurity($1, criterion) }
        least = min(least ?? .infinity, left)
      }
    }
    return least
  }

  private static func impurity(_ sums: SIMD2<Double>, _ criterion: SplitCriterion) -> Double {
    let shares = [sums.x / sums.sum(), sums.y / sums.sum()]
    switch criterion {
    case .gini: return shares.reduce(0) { $0 + $1 * (1 - $1) }
    case .entropy: return shares.filter { $0 > 0 }.reduce(0) { $0 - $1 * log2($1) }
    }
  }
}

struct NaiveSplitterTests {
  @Test(arguments: [SplitCriterion.gini, .entropy])
  func rootSplitLeavesAsLittleImpurity(_ criterion: SplitCriterion) throws {
    for seed in UInt64(1)...120 {
      var random = SeededGenerator(seed: seed)
      let rows = 2 + Int(random.next() % 40)
      let steps = [2, 5, 1_000][Int(random.next() % 3)]
      // Duplicates, zero weights, weights that are no multiples of each other, and values on both sides of zero.
      let values = Matrix(
        rows: rows, columns: 3,
        values: (0..<(3 * rows)).map { _ in Float(Int(random.next() % UInt64(steps))) / 7 - 0.3 })
      let positive = (0..<rows).map { _ in random.next() % 3 == 0 }
      let weights = (0..<rows).map { _ in Float(random.next() % 5) * (seed % 2 == 0 ? 0.37 : 1) }
      let fewest = 1 + Int(random.next() % 4)
      let parameters = TreeParameters(criterion: criterion, maximumDepth: 1, minimumRowsInLeaf: fewest)
      let own = RowWeights(positive: positive, weights: weights)
      guard own.sums.contains(where: { $0.x > 0 }), own.sums.contains(where: { $0.y > 0 }) else { continue }
      let expected = NaiveSplitter.leastImpurity(
        values, positive, weights: weights.map { Double($0) }, criterion: criterion, fewest: fewest)
      for grown in try grownBothWays(values, own, parameters, state: 1) {
        if grown.count == 1 {
          #expect(expected == nil, "seed \(seed)")
        } else {
          let left = grown.dropFirst().reduce(0) { $0 + $1.sums.sum() * $1.impurity }
          #expect(abs(left - (expected ?? -1)) < 1e-9, "seed \(seed)")
          #expect(grown[1].rows >= fewest && grown[2].rows >= fewest, "seed \(seed)")
          #expect(grown[1].rows + grown[2].rows == own.used.count, "seed \(seed)")
        }
      }
    }
  }
}
