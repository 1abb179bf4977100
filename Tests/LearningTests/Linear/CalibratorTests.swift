import TestSupport
import Testing

@testable import Learning

struct CalibratorTests {
  private let places = (0...40).map { -0.1 + 1.2 * Double($0) / 40 }

  @Test func agreesWithScikit() throws {
    let answers = try ScikitAnswers.load().scores
    let (scores, positive) = scikitScores()
    let rising = Calibrator.isotonic(scores: scores, positive: positive)
    for (place, expected) in zip(places, answers.isotonic) {
      #expect(abs(rising.probability(of: place) - expected) < 1e-9)
    }
    let curve = Calibrator.platt(scores: scores, positive: positive)
    for (place, expected) in zip(places, answers.platt) {
      #expect(abs(curve.probability(of: place) - expected) < 1e-4)
    }
  }

  @Test func isotonicPoolsViolators() {
    // 1 before 0 is pooled to 1/2; the ends stay level.
    let rising = Calibrator.isotonic(scores: [1, 2, 3, 4], positive: [false, true, false, true])
    #expect(rising.probabilities(of: [0, 1, 2, 2.5, 3, 3.5, 4, 9]) == [0, 0, 0.5, 0.5, 0.5, 0.75, 1, 1])
    let weighted = Calibrator.isotonic(scores: [1, 2], positive: [true, false], weights: [3, 1])
    #expect(weighted.probabilities(of: [0, 1.5, 3]) == [0.75, 0.75, 0.75])
    let tied = Calibrator.isotonic(scores: [1, 1, 1, 2], positive: [false, true, false, true])
    #expect(tied.probabilities(of: [1, 2]) == [1.0 / 3, 1])
  }

  @Test func plattFindsTheCurveBehindTheClasses() {
    var random = SeededGenerator(seed: 3)
    let scores = (0..<20_000).map { _ in Double(random.next() >> 40) / 0x1p24 * 8 - 4 }
    let positive = scores.map { Double(random.next() >> 40) / 0x1p24 < logistic(1.5 * $0 - 0.7) }
    let curve = Calibrator.platt(scores: scores, positive: positive)
    for place in [-3.0, -1, 0, 0.5, 2] {
      #expect(abs(curve.probability(of: place) - logistic(1.5 * place - 0.7)) < 0.02)
    }
  }

  @Test func neverFalls() {
    for seed in UInt64(1)...20 {
      var random = SeededGenerator(seed: seed)
      let scores = (0..<60).map { _ in Double(random.next() % 40) / 40 }
      let positive = (0..<60).map { _ in random.next() % 2 == 0 }
      for calibrator in [
        Calibrator.platt(scores: scores, positive: positive),
        Calibrator.isotonic(scores: scores, positive: positive),
      ] {
        let curve = calibrator.probabilities(of: places)
        #expect(zip(curve, curve.dropFirst()).allSatisfy { $0 <= $1 }, "seed \(seed)")
        #expect(curve.allSatisfy { $0 >= 0 && $0 <= 1 }, "seed \(seed)")
      }
    }
  }

  @Test func extremeInputs() {
    let one = Calibrator.platt(scores: [0.3], positive: [true])
    #expect(one.probability(of: 0.1) == one.probability(of: 0.9))
    let apart = Calibrator.platt(scores: [1e6, 2e6, 3e6, 4e6], positive: [false, false, true, true])
    #expect(apart.probability(of: 1e6) < 0.5 && apart.probability(of: 4e6) > 0.5)
    let against = Calibrator.platt(scores: [1, 2, 3, 4], positive: [true, true, false, false])
    #expect(abs(against.probability(of: 1) - 0.5) < 1e-12)
    #expect(against.probability(of: 1) == against.probability(of: 4))
  }

  @Test func codingRoundTripAndDamage() throws {
    let (scores, positive) = scikitScores()
    for calibrator in [
      Calibrator.platt(scores: scores, positive: positive),
      Calibrator.isotonic(scores: scores, positive: positive),
    ] {
      var writer = ByteWriter()
      calibrator.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      #expect(try Calibrator(from: &reader) == calibrator)
      for count in 0..<writer.bytes.count {
        var short = ByteReader(Array(writer.bytes[..<count]))
        #expect(throws: CodingFailure.self) { try Calibrator(from: &short) }
      }
    }
    var unknown = ByteReader([9])
    #expect(throws: CodingFailure.self) { try Calibrator(from: &unknown) }
    var falling = ByteWriter()
    falling.write(UInt8(1))
    falling.write([1.0, 2.0])
    falling.write([0.7, 0.2])
    var reader = ByteReader(falling.bytes)
    #expect(throws: CodingFailure.self) { try Calibrator(from: &reader) }
  }
}
