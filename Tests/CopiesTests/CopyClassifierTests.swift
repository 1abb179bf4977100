import Copies
import TestSupport
import Testing
import Tracks

@Suite struct CopyClassifierTests {
  /// Random items that change a little from one to the next, as fingerprints do.
  private func print(_ count: Int, seed: UInt64) -> [UInt32] {
    var random = SeededGenerator(seed: seed)
    var item = UInt32.random(in: .min ... .max, using: &random)
    return (0..<count).map { _ in
      for _ in 0..<6 { item ^= 1 << UInt32.random(in: 0..<32, using: &random) }
      return item
    }
  }

  @Test func aWindowTellsTheOffsetOfTheTracks() throws {
    let whole = print(400, seed: 1)
    let seconds = FingerprintComparison.secondsPerItem
    // The second track begins 30 s after the first, its window 8 items later than the first one's.
    let window = try #require(
      WindowComparison(Array(whole[100..<250]), from: 50, Array(whole[108..<258]), from: 50 + 8 * seconds - 30))
    #expect(abs(window.offset - 30) < 0.01)
    #expect(window.errorRate == 0 && window.background > 0.3)
    #expect(WindowComparison(Array(whole.prefix(20)), from: 0, Array(whole.prefix(20)), from: 0) == nil)
  }

  @Test func windowsLieInsideWhatBothHave() {
    for (first, second, offset) in [(240.0, 240.0, 0.0), (240, 90, 100), (90, 240, -60), (200, 190, 12), (30, 30, 0)] {
      let starts = CopyClassifier.windows(first: first, second: second, offset: offset, known: [])
      for start in starts {
        #expect(start >= max(0, offset) && start - offset >= 0)
        #expect(start + CopyClassifier.windowSeconds <= min(first, second + offset) + 0.001)
      }
      #expect(starts.count == (min(first, second) > 60 ? 2 : 1))
    }
    // Windows that are there already are used again, if they lie far enough apart.
    #expect(CopyClassifier.windows(first: 240, second: 240, offset: 0, known: [60, 62, 150]) == [60, 150])
    #expect(CopyClassifier.windows(first: 240, second: 240, offset: 0, known: [60, 62]) == [62, 158])
  }
}
