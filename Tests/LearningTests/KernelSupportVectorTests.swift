import Foundation
import Testing

@testable import Learning

@Suite struct KernelSupportVectorTests {
  private let rows = NeighbourSearchTests.random(300, 5, seed: 21)
  private let queries = NeighbourSearchTests.random(40, 5, seed: 22)
  private var positive: [Bool] {
    (0..<300).map { row in
      (rows[row, 0] * rows[row, 0] + rows[row, 1] * rows[row, 1] < 0.5) != (row % 11 == 0)
    }
  }

  @Test func decisionsAgreeWithScikitLearn() throws {
    struct Golden: Decodable {
      var settings: [Setting]
      struct Setting: Decodable {
        var cost: Double
        var gamma: Double?
        var negative: Double
        var positive: Double
        var vectors: Int
        var decisions: [Double]
      }
    }
    let url = try #require(
      Bundle.module.url(forResource: "kernels", withExtension: "json", subdirectory: "Golden/Kernel"))
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    #expect(golden.settings.count == 3)
    for setting in golden.settings {
      let learner = SupportVectorMachine(
        cost: setting.cost, gamma: setting.gamma.map { .value($0) } ?? .scale, negativeWeight: setting.negative,
        positiveWeight: setting.positive, standardises: false, tolerance: 1e-6)
      let model = try #require(
        try learner.fit(rows, positive, weights: nil, seed: 1) { _ in } as? SupportVectorModel)
      #expect(abs(model.multipliers.count - setting.vectors) <= 2)
      let decisions = model.decisions(of: queries)
      #expect(decisions.count == setting.decisions.count)
      for (decision, expected) in zip(decisions, setting.decisions) { #expect(abs(decision - expected) < 1e-3) }
    }
  }

  @Test func twoPointsMeetInTheMiddle() throws {
    // For two rows at squared distance d the optimum is a = 1 / (1 - exp(-gamma d)) for both, without a shift.
    let rows = Matrix(rows: 2, columns: 1, values: [0, 1])
    let learner = SupportVectorMachine(cost: 100, gamma: .value(1), standardises: false, tolerance: 1e-9)
    let model = try #require(
      try learner.fit(rows, [false, true], weights: nil, seed: 1) { _ in } as? SupportVectorModel)
    let decisions = model.decisions(of: Matrix(rows: 3, columns: 1, values: [0, 0.5, 1]))
    for (decision, expected) in zip(decisions, [-1.0, 0, 1]) { #expect(abs(decision - expected) < 1e-6) }
  }

  /// A score must not depend on what else is scored in the same run.
  @Test(arguments: [5, 97, 736]) func aRowHasOneDecisionWhateverIsAskedWithIt(columns: Int) throws {
    let rows = NeighbourSearchTests.random(300, columns, seed: 21)
    let model = try #require(
      try SupportVectorMachine().fit(rows, positive, weights: nil, seed: 1) { _ in } as? SupportVectorModel)
    let many = NeighbourSearchTests.random(203, columns, seed: 23)
    let together = model.decisions(of: many)
    for row in 0..<many.rows { #expect(model.decisions(of: many.rows([row])) == [together[row]]) }
    for count in [2, 7, 100] {
      #expect(model.decisions(of: many.rows(Array(0..<count))) == Array(together[0..<count]))
    }
  }

  @Test func exclusiveOrIsLearnt() throws {
    let rows = Matrix(rows: 4, columns: 2, values: [0, 0, 0, 1, 1, 0, 1, 1])
    let model = try SupportVectorMachine(cost: 10).fit(
      rows, [false, true, true, false], weights: nil, seed: 1
    ) { _ in }
    #expect(model.probabilities(of: rows).map { $0 > 0.5 } == [false, true, true, false])
  }

  @Test func aWeightCountsAsThatManyRows() throws {
    var numbers = Array(0..<300)
    numbers += [4, 4, 9]
    var weights = [Float](repeating: 1, count: 300)
    weights[4] = 3
    weights[9] = 2
    let learner = SupportVectorMachine(gamma: .value(0.6), standardises: false, tolerance: 1e-7)
    let weighted = try learner.fit(rows, positive, weights: weights, seed: 1) { _ in }
    let repeated = try learner.fit(
      rows.rows(numbers), numbers.map { positive[$0] }, weights: nil, seed: 1
    ) { _ in }
    for (one, other) in zip(weighted.probabilities(of: queries), repeated.probabilities(of: queries)) {
      #expect(abs(one - other) < 1e-4)
    }
  }

  @Test func memoryAndThreadsDoNotChangeTheResult() throws {
    let learner = SupportVectorMachine()
    let whole = try learner.fit(rows, positive, weights: nil, seed: 1) { _ in }.probabilities(of: queries)
    // Room for twenty rows of the kernel instead of all 300.
    let scarce = try learner.fit(rows, positive, weights: nil, budget: 20 * 300 * 4) { _ in }
    for (one, other) in zip(scarce.probabilities(of: queries), whole) { #expect(abs(one - other) < 1e-4) }
    var two = learner
    two.threads = 2
    #expect(try two.fit(rows, positive, weights: nil, seed: 9) { _ in }.probabilities(of: queries) == whole)
  }

  @Test func storedVectorsAnswerTheSame() throws {
    let model = try SupportVectorMachine().fit(rows, positive, weights: nil, seed: 1) { _ in }
    var writer = ByteWriter()
    model.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    let read = try SupportVectorModel(from: &reader)
    #expect(reader.remaining == 0)
    #expect(read.probabilities(of: queries) == model.probabilities(of: queries))
    for length in stride(from: 0, to: writer.bytes.count, by: 211) {
      var short = ByteReader(Array(writer.bytes.prefix(length)))
      #expect(throws: CodingFailure.self) { try SupportVectorModel(from: &short) }
    }
  }

  @Test func aCancelledTaskEndsTheFit() async {
    let (rows, positive) = (rows, positive)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      _ = try SupportVectorMachine().fit(rows, positive, weights: nil, seed: 1) { _ in }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
