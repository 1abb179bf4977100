internal import Tracks

/// A sample scaled to its own peak, between two margins of silence, with the peak of every stretch of 512 values.
///
/// The margins are librosa's zero padding of centred frames. Values that are not finite are taken for silence.
final class ScaledSample {
  /// The silence before and after: half of the longest window.
  static let margin = 2_048
  /// The length of a stretch.
  static let stretch = 512

  /// The number of values of the sample, at most `Sampling.length`.
  private(set) var count = 0
  /// The largest magnitude before scaling: 0 for silence.
  private(set) var peak: Float = 0

  private let storage: AlignedStorage<Float>
  /// The largest magnitude in each stretch of `storage`, its first value left out.
  private let inner: AlignedStorage<Float>

  /// Room for a sample of the full length.
  init() {
    let stretches = (Sampling.length + 2 * Self.margin) / Self.stretch + 2
    storage = AlignedStorage(stretches * Self.stretch, filledWith: 0)
    inner = AlignedStorage(stretches, filledWith: 0)
  }

  /// The sample's first value; `margin` values before it are silence.
  var values: UnsafeMutablePointer<Float> { storage.base + Self.margin }

  /// Takes over a sample of at most `Sampling.length` values, each divided by the largest magnitude.
  func load(_ samples: UnsafeBufferPointer<Float>) {
    precondition(samples.count <= Sampling.length, "a sample has at most \(Sampling.length) values")
    let used = samples.count
    let largest = Self.largestMagnitude(samples)
    count = used
    let kept = largest.isFinite && largest > 0 ? used : 0
    (values + kept).update(repeating: 0, count: storage.count - Self.margin - kept)
    if largest.isFinite {
      peak = largest
      if largest > 0, let source = samples.baseAddress { Self.divide(source, by: largest, into: values, count: used) }
    } else {
      loadFinite(samples)
    }
    for index in 0..<inner.count { inner.base[index] = innerPeak(index) }
  }

  /// The largest magnitude that a frame of `length` values sees which starts `offset` values after the sample's first;
  /// the first value is not seen, as every window begins with 0. Both must be multiples of `stretch`.
  func peak(from offset: Int, length: Int) -> Float {
    let first = (offset + Self.margin) / Self.stretch
    var largest = inner.base[first]
    for index in (first + 1)..<(first + length / Self.stretch) {
      largest = max(largest, inner.base[index], storage.base[index * Self.stretch].magnitude)
    }
    return largest
  }

  private func innerPeak(_ index: Int) -> Float {
    let start = storage.base + index * Self.stretch
    var largest = SIMD8<Float>.zero
    for place in stride(from: 0, to: Self.stretch, by: 8) {
      var part = UnsafeRawPointer(start + place).loadUnaligned(as: SIMD8<Float>.self)
      if place == 0 { part[0] = 0 }
      largest = Vector.max(largest, Vector.magnitude(part))
    }
    return largest.max()
  }

  private func loadFinite(_ samples: UnsafeBufferPointer<Float>) {
    peak = 0
    for (index, value) in samples.enumerated() where value.isFinite {
      values[index] = value
      peak = max(peak, value.magnitude)
    }
    if peak > 0 { Self.divide(values, by: peak, into: values, count: count) }
  }

  /// The largest magnitude; not finite where a value is not.
  private static func largestMagnitude(_ samples: UnsafeBufferPointer<Float>) -> Float {
    guard let source = samples.baseAddress else { return 0 }
    var largest = SIMD16<Float>.zero
    // A value that is not finite makes this sum not a number; magnitudes alone would let NaN slip through.
    var poison = SIMD16<Float>.zero
    let whole = samples.count / 16 * 16
    for place in stride(from: 0, to: whole, by: 16) {
      let part = UnsafeRawPointer(source + place).loadUnaligned(as: SIMD16<Float>.self)
      largest = Vector.max(largest, Vector.magnitude(part))
      poison += part * 0
    }
    var result = largest.max()
    for index in whole..<samples.count {
      result = max(result, source[index].magnitude)
      poison[0] += source[index] * 0
    }
    return poison.sum() == 0 ? result : .nan
  }

  private static func divide(
    _ source: UnsafePointer<Float>, by divisor: Float, into target: UnsafeMutablePointer<Float>, count: Int
  ) {
    // Divided, not multiplied by the reciprocal: the rounding must be the one that everybody else gets.
    for index in 0..<count { target[index] = source[index] / divisor }
  }
}
