internal import Glibc

/// Random numbers that are the same for the same seed on every machine (Steele, Lea and Flood 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator that starts from a seed.
  public init(seed: UInt64) {
    state = seed
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  /// A whole number from 0 up to, not including, `bound`, which is positive.
  public mutating func below(_ bound: Int) -> Int {
    // The high half of the product is even to within 1 part in 2^64 / bound, far below what any sample could show. The
    // standard library's own algorithm may change with its version.
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number from 0 up to, not including, 1.
  public mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number from the standard normal distribution (Box and Muller 1958).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - unit())).squareRoot()
    return radius * cos(2 * .pi * unit())
  }

  /// The numbers from 0 up to, not including, `count`, in random order.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, below(index + 1)) }
    return order
  }

  /// A seed for one purpose, derived from the seed of the whole.
  public static func seed(_ seed: UInt64, for purpose: UInt64) -> UInt64 {
    mixed(mixed(seed &+ 0x9E37_79B9_7F4A_7C15) ^ (purpose &* 0xD6E8_FEB8_6659_FD93))
  }

  /// The seed of one of many independent streams derived from one seed.
  static func seed(_ seed: UInt64, stream: Int) -> UInt64 {
    mixed(mixed(seed &+ 0x9E37_79B9_7F4A_7C15) &+ UInt64(bitPattern: Int64(stream)) &* 0xD1B5_4A32_D192_ED03)
  }

  /// The bits of a number, mixed so that each of them depends on all.
  @inline(__always)
  static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
