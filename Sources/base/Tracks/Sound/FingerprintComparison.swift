/// How alike two acoustic fingerprints are where they fit best, one shifted against the other.
///
/// An item's 32 bits change with what is heard, so two recordings of one performance differ in few bits at one offset and
/// in about half of them at all others.
public struct FingerprintComparison: Equatable, Sendable {
  /// The time between two items of a fingerprint in seconds: a third of a frame of 4,096 values at 11,025 Hz.
  public static let secondsPerItem = 1_365.0 / 11_025.0

  /// Where the right fingerprint begins in the left one, in items; negative where it begins earlier.
  public var offset: Int
  /// How many items lie over each other there.
  public var overlap: Int
  /// The fraction of bits that differ there: 0 for the same audio, around .5 for strangers.
  public var errorRate: Double
  /// The mean fraction of bits that differ at the offsets at least 2 s away. Where it is hardly larger than
  /// `errorRate`, the audio is too uniform (silence, a drone, a loop) to tell anything.
  public var background: Double

  /// A comparison with these results.
  public init(offset: Int, overlap: Int, errorRate: Double, background: Double) {
    self.offset = offset
    self.overlap = overlap
    self.errorRate = errorRate
    self.background = background
  }

  /// Compares two fingerprints at every offset at which at least `least` items lie over each other, or `nil` where
  /// there is none. Ties go to the smallest shift, then to the earlier one.
  /// - Parameters:
  ///   - left: A raw fingerprint.
  ///   - right: Another one.
  ///   - least: The fewest items that count as evidence, at least 1; 80 are 10 s.
  ///   - farthest: The largest shift tried, in items.
  public init?(_ left: [UInt32], _ right: [UInt32], least: Int = 80, farthest: Int = .max) {
    precondition(least > 0, "a comparison needs at least one item")
    let lowest = max(-farthest, least - right.count)
    let highest = min(farthest, left.count - least)
    guard min(left.count, right.count) >= least, lowest <= highest else { return nil }
    var rates = [Double](repeating: 1, count: highest - lowest + 1)
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        for offset in lowest...highest {
          let range = Self.overlap(left.count, right.count, offset)
          var different = 0
          for index in range { different &+= (left[index] ^ right[index &- offset]).nonzeroBitCount }
          rates[offset - lowest] = Double(different) / Double(32 * range.count)
        }
      }
    }
    let best = (lowest...highest).min { one, other in
      (rates[one - lowest], abs(one), one) < (rates[other - lowest], abs(other), other)
    }
    guard let best else { return nil }
    let near = Int((2 / Self.secondsPerItem).rounded())
    let others = (lowest...highest).filter { abs($0 - best) >= near }
    let sum = others.reduce(0.0) { $0 + rates[$1 - lowest] }
    self.init(
      offset: best, overlap: Self.overlap(left.count, right.count, best).count, errorRate: rates[best - lowest],
      background: others.isEmpty ? 0.5 : sum / Double(others.count))
  }

  /// The items of the left fingerprint that lie over one of the right.
  private static func overlap(_ left: Int, _ right: Int, _ offset: Int) -> Range<Int> {
    max(0, offset)..<min(left, right + offset)
  }
}
