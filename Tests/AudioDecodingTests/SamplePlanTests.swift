import AudioDecoding
import TestSupport
import Testing
import Tracks

@Suite struct SamplePlanTests {
  @Test func liesInTheMiddleOfEqualParts() {
    #expect(SamplePlan.starts(duration: 30, from: 0, to: nil, count: 3) == [2.5, 12.5, 22.5])
    #expect(SamplePlan.starts(duration: 100, from: 40, to: 60, count: 2) == [42.5, 52.5])
  }

  @Test func givesAsManyAsFitSideBySide() {
    #expect(SamplePlan.starts(duration: 15, from: 0, to: nil, count: 30) == [0, 5, 10])
    #expect(SamplePlan.starts(duration: 4, from: 0, to: nil, count: 30) == [0])
    #expect(SamplePlan.starts(duration: 5, from: 0, to: nil, count: 30) == [0])
  }

  @Test func movesTheSpanInside() {
    #expect(SamplePlan.starts(duration: 10, from: -3, to: 100, count: 1) == [2.5])
    #expect(SamplePlan.starts(duration: 10, from: 50, to: nil, count: 3) == [10])
    #expect(SamplePlan.starts(duration: 0, from: 0, to: nil, count: 3) == [0])
  }

  @Test func staysInsideAndNeverOverlaps() {
    let seed: UInt64 = 41
    var random = SeededGenerator(seed: seed)
    for round in 0..<500 {
      let duration = Double.random(in: 5...40_000, using: &random)
      let from = Double.random(in: 0...duration / 2, using: &random)
      let count = Int.random(in: 1...60, using: &random)
      let starts = SamplePlan.starts(duration: duration, from: from, to: nil, count: count)
      let length = Double(Sampling.seconds)
      #expect((1...count).contains(starts.count), "seed \(seed), round \(round)")
      #expect(starts[0] >= from)
      #expect(starts.last! + length <= max(duration, from + length) + 1e-9)
      #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 >= length - 1e-9 })
    }
  }
}
