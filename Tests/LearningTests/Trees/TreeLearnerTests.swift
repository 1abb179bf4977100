import TestSupport
import Testing

@testable import Learning

struct TreeLearnerTests {
  static let learners: [any Learner] = [
    DecisionTreeLearner(), DecisionTreeLearner.study, RandomForestLearner(trees: 12), ExtraTreesLearner(trees: 12),
  ]

  @Test func exclusiveOrNeedsTwoQuestions() throws {
    let rows = Matrix(rows: 4, columns: 2, values: [0, 0, 0, 1, 1, 0, 1, 1])
    let model = try DecisionTreeLearner().fit(
      rows, [false, true, true, false], weights: nil, seed: 3, progress: { _ in })
    #expect(model.probabilities(of: rows) == [0, 1, 1, 0])
    #expect((model as? DecisionTree)?.trees.leaves == 4)
  }

  @Test func workedSplit() throws {
    // Cutting at 2.5 leaves {-, -} and {+, -, +, +} with Gini 0 and 3/8, weighted 4 x 3/8 = 1.5; every other cut
    // leaves more. The right side is cut at 3.5 into {+} and {-, +, +}, then at 4.5.
    let rows = Matrix(rows: 6, columns: 1, values: [1, 2, 3, 4, 5, 6])
    let positive = [false, false, true, false, true, true]
    let stump = try DecisionTreeLearner(parameters: TreeParameters(maximumDepth: 1)).fit(
      rows, positive, weights: nil, seed: 1, progress: { _ in })
    let answers = stump.probabilities(of: Matrix(rows: 4, columns: 1, values: [-9, 2.5, 2.6, 99]))
    #expect(answers == [0, 0, 0.75, 0.75])
    // A heavy negative row moves the share, not the cut.
    let weighted = try DecisionTreeLearner(parameters: TreeParameters(maximumDepth: 1)).fit(
      rows, positive, weights: [1, 1, 1, 1, 1, 0.5], seed: 1, progress: { _ in })
    let share = weighted.probabilities(of: Matrix(rows: 1, columns: 1, values: [9]))[0]
    #expect(abs(share - 2.5 / 3.5) < 1e-6)
  }

  @Test(arguments: learners.indices)
  func threadsAndRepetitionChangeNothing(_ number: Int) throws {
    let rows = ScikitRows(seed: 11, rows: 150, columns: 10)
    func fit(_ threads: Int, seed: UInt64 = 5) throws -> [UInt8] {
      var learner = Self.learners[number]
      if var forest = learner as? RandomForestLearner {
        forest.threads = threads
        learner = forest
      } else if var forest = learner as? ExtraTreesLearner {
        forest.threads = threads
        learner = forest
      }
      return ClassifierCoding.encode(
        try learner.fit(rows.values, rows.positive, weights: nil, seed: seed, progress: { _ in }))
    }
    let one = try fit(1)
    #expect(try fit(4) == one)
    #expect(try fit(3) == one)
    let other = try fit(1, seed: 6)
    #expect(number == 0 || other != one)
  }

  @Test func rowsBeyondTheRanksAgreeWithFewer() throws {
    // Every row so often that ranks no longer fit into 16 bits: nothing may change but the counts.
    let few = ScikitRows(seed: 12, rows: 200, columns: 4)
    let many = few.values.rows((0..<70_000).map { $0 % 200 })
    let positive = (0..<70_000).map { few.positive[$0 % 200] }
    let small = try DecisionTreeLearner().fit(few.values, few.positive, weights: nil, seed: 1, progress: { _ in })
    let large = try DecisionTreeLearner().fit(many, positive, weights: nil, seed: 1, progress: { _ in })
    #expect(small.probabilities(of: few.values) == large.probabilities(of: few.values))
  }

