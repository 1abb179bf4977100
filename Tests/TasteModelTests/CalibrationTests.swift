import Glibc
import Learning
import TestSupport
import Testing

@testable import TasteModel

@Suite struct CalibrationTests {
  /// Songs whose log-odds are a known line of their scores'.
  private func songs(_ count: Int, slope: Double, offset: Double, seed: UInt64) -> (scores: [Double], liked: [Bool]) {
    var random = SplitMix64(seed: seed)
    let inputs = (0..<count).map { _ in 2 * random.normal() }
    return (
      inputs.map { 1 / (1 + exp(-$0)) }, inputs.map { random.unit() < 1 / (1 + exp(-(slope * $0 + offset))) }
    )
  }

  @Test func aKnownLineIsFound() throws {
    let (scores, liked) = songs(20_000, slope: 0.7, offset: -1, seed: 4)
    let calibration = try Calibration(scores: scores, liked: liked)
    #expect(abs(calibration.slope - 0.7) < 0.03)
    #expect(abs(calibration.offset + 1) < 0.05)
  }

  @Test func itIsTheMinimumOfPlattsLoss() throws {
    // scipy.optimize.minimize(loss, [1, 0], method="BFGS", options={"gtol": 1e-12}), then Newton's steps in numpy.
    let calibration = try Calibration(
      scores: (1...40).map { Double($0) / 41 }, liked: (0..<40).map { ($0 * 17 + 5) % 41 < $0 + 4 })
    #expect(abs(calibration.slope - 0.8431376849) < 1e-6)
    #expect(abs(calibration.offset - 0.4052376580) < 1e-6)
  }

  @Test func theMeanProbabilityIsTheShareOfLikedSongs() throws {
    let (scores, liked) = songs(4000, slope: 1, offset: -0.5, seed: 9)
    let calibration = try Calibration(scores: scores, liked: liked)
    let mean = scores.map(calibration.probability).reduce(0, +) / 4000
    // Platt's targets lie (good + 1) / (good + 2) and 1 / (bad + 2) away from 1 and 0.
    #expect(abs(mean - Double(liked.count { $0 }) / 4000) < 1e-3)
  }

  @Test func anInvertedOrderIsNotTurnedRound() throws {
    let (scores, liked) = songs(500, slope: -1, offset: 0, seed: 2)
    let calibration = try Calibration(scores: scores, liked: liked)
    #expect(calibration.slope == Calibration.smallestSlope)
    #expect(calibration.probability(of: 0.9) > calibration.probability(of: 0.1))
    let share = Double(liked.count { $0 }) / 500
    #expect(abs(calibration.probability(of: 0.9) - share) < 0.02)
  }

  @Test func extremesStayFinite() throws {
    let separated = try Calibration(scores: [0, 0, 0, 1, 1, 1], liked: [false, false, false, true, true, true])
    // 3 of 3 is no certainty: the target is 4/5.
    #expect(abs(separated.probability(of: 1) - 0.8) < 1e-6)
    #expect(abs(separated.probability(of: 0) - 0.2) < 1e-6)
    let level = try Calibration(scores: [0.5, 0.5, 0.5], liked: [true, false, false])
    #expect(level.probability(of: 0.5).isFinite)
  }
}
