/// A random number generator that gives the same numbers for the same seed (Steele, Lea and Flood 2014).
struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator that starts from a seed.
  init(seed: UInt64) {
    state = seed
  }

  /// The next 64 random bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  /// A whole number from 0 up to, not including, `bound`, which is positive.
  mutating func below(_ bound: Int) -> Int {
    // The high half of the product is even to within 1 part in 2^64 / bound, far below what any sample could show.
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number from 0 up to, not including, 1.
  mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// The seed of one of many independent streams derived from one seed.
  static func seed(_ seed: UInt64, stream: Int) -> UInt64 {
    mixed(mixed(seed &+ 0x9E37_79B9_7F4A_7C15) &+ UInt64(bitPattern: Int64(stream)) &* 0xD1B5_4A32_D192_ED03)
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
