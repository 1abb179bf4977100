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
    var peak: Float = 0
    for value in sample where value.magnitude <= .greatestFiniteMagnitude { peak = max(peak, value.magnitude) }
    self.peak = peak
    let inner =
      sample.count > 3 * Self.margin
      ? UnsafeBufferPointer(rebasing: sample[Self.margin..<(sample.count - Self.margin)]) : sample
    var (sum, squares) = (0.0, 0.0)
    // Around the first value, so that a large constant leaves no rounding behind.
    let first = inner.first.map { $0.isFinite ? Double($0) : 0 } ?? 0
    for value in inner {
      let apart = (value.isFinite ? Double(value) : 0) - first
      sum += apart
      squares += apart * apart
    }
    let count = Double(max(1, inner.count))
    let variance = max(0, squares / count - (sum / count) * (sum / count))
    let unit = peak > Self.largestFloat ? Double(peak) : 1
    isHeard = variance.squareRoot() > Self.leastMovement * unit
  }

  /// What floats up to some peak are to be divided by, to be within full scale: 1, or the full scale of the whole numbers
  /// of 8, 16, 24 or 32 bits that the peak fits.
  public static func scale(ofPeak peak: Float) -> Double {
    guard peak > largestFloat else { return 1 }
    return [128.0, 32_768, 8_388_608, 2_147_483_648].first { Double(peak) <= $0 } ?? Double(peak)
  }
}
