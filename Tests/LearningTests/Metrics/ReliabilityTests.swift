import Testing

@testable import Learning

struct ReliabilityTests {
  @Test func workedCase() throws {
    let table = try #require(
      Reliability(
        probabilities: [0, 0.05, 0.5, 0.59, 1], positive: [false, true, true, false, true], bins: 10))
    #expect(table.bins.map(\.rows) == [2, 2, 1])
    #expect(table.bins.map(\.low) == [0, 0.5, 0.9])
    #expect(table.bins.map(\.high) == [0.1, 0.6, 1])
    #expect(table.bins.map(\.observed) == [0.5, 0.5, 1])
    #expect(zip(table.bins, [0.025, 0.545, 1]).allSatisfy { abs($0.predicted - $1) < 1e-12 })
    // (2 x .475 + 2 x .045 + 0) / 5
    #expect(abs(table.expectedError - 0.208) < 1e-12)
    #expect(Reliability(probabilities: [], positive: []) == nil)
  }

  @Test func brierScores() {
    #expect(Reliability.brier(probabilities: [1, 0], positive: [true, false]) == 0)
    #expect(Reliability.brier(probabilities: [0.5, 0.5], positive: [true, false]) == 0.25)
    #expect(Reliability.brier(probabilities: [0, 1], positive: [true, false]) == 1)
    #expect(Reliability.brier(probabilities: [], positive: []) == nil)
  }
}
