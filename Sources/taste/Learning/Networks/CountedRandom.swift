import Glibc

/// Random numbers that depend on a seed and a position only, so that any thread can compute any of them.
///
/// The numbers are those of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
struct CountedRandom {
  private let seed: UInt64
  private var position: UInt64 = 0

  /// A generator that starts from a seed and any number of further keys.
  init(seed: UInt64, _ keys: UInt64...) {
    var state = seed
    for key in keys { state = SplitMix64.mixed(state &+ 0x9E37_79B9_7F4A_7C15 &* (key &+ 1)) ^ key }
    self.seed = state
  }

  /// The 64 random bits at a position.
  @inline(__always)
  func bits(at position: Int) -> UInt64 {
    SplitMix64.mixed(seed &+ (UInt64(position) &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// The next number, evenly spread from 0 to below 1.
  mutating func uniform() -> Double {
    position += 1
    return Double(bits(at: Int(position - 1)) >> 11) * 0x1p-53
  }

  /// The next number of a normal distribution with deviation 1, cut off at twice its deviation.
  mutating func truncatedNormal() -> Double {
    while true {
      let radius = sqrt(-2 * log(1 - uniform()))
      let number = radius * cos(2 * Double.pi * uniform())
      if abs(number) <= 2 { return number }
    }
  }

  /// The next whole number from 0 to below `bound`.
  mutating func below(_ bound: Int) -> Int {
    Int(uniform() * Double(bound))
  }

  /// Brings a list into random order.
  mutating func shuffle(_ list: UnsafeMutableBufferPointer<Int>) {
    var last = list.count - 1
    while last > 0 {
      list.swapAt(last, below(last + 1))
      last -= 1
    }
  }
}
