import TestSupport
import Testing

@testable import Learning

struct GradientBoostingTests {
  private func fit(
    _ learner: GradientBoostingLearner, _ rows: ScikitRows, weights: [Float]? = nil, seed: UInt64 = 1
  ) throws -> GradientBoosting {
    let model = try learner.fit(rows.values, rows.positive, weights: weights, seed: seed, progress: { _ in })
    return try #require(model as? GradientBoosting)
  }

  @Test func agreesWithScikit() throws {
    // Few enough rows that every different value has its own bin, so both choose among the same splits.
    let rows = ScikitRows(seed: 3, rows: 240, columns: 5)
    let answers = try ScikitAnswers.load().boosting
    let models = [
      try fit(GradientBoostingLearner(trees: 1, learningRate: 1, maximumLeaves: 4), rows),
      try fit(GradientBoostingLearner(trees: 12), rows, weights: rows.repeats.map { Float($0) + 1 }),
      try fit(
        GradientBoostingLearner(trees: 12, maximumDepth: 3, minimumRowsInLeaf: 7, penalty: 1.5), rows,
        weights: rows.repeats.map { Float($0) + 1 }),
    ]
    for (model, expected) in zip(models, answers) {
      for (answer, expected) in zip(model.logOdds(of: rows.values), expected) {
        #expect(abs(answer - expected) < 1e-6)
      }
    }
  }

  @Test func workedStep() throws {
    // Two of four are positive, so every gradient is half and every curvature a quarter. Cut in the middle, the sides'
    // answers are +-(2 x .5) / (2 x .25 + .5) = +-1.
    let rows = Matrix(rows: 4, columns: 1, values: [1, 2, 3, 4])
    let learner = GradientBoostingLearner(
      trees: 1, learningRate: 1, maximumLeaves: 2, minimumRowsInLeaf: 2, penalty: 0.5)
    let model = try learner.fit(rows, [false, false, true, true], weights: nil, seed: 1, progress: { _ in })
    let odds = try #require(model as? GradientBoosting).logOdds(of: rows)
    #expect(zip(odds, [-1, -1, 1, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func everyBinSeparatesWhatItShould() {
    var random = SeededGenerator(seed: 4)
    let rows = Matrix(
      rows: 2_000, columns: 3,
      values: (0..<6_000).map { place in
        let value = Float(random.next() >> 40) / 0x1p24
        return [value * value * 100 - 3, (value * 4).rounded(), 7][place % 3]
      })
    let data = BinnedColumns(rows, crew: Crew(threads: 2))
    #expect(data.cuts.map(\.count) == [254, 4, 0])
    for column in 0..<3 {
      var counts = [Int](repeating: 0, count: 256)
      for row in 0..<2_000 {
        let bin = Int(data.bins(column)[row])
        counts[bin] += 1
        if bin > 0 { #expect(rows[row, column] > data.cuts[column][bin - 1]) }
        if bin < data.cuts[column].count { #expect(rows[row, column] <= data.cuts[column][bin]) }
      }
      if column == 0 { #expect(counts.prefix(255).allSatisfy { (7...9).contains($0) }) }
    }
  }

  @Test func learnsAndStops() throws {
    let train = ScikitRows(seed: 5, rows: 1_500, columns: 8)
    let test = ScikitRows(seed: 6, rows: 1_000, columns: 8)
    let model = try fit(GradientBoostingLearner(trees: 40), train)
    let auc = try #require(Ranking(scores: model.probabilities(of: test.values), positive: test.positive).auc)
    #expect(auc > 0.75)
    #expect(model.trees.count == 40)
    // Nothing to learn: the first trees are already too many.
    var noise = SeededGenerator(seed: 7)
    let guesses = train.positive.map { _ in noise.next() % 2 == 0 }
    let stopped = try GradientBoostingLearner(trees: 200, stoppingShare: 0.2, patience: 5)
      .fit(train.values, guesses, weights: nil, seed: 1, progress: { _ in })
    #expect(try #require(stopped as? GradientBoosting).trees.count < 30)
  }

  @Test func sharesOfRowsAndColumnsAreDrawn() throws {
    let train = ScikitRows(seed: 8, rows: 600, columns: 8)
    let all = try fit(GradientBoostingLearner(trees: 20), train)
    let some = try fit(GradientBoostingLearner(trees: 20, columnShare: 0.5, rowShare: 0.5), train)
    #expect(all != some)
    let auc = try #require(Ranking(scores: some.probabilities(of: train.values), positive: train.positive).auc)
    #expect(auc > 0.75)
    let again = try fit(GradientBoostingLearner(trees: 20, columnShare: 0.5, rowShare: 0.5), train)
    #expect(some == again)
    let other = try fit(GradientBoostingLearner(trees: 20, columnShare: 0.5, rowShare: 0.5), train, seed: 2)
    #expect(some != other)
  }

  @Test func threadsChangeNothing() throws {
    let rows = ScikitRows(seed: 9, rows: 400, columns: 11)
    let one = try fit(GradientBoostingLearner(trees: 15, threads: 1), rows)
    #expect(one == (try fit(GradientBoostingLearner(trees: 15, threads: 4), rows)))
  }

  @Test func codingRoundTripAndDamage() throws {
    let rows = ScikitRows(seed: 10, rows: 300, columns: 5)
    let model = try fit(GradientBoostingLearner(trees: 9), rows)
    let bytes = ClassifierCoding.encode(model)
    let decoded = try #require(try ClassifierCoding.decode(bytes) as? GradientBoosting)
    #expect(decoded == model)
    for count in stride(from: 0, to: bytes.count, by: 11) {
      #expect(throws: CodingFailure.self) { try ClassifierCoding.decode(Array(bytes[..<count])) }
    }
  }

  @Test func cancelledFitEnds() async {
    let rows = ScikitRows(seed: 11, rows: 200, columns: 5)
    let fit = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try GradientBoostingLearner().fit(
        rows.values, rows.positive, weights: nil, seed: 1, progress: { _ in })
    }
    await #expect(throws: CancellationError.self) { try await fit.value }
  }
}
