public import Learning
import Tracks

/// Where songs lie by their sound: near each other where they sound alike.
///
/// Every value of a summary is brought to mean 0 and deviation 1 over the songs that the space was measured on. The
/// values of a `SoundTrait` share a weight that grows with the root of their number, and all weights add up to 1.
public struct SongSpace: Sendable {
  private let scaling: ColumnScaling
  private let factors: [Float]

  /// A space measured on these songs, a row each, of `SummaryLayout` or of any other length, where every value counts
  /// the same.
  public init(_ summaries: Matrix) {
    scaling = ColumnScaling(summaries)
    let weights: [Float] =
      summaries.columns == SummaryLayout.count
      ? (0..<summaries.columns).map { 1 / Float(SoundTrait.of($0).columns.count).squareRoot() }
      : [Float](repeating: 1, count: summaries.columns)
    let sum = weights.reduce(0, +)
    factors = weights.map { $0 / sum }
  }

  /// The places of songs, a row each.
  public func places(of summaries: Matrix) -> Matrix {
    var places = scaling.scaled(summaries, limit: 20)
    for row in 0..<places.rows {
      for column in 0..<places.columns { places[row, column] *= factors[column] }
    }
    return places
  }

  /// How far apart two places lie: the sum of the differences of their values without signs (L1), which is the weighted
  /// mean over the values of how many deviations the songs lie apart.
  ///
  /// A single value that another encoding or a click moves far away counts for no more than it moved; in the Euclidean
  /// distance it would outweigh all others.
  /// Reference: C. Aggarwal, A. Hinneburg and D. Keim, "On the surprising behavior of distance metrics in high dimensional
  /// space", ICDT 2001.
  public static func distance(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Double {
    precondition(left.count == right.count, "places of one space")
    return left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        // Eight sums side by side are what the processor can add at once.
        var sums = SIMD8<Float>.zero
        var place = 0
        while place + 8 <= left.count {
          for lane in 0..<8 { sums[lane] += (left[place + lane] - right[place + lane]).magnitude }
          place += 8
        }
        var rest: Float = 0
        while place < left.count {
          rest += (left[place] - right[place]).magnitude
          place += 1
        }
        return Double(sums.sum() + rest)
      }
    }
  }

  /// The songs of a matrix of places in two dimensions: the coordinates along the two directions in which they differ
  /// most (principal components by orthogonal iteration), each direction turned so that its largest weight is positive.
  public static func map(_ places: Matrix, seed: UInt64 = 1) -> [(x: Double, y: Double)] {
    var means = [Double](repeating: 0, count: places.columns)
    for row in 0..<places.rows {
      for column in 0..<places.columns { means[column] += Double(places[row, column]) / Double(places.rows) }
    }
    func projections(_ direction: [Double]) -> [Double] {
      (0..<places.rows).map { row in
        var sum = 0.0
        for column in 0..<places.columns { sum += (Double(places[row, column]) - means[column]) * direction[column] }
        return sum
      }
    }
    func normalised(_ vector: [Double]) -> [Double] {
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return length > 0 ? vector.map { $0 / length } : vector
    }
    func without(_ other: [Double], _ vector: [Double]) -> [Double] {
      let shared = zip(other, vector).reduce(0) { $0 + $1.0 * $1.1 }
      return zip(vector, other).map { $0 - shared * $1 }
    }
    var random = SplitMix64(seed: seed)
    var first = normalised(means.map { _ in random.normal() })
    var second = normalised(without(first, means.map { _ in random.normal() }))
    for _ in 0..<60 {
      let weights = (projections(first), projections(second))
      var sums = (means.map { _ in 0.0 }, means.map { _ in 0.0 })
      for row in 0..<places.rows {
        for column in 0..<places.columns {
          let value = Double(places[row, column]) - means[column]
          sums.0[column] += weights.0[row] * value
          sums.1[column] += weights.1[row] * value
        }
      }
      first = normalised(sums.0)
      second = normalised(without(first, sums.1))
    }
    func turned(_ direction: [Double]) -> [Double] {
      let largest = direction.max { abs($0) < abs($1) } ?? 0
      return largest < 0 ? direction.map { -$0 } : direction
    }
    return zip(projections(turned(first)), projections(turned(second))).map { (x: $0, y: $1) }
  }
}
