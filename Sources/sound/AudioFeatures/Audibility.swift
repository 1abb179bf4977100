internal import Tracks

/// Whether there is anything to be heard in a sample: neither in silence nor in a constant.
public struct Audibility: Sendable {
  /// The RMS below which what moves around the mean counts for nothing: one step of 16 bits.
  public static let leastMovement = 1.0 / 32_768
  /// The magnitude beyond which floats are taken for those of another scale, such as that of 16-bit numbers.
  public static let largestFloat: Float = 8
  /// The values at either end that resampling may have set in motion.
  private static let margin = 4_096

  /// The largest magnitude.
  public let peak: Float
  /// Whether there is anything to be heard.
  public let isHeard: Bool

  /// Looks at a sample, mono at `Sampling.rate`; values that are not finite count as silence.
  public init(_ sample: UnsafeBufferPointer<Float>) {
    let peak = Self.peak(of: sample)
    self.peak = peak
    let inner =
      sample.count > 3 * Self.margin
      ? UnsafeBufferPointer(rebasing: sample[Self.margin..<(sample.count - Self.margin)]) : sample
    let variance = Self.variance(of: inner)
    let unit = peak > Self.largestFloat ? Double(peak) : 1
    isHeard = variance.squareRoot() > Self.leastMovement * unit
  }

  private static func peak(of sample: UnsafeBufferPointer<Float>) -> Float {
    var largest = SIMD16<Float>.zero
    let most = SIMD16<Float>(repeating: .greatestFiniteMagnitude)
    for part in wholes(of: sample) {
      let magnitude = Vector.magnitude(part)
      largest = Vector.max(magnitude.replacing(with: 0, where: .!(magnitude .<= most)), largest)
    }
    return sample.suffix(sample.count % 16).reduce(largest.max()) { most, value in
      value.magnitude <= .greatestFiniteMagnitude ? max(most, value.magnitude) : most
    }
  }

  /// Around the first value, so that a large constant leaves no rounding behind.
  private static func variance(of values: UnsafeBufferPointer<Float>) -> Double {
    func finite(_ value: Float) -> Double { value.isFinite ? Double(value) : 0 }
    let first = values.first.map { finite($0) } ?? 0
    var (sums, squares) = (SIMD16<Double>.zero, SIMD16<Double>.zero)
    for part in wholes(of: values) {
      let isFinite = Vector.magnitude(part) .<= SIMD16(repeating: .greatestFiniteMagnitude)
      let apart = SIMD16<Double>(SIMD16<Float>.zero.replacing(with: part, where: isFinite)) - first
      sums += apart
      squares += apart * apart
    }
    var (sum, square) = (sums.sum(), squares.sum())
    for value in values.suffix(values.count % 16) {
      let apart = finite(value) - first
      sum += apart
      square += apart * apart
    }
    let count = Double(max(1, values.count))
    return max(0, square / count - (sum / count) * (sum / count))
  }

  /// As many values at a time as the processor takes, without the rest.
  private static func wholes(of values: UnsafeBufferPointer<Float>) -> some Sequence<SIMD16<Float>> {
    let bytes = UnsafeRawBufferPointer(values)
    return (0..<(values.count / 16)).lazy.map { bytes.loadUnaligned(fromByteOffset: 64 * $0, as: SIMD16<Float>.self) }
  }

  /// What floats up to some peak are to be divided by, to be within full scale: 1, or the full scale of the whole numbers
  /// of 8, 16, 24 or 32 bits that the peak fits.
  public static func scale(ofPeak peak: Float) -> Double {
    guard peak > largestFloat else { return 1 }
    return [128.0, 32_768, 8_388_608, 2_147_483_648].first { Double(peak) <= $0 } ?? Double(peak)
  }
}
