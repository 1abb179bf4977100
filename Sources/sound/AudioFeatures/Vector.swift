/// Arithmetic on vectors in forms that compile to the vector instructions of every processor.
enum Vector {
  /// The larger of each pair; where the first is not a number, the second.
  @inline(__always)
  static func max(_ left: SIMD8<Float>, _ right: SIMD8<Float>) -> SIMD8<Float> {
    right.replacing(with: left, where: left .> right)
  }

  /// The larger of each pair; where the first is not a number, the second.
  @inline(__always)
  static func max(_ left: SIMD4<Float>, _ right: SIMD4<Float>) -> SIMD4<Float> {
    right.replacing(with: left, where: left .> right)
  }

  /// The larger of each pair; where the first is not a number, the second.
  @inline(__always)
  static func max(_ left: SIMD16<Float>, _ right: SIMD16<Float>) -> SIMD16<Float> {
    right.replacing(with: left, where: left .> right)
  }

  /// The smaller of each pair; where the first is not a number, the second.
  @inline(__always)
  static func min(_ left: SIMD4<Float>, _ right: SIMD4<Float>) -> SIMD4<Float> {
    right.replacing(with: left, where: left .< right)
  }

  /// The smaller of each pair; where the first is not a number, the second.
  @inline(__always)
  static func min(_ left: SIMD8<Float>, _ right: SIMD8<Float>) -> SIMD8<Float> {
    right.replacing(with: left, where: left .< right)
  }

  /// Whether any value lies above its counterpart.
  @inline(__always)
  static func isAnyAbove(_ left: SIMD8<Float>, _ right: SIMD8<Float>) -> Bool {
    let bits = unsafeBitCast(left .> right, to: SIMD4<UInt64>.self)
    let halves = bits.lowHalf | bits.highHalf
    return halves[0] | halves[1] != 0
  }

  /// Without the signs.
  @inline(__always)
  static func magnitude(_ vector: SIMD8<Float>) -> SIMD8<Float> {
    unsafeBitCast(unsafeBitCast(vector, to: SIMD8<UInt32>.self) & 0x7FFF_FFFF, to: SIMD8<Float>.self)
  }

  /// Without the signs.
  @inline(__always)
  static func magnitude(_ vector: SIMD16<Float>) -> SIMD16<Float> {
    unsafeBitCast(unsafeBitCast(vector, to: SIMD16<UInt32>.self) & 0x7FFF_FFFF, to: SIMD16<Float>.self)
  }

  /// The logarithm to base 2 of positive, normal, finite values, with an absolute error below 2e-7 times the larger of
  /// 1 and the result.
  ///
  /// The argument is split into 2^e x m with m from sqrt(1/2) to sqrt(2), and log2 m is the series of the inverse
  /// hyperbolic tangent of s = (m - 1) / (m + 1) up to s^7; the first term left out is below 4e-8.
  @inline(__always)
  static func log2(_ vector: SIMD8<Float>) -> SIMD8<Float> {
    let bits = unsafeBitCast(vector, to: SIMD8<UInt32>.self)
    // Shifts the border between two exponents from 1 to sqrt(1/2).
    let shifted = bits &- 0x3F35_04F3
    let exponentBits = shifted & 0xFF80_0000
    let mantissa = unsafeBitCast(bits &- exponentBits, to: SIMD8<Float>.self)
    // The exponent as a number without a conversion: 2^23 + 2^22 + e has e in its low bits.
    let biased = exponentBits &>> 23
    let signed = (biased ^ 0x100) &- 0x100
    let exponent = unsafeBitCast(signed &+ 0x4B40_0000, to: SIMD8<Float>.self) - 12_582_912
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    let series = ((square * 0.412_198_58 + 0.577_078_02) * square + 0.961_796_7) * square + 2.885_390_1
    return exponent + s * series
  }

  /// The square roots of finite values from 0 on, with a relative error below 2e-7; of subnormal ones it is larger.
  ///
  /// Newton's iteration for the reciprocal root from a first guess by halving the exponent. The library's own square
  /// root of a vector goes through every element alone.
  @inline(__always)
  static func squareRoot(_ vector: SIMD8<Float>) -> SIMD8<Float> {
    let half = vector * 0.5
    var guess = unsafeBitCast(
      0x5F37_59DF &- (unsafeBitCast(vector, to: SIMD8<UInt32>.self) &>> 1), to: SIMD8<Float>.self)
    guess *= 1.5 - half * guess * guess
    guess *= 1.5 - half * guess * guess
    guess *= 1.5 - half * guess * guess
    return vector * guess
  }

  /// 2 to the power of each value from -126 to 127, with a relative error below 3e-7.
  ///
  /// The whole part becomes the exponent, the rest, from -1/2 to 1/2, goes into the exponential series up to the sixth
  /// power; the first term left out is below 2e-8.
  @inline(__always)
  static func exp2(_ vector: SIMD8<Float>) -> SIMD8<Float> {
    // Adding 1.5 x 2^23 rounds to a whole number and leaves it in the low bits.
    let shifted = vector + 12_582_912
    let rest = (vector - (shifted - 12_582_912)) * 0.693_147_18
    var series = rest * (1 / 720) + (1 / 120)
    series = series * rest + (1 / 24)
    series = series * rest + (1 / 6)
    series = series * rest + 0.5
    series = series * rest + 1
    series = series * rest + 1
    let exponent = (unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &+ 127) &<< 23
    return series * unsafeBitCast(exponent, to: SIMD8<Float>.self)
  }

  /// 10 to the power of each value from -37 to 38.
  @inline(__always)
  static func exp10(_ vector: SIMD8<Float>) -> SIMD8<Float> {
    exp2(vector * 3.321_928_095)
  }

  /// log10 of values, those below 1e-10 taken for 1e-10.
  @inline(__always)
  static func log10(_ vector: SIMD8<Float>) -> SIMD8<Float> {
    log2(max(vector, SIMD8(repeating: 1e-10))) * 0.301_029_995_664
  }

  /// 10 log10 of values, those below 1e-10 taken for 1e-10.
  @inline(__always)
  static func decibels(_ vector: SIMD8<Float>) -> SIMD8<Float> {
    log2(max(vector, SIMD8(repeating: 1e-10))) * 3.010_299_956_64
  }
}
