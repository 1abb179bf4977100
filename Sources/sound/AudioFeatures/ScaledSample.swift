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
  /// Four times the RMS after scaling: about the peak of music without clicks. 1 for silence.
  private(set) var level: Float = 1

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
    count = samples.count
    if let source = samples.baseAddress, measure(source) {
      divide(source)
    } else {
      for (index, value) in samples.enumerated() { values[index] = value.isFinite ? value : 0 }
      _ = measure(values)
      divide(values)
    }
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

  /// Sets the peaks and the inner peaks of `count` values; false where a value is not finite.
  private func measure(_ source: UnsafePointer<Float>) -> Bool {
    inner.fill(with: 0)
    peak = 0
    // A value that is not finite makes this not a number, which the comparisons alone would let through.
    var poison = SIMD16<Float>.zero
    var first = Self.margin / Self.stretch
    for start in stride(from: 0, to: count, by: Self.stretch) {
      let length = min(Self.stretch, count - start)
      var largest = SIMD16<Float>.zero
      let whole = length / 16 * 16
      for place in stride(from: start, to: start + whole, by: 16) {
        var part = UnsafeRawPointer(source + place).loadUnaligned(as: SIMD16<Float>.self)
        poison += part * 0
        if place == start { part[0] = 0 }
        largest = Vector.max(largest, Vector.magnitude(part))
      }
      for place in (start + whole)..<(start + length) {
        poison[0] += source[place] * 0
        if place > start { largest[0] = max(largest[0], source[place].magnitude) }
      }
      inner.base[first] = largest.max()
      peak = max(peak, inner.base[first], source[start].magnitude)
      first += 1
    }
    return poison == .zero && peak.isFinite
  }

  private static func rootMeanSquare(_ values: UnsafePointer<Float>, _ count: Int) -> Float {
    var total = 0.0
    for start in Swift.stride(from: 0, to: count, by: stretch) {
      let end = min(start + stretch, count)
      let whole = start + (end - start) / 16 * 16
      var sums = SIMD16<Float>.zero
      for place in Swift.stride(from: start, to: whole, by: 16) {
        let part = UnsafeRawPointer(values + place).loadUnaligned(as: SIMD16<Float>.self)
        sums += part * part
      }
      total += Double(sums.sum())
      for place in whole..<end { total += Double(values[place] * values[place]) }
    }
    return Float((total / Double(count)).squareRoot())
  }

  /// Writes the values over the peak, silence behind them, and the inner peaks over the peak.
  private func divide(_ source: UnsafePointer<Float>) {
    let divisor = peak > 0 ? peak : 1
    // Divided, not multiplied by the reciprocal: the rounding must be the one that everybody else gets.
    for index in 0..<count { values[index] = source[index] / divisor }
    level = peak > 0 ? 4 * Self.rootMeanSquare(values, count) : 1
    (values + count).update(repeating: 0, count: storage.count - Self.margin - count)
    for index in 0..<inner.count { inner.base[index] /= divisor }
  }
}
