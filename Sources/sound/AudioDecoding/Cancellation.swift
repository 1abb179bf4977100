/// Where the channels of a stretch cancel each other in their mean, what cancels is heard instead of it.
///
/// Of two channels the power of what is apart and that of the mean add up to the mean power of the channels, so the mean
/// lies 12 dB below that where what is apart has 15 times its power. Constants count for nothing in either. A stretch that
/// does not cancel is the mean to the bit, so the rule belongs to version 3 of the dense features and is none of its own.
enum Cancellation {
  /// How many times the power of the mean what is apart must have.
  static let ratio = 15.0
  private static let piece = 4_096

  /// What is heard of a stretch: the mean, or what lies apart from it.
  static func heard(_ stretch: MixTarget, count: Int) -> UnsafeMutablePointer<Float> {
    guard let apart = stretch.apart else { return stretch.mean }
    return movement(apart, count) > ratio * movement(stretch.mean, count) ? apart : stretch.mean
  }

  /// The variance of finite values.
  static func movement(_ values: UnsafePointer<Float>, _ count: Int) -> Double {
    guard count > 0 else { return 0 }
    // Around the first value, so that a constant leaves no rounding behind.
    let first = values[0]
    var (sum, squares) = (0.0, 0.0)
    for start in stride(from: 0, to: count, by: piece) {
      let end = min(start + piece, count)
      let whole = start + (end - start) / 16 * 16
      var (sums, products) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
      for place in stride(from: start, to: whole, by: 16) {
        let moved = UnsafeRawPointer(values + place).loadUnaligned(as: SIMD16<Float>.self) - first
        sums += moved
        products += moved * moved
      }
      sum += Double(sums.sum())
      squares += Double(products.sum())
      for place in whole..<end {
        let moved = Double(values[place] - first)
        sum += moved
        squares += moved * moved
      }
    }
    let mean = sum / Double(count)
    return max(0, squares / Double(count) - mean * mean)
  }
}
