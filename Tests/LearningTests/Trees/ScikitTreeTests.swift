import Testing

@testable import Learning

/// Trees set beside scikit-learn's, node by node. They draw the same random numbers, so even trees that look at a few
/// columns only, or at random thresholds, must agree in every split.
struct ScikitTreeTests {
  struct Way: Sendable, CustomTestStringConvertible {
    let name: String
    var parameters = TreeParameters()
    var thresholds = ThresholdSearch.best
    var weighting = ClassWeighting.equal
    var repeated = false
    var oddWeights = false
    var testDescription: String { name }
  }

  static let ways = [
    Way(name: "all columns"),
    Way(name: "entropy", parameters: TreeParameters(criterion: .entropy)),
    Way(name: "leaves and depth", parameters: TreeParameters(maximumDepth: 6, minimumRowsInLeaf: 5)),
    Way(name: "large nodes only", parameters: TreeParameters(minimumRowsToSplit: 40)),
    Way(name: "square root", parameters: TreeParameters(splitColumns: .squareRoot)),
    Way(
      name: "study", parameters: DecisionTreeLearner.study.parameters,
      weighting: DecisionTreeLearner.study.classWeighting),
    Way(
      name: "logarithm, entropy", parameters: TreeParameters(criterion: .entropy, splitColumns: .logarithm)),
    Way(name: "repeated rows", parameters: TreeParameters(splitColumns: .squareRoot), repeated: true),
    Way(name: "random thresholds", parameters: TreeParameters(splitColumns: .squareRoot), thresholds: .random),
    Way(
      name: "random thresholds, repeated rows", parameters: TreeParameters(minimumRowsInLeaf: 3),
      thresholds: .random, repeated: true),
    Way(
      name: "random thresholds, weighted classes", thresholds: .random,
      weighting: .fixed(negative: 0.125, positive: 1)),
    Way(name: "random thresholds, odd weights", thresholds: .random, oddWeights: true),
    Way(name: "odd weights", parameters: TreeParameters(minimumRowsInLeaf: 4), oddWeights: true),
  ]

  @Test(arguments: ways)
  func everyNodeAgrees(_ way: Way) throws {
    let answers = try ScikitAnswers.load()
    let expected = try #require(answers.trees[way.name])
    let rows = ScikitRows(seed: 1, rows: 240, columns: 7)
    let weights = RowWeights(
      positive: rows.positive,
      weights: way.weighting.weights(
        for: rows.positive, times: way.oddWeights ? rows.repeats.map { Float($0) * 0.37 + 0.125 } : nil),
      repeats: way.repeated ? rows.repeats : nil)
    for grown in try grownBothWays(
      rows.values, weights, way.parameters, way.thresholds, state: expected.state)
    {
      #expect(grown.map(\.column) == expected.column)
      #expect(grown.map { $0.column < 0 ? 0 : $0.threshold } == expected.threshold)
      #expect(grown.map(\.rows) == expected.rows)
      #expect(zip(grown, expected.impurity).allSatisfy { abs($0.impurity - $1) < 1e-12 })
      #expect(zip(grown, expected.positive).allSatisfy { abs($0.sums.y / $0.sums.sum() - $1) < 1e-12 })
      let tree = GrownTree(grown, columns: 7)
      #expect(zip(tree.importances, expected.importances).allSatisfy { abs($0 - $1) < 1e-12 })
    }
  }
}