  @Test(arguments: learners.indices)
  func learnsWhatIsThere(_ number: Int) throws {
    let train = ScikitRows(seed: 13, rows: 1_500, columns: 8)
    let test = ScikitRows(seed: 14, rows: 1_000, columns: 8)
    let model = try Self.learners[number].fit(
      train.values, train.positive, weights: nil, seed: 1, progress: { _ in })
    let auc = try #require(
      Ranking(scores: model.probabilities(of: test.values), positive: test.positive).auc)
    #expect(auc > (number < 2 ? 0.6 : 0.75))
    let shuffled = (0..<1_500).map { train.positive[($0 * 7 + 3) % 1_500] }
    let guess = try Self.learners[number].fit(train.values, shuffled, weights: nil, seed: 1, progress: { _ in })
    let chance = try #require(
      Ranking(scores: guess.probabilities(of: test.values), positive: test.positive).auc)
    #expect(abs(chance - 0.5) < 0.08)
  }

  @Test func scalesShiftsAndOrdersOfRowsChangeNothing() throws {
    let rows = ScikitRows(seed: 15, rows: 200, columns: 5)
    var scaled = rows.values
    for place in scaled.values.indices { scaled.values[place] = scaled.values[place] * 64 - 8 }
    let learner = DecisionTreeLearner(parameters: TreeParameters(minimumRowsInLeaf: 4))
    let plain = try learner.fit(rows.values, rows.positive, weights: nil, seed: 1, progress: { _ in })
    let moved = try learner.fit(scaled, rows.positive, weights: nil, seed: 1, progress: { _ in })
    #expect(plain.probabilities(of: rows.values) == moved.probabilities(of: scaled))
    let order = (0..<200).map { ($0 * 73) % 200 }
    let turned = try learner.fit(
      rows.values.rows(order), order.map { rows.positive[$0] }, weights: nil, seed: 1, progress: { _ in })
    #expect(turned.probabilities(of: rows.values) == plain.probabilities(of: rows.values))
  }

  @Test func weightsCountLikeRepeatedRows() throws {
    let rows = ScikitRows(seed: 16, rows: 160, columns: 5)
    let repeats = rows.repeats.map { Int($0) + 1 }
    let chosen = repeats.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
    let learner = DecisionTreeLearner()
    let weighted = try learner.fit(
      rows.values, rows.positive, weights: repeats.map { Float($0) }, seed: 1, progress: { _ in })
    let repeated = try learner.fit(
      rows.values.rows(chosen), chosen.map { rows.positive[$0] }, weights: nil, seed: 1, progress: { _ in })
    #expect(weighted.probabilities(of: rows.values) == repeated.probabilities(of: rows.values))
    let balanced = try DecisionTreeLearner(
      parameters: TreeParameters(maximumDepth: 1, minimumRowsInLeaf: 80), classWeighting: .balanced
    ).fit(rows.values, rows.positive, weights: nil, seed: 1, progress: { _ in })
    #expect(balanced.probabilities(of: rows.values).allSatisfy { $0 > 0 && $0 < 1 })
  }

  @Test func importanceGoesToTheColumnsThatMatter() throws {
    let rows = ScikitRows(seed: 17, rows: 800, columns: 6)
    let model = try RandomForestLearner(trees: 30).fit(
      rows.values, rows.positive, weights: nil, seed: 1, progress: { _ in })
    let forest = try #require(model as? Forest)
    #expect(abs(forest.importances.reduce(0, +) - 1) < 1e-5)
    #expect(forest.importances[2...].allSatisfy { $0 < forest.importances[1] && $0 < forest.importances[0] / 2 })
  }

  @Test func constantColumnsAndNarrowValuesGiveNoSplit() throws {
    // Values closer than 1e-7 are one, as in scikit-learn.
    let rows = Matrix(rows: 4, columns: 2, values: [5, 0, 5, 5e-8, 5, 0, 5, 5e-8])
    let model = try DecisionTreeLearner().fit(
      rows, [true, false, true, false], weights: nil, seed: 1, progress: { _ in })
    #expect((model as? DecisionTree)?.trees.leaves == 1)
    #expect(model.probabilities(of: rows) == [0.5, 0.5, 0.5, 0.5])
    #expect((model as? DecisionTree)?.importances == [0, 0])
  }

  @Test func cancelledFitEnds() async {
    let rows = ScikitRows(seed: 18, rows: 400, columns: 20)
    for learner in Self.learners {
      let fit = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try learner.fit(rows.values, rows.positive, weights: nil, seed: 1, progress: { _ in })
      }
      await #expect(throws: CancellationError.self) { try await fit.value }
    }
  }

  @Test func progressRisesToTheEndOnOneThread() throws {
    let rows = ScikitRows(seed: 19, rows: 60, columns: 4)
    var shares: [Double] = []
    _ = try RandomForestLearner(trees: 9, threads: 1).fit(
      rows.values, rows.positive, weights: nil, seed: 1, progress: { shares.append($0) })
    #expect(shares == (1...9).map { Double($0) / 9 })
  }
}
