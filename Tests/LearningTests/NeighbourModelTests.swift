import Foundation
import Testing

@testable import Learning

@Suite struct NeighbourModelTests {
  private let rows = Matrix(rows: 4, columns: 1, values: [0, 1, 3, 7])
  private let positive = [true, false, false, true]

  private func answer(_ learner: KNearestNeighbours, _ values: [Float], weights: [Float]? = nil) throws -> [Double] {
    let model = try learner.fit(rows, positive, weights: weights, seed: 1) { _ in }
    return model.probabilities(of: Matrix(rows: values.count, columns: 1, values: values))
  }

  @Test func equalVotesAreTheShareOfPositives() throws {
    #expect(try answer(.init(neighbours: 3), [0, 10]) == [1.0 / 3, 1.0 / 3])
    #expect(try answer(.init(neighbours: 1), [0.4, 5.5]) == [1, 1])
    #expect(try answer(.init(neighbours: 9), [0]) == [0.5])
    // At 2 the rows 1 and 3 are as near as each other: the lower row number wins the only place.
    #expect(try answer(.init(neighbours: 1), [2], weights: [1, 1, 1, 1]) == [0])
  }

  @Test func nearerNeighboursCountMoreIfAsked() throws {
    // From 4: row 2 at distance 1, rows 1 and 3 at 3.
    let expected = (1.0 / 3) / (1 + 2.0 / 3)
    let learner = KNearestNeighbours(neighbours: 3, vote: .inverseDistance)
    #expect(abs(try answer(learner, [4])[0] - expected) < 1e-12)
    #expect(try answer(learner, [0]) == [1])
  }

  @Test func weightsCount() throws {
    #expect(try answer(.init(neighbours: 2), [0], weights: [3, 1, 1, 1]) == [0.75])
  }

  @Test(arguments: [false, true])
  func storedNeighboursAnswerTheSame(_ standardises: Bool) throws {
    let rows = NeighbourSearchTests.random(60, 5, seed: 9)
    let positive = (0..<60).map { $0 % 3 == 0 }
    let learner = KNearestNeighbours(
      neighbours: 4, metric: .cosine, vote: .inverseDistance, standardises: standardises)
    let model = try learner.fit(rows, positive, weights: (0..<60).map { Float($0 + 1) }, seed: 1) { _ in }
    var writer = ByteWriter()
    model.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    let read = try NeighbourModel(from: &reader)
    #expect(reader.remaining == 0)
    let queries = NeighbourSearchTests.random(20, 5, seed: 10)
    #expect(read.probabilities(of: queries) == model.probabilities(of: queries))
    for length in stride(from: 0, to: writer.bytes.count, by: 97) {
      var short = ByteReader(Array(writer.bytes.prefix(length)))
      #expect(throws: CodingFailure.self) { try NeighbourModel(from: &short) }
    }
  }

  @Test func agreesWithScikitLearn() throws {
    struct Golden: Decodable {
      var settings: [Setting]
      struct Setting: Decodable {
        var neighbours: Int
        var metric: String
        var vote: String
        var probabilities: [Double]
      }
    }
    let url = try #require(
      Bundle.module.url(forResource: "neighbours", withExtension: "json", subdirectory: "Golden/Neighbour"))
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    let rows = NeighbourSearchTests.random(200, 6, seed: 11)
    let positive = (0..<200).map { rows[$0, 0] + rows[$0, 1] > 0.3 }
    let queries = NeighbourSearchTests.random(30, 6, seed: 12)
    #expect(golden.settings.count == 8)
    for setting in golden.settings {
      let learner = KNearestNeighbours(
        neighbours: setting.neighbours, metric: setting.metric == "cosine" ? .cosine : .euclidean,
        vote: setting.vote == "distance" ? .inverseDistance : .equal)
      let answers = try learner.fit(rows, positive, weights: nil, seed: 1) { _ in }.probabilities(of: queries)
      #expect(answers.count == setting.probabilities.count)
      for (answer, expected) in zip(answers, setting.probabilities) { #expect(abs(answer - expected) < 1e-6) }
    }
  }
}
