/// The rows that may still be among the nearest of one query, while blocks of rows go by.
struct NeighbourCandidates {
  /// The values looked at in one go.
  static let lanes = 16
  /// How many candidates are kept before they are ranked exactly.
  private static let most = 2048

  private let count: Int
  /// The query's part of every lower bound.
  private let low: Float
  /// The upper bound less the lower bound, over the sum of both squared norms.
  private let slack: Float
  /// The `count` smallest upper bounds seen, greatest first: a heap.
  private var uppers: [Float] = []
  /// No row whose lower bound is greater can be among the nearest.
  private var limit = Float.infinity
  private var rows: [(row: Int, lower: Float)] = []
  /// Rows whose distance was computed already.
  private var ranked: [(row: Int, distance: Double)] = []

  init(_ count: Int, low: Float, slack: Float) {
    self.count = count
    self.low = low
    self.slack = slack
    uppers.reserveCapacity(count)
  }

  /// Takes from one block the rows whose lower bound is within the limit.
  ///
  /// - Parameters:
  ///   - products: for each row of the block, -2 times its product with the query.
  ///   - lower: for each row of the block, its part of the lower bound.
  ///   - norms: the squared norm of every row.
  ///   - distance: the exact distance of a row.
  mutating func scan(
    _ products: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, _ norms: [Double], _ chunk: Range<Int>,
    _ queryNorm: Double, distance: (Int) -> Double
  ) {
    var place = 0
    while place + Self.lanes <= chunk.count {
      let bounds =
        UnsafeRawPointer(products + place).loadUnaligned(as: SIMD16<Float>.self)
        + UnsafeRawPointer(lower + place).loadUnaligned(as: SIMD16<Float>.self)
      let near = bounds .<= SIMD16<Float>(repeating: limit - low)
      if any(near) {
        for lane in 0..<Self.lanes where bounds[lane] <= limit - low {
          take(chunk.lowerBound + place + lane, bounds[lane] + low, norms, queryNorm)
        }
      }
      place += Self.lanes
    }
    while place < chunk.count {
      let bound = products[place] + lower[place]
      if bound <= limit - low { take(chunk.lowerBound + place, bound + low, norms, queryNorm) }
      place += 1
    }
    if rows.count > Self.most { condense(distance) }
  }

  private mutating func take(_ row: Int, _ lower: Float, _ norms: [Double], _ queryNorm: Double) {
    rows.append((row, lower))
    let upper = lower + slack * Float(norms[row] + queryNorm)
    if uppers.count < count {
      uppers.append(upper)
      var child = uppers.count - 1
      while child > 0, uppers[(child - 1) / 2] < uppers[child] {
        uppers.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else if upper < uppers[0] {
      uppers[0] = upper
      var parent = 0
      while true {
        var largest = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < count && uppers[child] > uppers[largest] {
          largest = child
        }
        if largest == parent { break }
        uppers.swapAt(parent, largest)
        parent = largest
      }
    }
    if uppers.count == count { limit = min(limit, uppers[0]) }
  }

  /// Drops what the limit excludes by now; ranks the rest exactly where they are still too many.
  private mutating func condense(_ distance: (Int) -> Double) {
    rows.removeAll { $0.lower > limit }
    guard rows.count > Self.most / 2 else { return }
    rank(distance)
  }

  private mutating func rank(_ distance: (Int) -> Double) {
    for candidate in rows where candidate.lower <= limit { ranked.append((candidate.row, distance(candidate.row))) }
    rows.removeAll(keepingCapacity: true)
    ranked.sort { ($0.distance, $0.row) < ($1.distance, $1.row) }
    ranked.removeLast(max(0, ranked.count - count))
  }

  /// What is left, with exact distances.
  mutating func final(_ distance: (Int) -> Double) -> [(row: Int, distance: Double)] {
    rank(distance)
    return ranked
  }
}
