/// The 32-bit xorshift generator (Marsaglia 2003) that scikit-learn's trees draw from, so that a tree can be compared
/// with theirs split by split.
struct TreeRandom {
  /// The state, from which the next number follows.
  private var state: UInt32

  /// A generator that starts from this state; 0 stands for 1.
  init(state: UInt32) {
    self.state = state == 0 ? 1 : state
  }

  /// The generator of one tree of many that grow from one seed.
  init(seed: UInt64, tree: Int) {
    self.init(state: UInt32(truncatingIfNeeded: SplitMix64.seed(seed, stream: tree) >> 33))
  }

  /// The next number, from 0 to `largest`.
  @inline(__always)
  private mutating func next() -> UInt32 {
    state ^= state << 13
    state ^= state >> 17
    state ^= state << 5
    return state & Self.largest
  }

  private static let largest: UInt32 = 0x7FFF_FFFF

  /// A whole number from `low` up to, not including, `high`.
  @inline(__always)
  mutating func number(_ low: Int, _ high: Int) -> Int {
    low + Int(next() % UInt32(truncatingIfNeeded: high - low))
  }

  /// A number from `low` to `high`.
  @inline(__always)
  mutating func number(_ low: Float, _ high: Float) -> Double {
    (Double(high) - Double(low)) * Double(next()) / Double(Self.largest) + Double(low)
  }
}
