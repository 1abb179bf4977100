import Tracks

/// Where a track lies among all sounds: numbers made of its summary that hardly change when it is encoded anew, shortened
/// or played through an equaliser, so that copies and short versions lie near each other.
public enum SoundEmbedding {
  /// The number of coordinates.
  public static let count = 44

  /// The coordinates of a track: its harmony, how it varies, and the shape of its spectrum with half the weight.
  /// - Parameter summary: The dense summary, `SummaryLayout.count` values.
  public static func of(_ summary: [Float]) -> [Float] {
    precondition(summary.count == SummaryLayout.count, "a dense summary")
    let chroma = SummaryLayout.statisticsRange(.chroma, .mean).map { summary[$0] }
    let variation = SummaryLayout.statisticsRange(.chroma, .deviation).map { summary[$0] }
    let mel = SummaryLayout.statisticsRange(.logMel, .mean).lowerBound
    let groups = (0..<20).map { group in
      (0..<5).reduce(Float(0)) { $0 + summary[mel + 4 + group * 5 + $1] } / 5
    }
    let level = groups.reduce(0, +) / 20
    // The weights are over the deviations among 191 tracks of 11 packages, and over the root of the number of values.
    return chroma.map { $0 * weight(1, 0.147, 12) } + variation.map { $0 * weight(0.5, 0.056, 12) }
      + groups.map { ($0 - level) * weight(0.5, 0.422, 20) }
  }

  private static func weight(_ weight: Float, _ deviation: Float, _ count: Float) -> Float {
    weight / deviation / count.squareRoot()
  }

  /// The squared distance of two places.
  static func distance(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer) -> Float {
    var sum = SIMD4<Float>.zero
    var index = 0
    while index < count * MemoryLayout<Float>.stride {
      let a = (left + index).loadUnaligned(as: SIMD4<Float>.self)
      let b = (right + index).loadUnaligned(as: SIMD4<Float>.self)
      sum += (a - b) * (a - b)
      index += MemoryLayout<SIMD4<Float>>.stride
    }
    return sum.sum()
  }
}
