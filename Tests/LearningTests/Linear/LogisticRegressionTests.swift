import TestSupport
import Testing

@testable import Learning

struct LogisticRegressionTests {
  private func fit(
    _ rows: Matrix, _ positive: [Bool], penalty: Double, weights: [Float]? = nil, threads: Int = 2
  ) throws -> LogisticRegression {
    let model = try LogisticRegressionLearner(penalty: penalty, threads: threads)
      .fit(rows, positive, weights: weights, seed: 1) { _ in }
    return try #require(model as? LogisticRegression)
  }

  @Test func agreesWithScikit() throws {
    let rows = ScikitRows(seed: 2, rows: 300, columns: 9)
    for answer in try ScikitAnswers.load().logistic {
      let model = try fit(rows.values, rows.positive, penalty: 1 / answer.c)
      #expect(zip(model.weights, answer.weights).allSatisfy { abs($0 - $1) < 1e-4 }, "C \(answer.c)")
      #expect(abs(model.constant - answer.constant) < 1e-4, "C \(answer.c)")
    }
  }

  @Test func gradientAgreesWithDifferences() {
    let rows = ScikitRows(seed: 5, rows: 70, columns: 4)
    let weights = rows.repeats.map { Float($0) + 0.5 }
    let loss = LogisticLoss(rows.values, rows.positive, weights: weights, penalty: 0.7, crew: Crew(threads: 1))
    let point = [0.3, -1.2, 0.8, 2.0, -0.4]
    var gradient = [Double](repeating: 0, count: 5)
    _ = loss.evaluate(point, &gradient)
    var unused = gradient
    for place in 0..<5 {
      var (before, after) = (point, point)
      before[place] -= 1e-5
      after[place] += 1e-5
      let difference = (loss.evaluate(after, &unused) - loss.evaluate(before, &unused)) / 2e-5
      #expect(abs(difference - gradient[place]) < 1e-8)
    }
  }

  @Test func weightsCountLikeRepeats() throws {
    let rows = ScikitRows(seed: 6, rows: 80, columns: 3)
    let repeats = rows.repeats.map { Int($0) + 1 }
    let chosen = repeats.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
    // Equal scales for both, so that only the loss is weighted.
    let scale = Standardiser(of: rows.values)
    let once = LogisticLoss(
      scale.standardised(rows.values), rows.positive, weights: repeats.map { Float($0) }, penalty: 1,
      crew: Crew(threads: 1))
    let often = LogisticLoss(
      scale.standardised(rows.values.rows(chosen)), chosen.map { rows.positive[$0] }, weights: nil, penalty: 1,
      crew: Crew(threads: 1))
    var (a, b) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
    let point = [0.5, -0.2, 0.1, -1]
    #expect(abs(once.evaluate(point, &a) - often.evaluate(point, &b)) < 1e-12)
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func threadsChangeNothing() throws {
    let rows = ScikitRows(seed: 7, rows: 900, columns: 12)
    let one = try fit(rows.values, rows.positive, penalty: 1, threads: 1)
    #expect(one == (try fit(rows.values, rows.positive, penalty: 1, threads: 5)))
  }

  @Test func separableClassesAndConstantColumns() throws {
    let rows = Matrix(rows: 4, columns: 2, values: [0, 7, 1, 7, 2, 7, 3, 7])
    let model = try fit(rows, [false, false, true, true], penalty: 0.01)
    let probabilities = model.probabilities(of: rows)
    #expect(probabilities[1] < 0.1 && probabilities[2] > 0.9)
    #expect(model.weights[1] == 0)
  }

  @Test func codingRoundTrip() throws {
    let rows = ScikitRows(seed: 8, rows: 60, columns: 5)
    let model = try fit(rows.values, rows.positive, penalty: 1)
    let bytes = ClassifierCoding.encode(model)
    let decoded = try #require(try ClassifierCoding.decode(bytes) as? LogisticRegression)
    #expect(decoded == model)
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: CodingFailure.self) { try ClassifierCoding.decode(Array(bytes[..<count])) }
    }
  }

  @Test func minimiserFindsTheLowestPointOfAParabola() throws {
    // Steep one way and flat the other: f = 500 (x - 1)^2 + (y + 2)^2 / 2.
    var point = [10.0, 10.0]
    var minimiser = Minimiser(tolerance: 1e-9)
    minimiser.minimise(
      &point,
      evaluate: { point, gradient in
        gradient = [1_000 * (point[0] - 1), point[1] + 2]
        return 500 * (point[0] - 1) * (point[0] - 1) + (point[1] + 2) * (point[1] + 2) / 2
      }, stepped: { _ in })
    #expect(abs(point[0] - 1) < 1e-9 && abs(point[1] + 2) < 1e-8)
  }

  @Test func standardisedColumnsHaveMeanZeroAndDeviationOne() {
    var random = SeededGenerator(seed: 9)
    let values = (0..<600).map { place in
      place % 3 == 0 ? Float(1_000) : Float(random.next() >> 40) / 0x1p20 + (place % 3 == 1 ? 5_000 : 0)
    }
    let rows = Matrix(rows: 200, columns: 3, values: values)
    let standardiser = Standardiser(of: rows)
    let result = standardiser.standardised(rows)
    for column in 0..<3 {
      let values = (0..<200).map { Double(result[$0, column]) }
      let mean = values.reduce(0, +) / 200
      let variance = values.reduce(0) { $0 + $1 * $1 } / 200
      #expect(abs(mean) < 1e-3)
      #expect(column == 0 ? variance == 0 : abs(variance - 1) < 1e-3)
    }
  }
}
