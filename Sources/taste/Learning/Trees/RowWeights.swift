/// The class and weight of each training row, as a small label into a table of the different ones.
struct RowWeights: Sendable {
  /// For each row the number of its entry in `sums`.
  let labels: [UInt32]
  /// The different pairs of the weight a row adds to the negative class and to the positive one.
  let sums: [SIMD2<Double>]
  /// Where all weights of a class are whole multiples of one: for each entry of `sums` one row, its multiple if it is
  /// positive and its multiple if it is negative, 21 bits each, so that one addition counts all three.
  let counters: [UInt64]?
  /// The weights that the multiples count, of the negative class and of the positive one.
  let units: SIMD2<Double>
  /// The rows whose weight is not zero.
  let used: [UInt32]

  /// The weights of rows.
  ///
  /// - Parameters:
  ///   - positive: the class of each row.
  ///   - weights: the weight of each row, not negative; `nil` for 1 each.
  ///   - repeats: how often each row counts; `nil` for once each.
  init(positive: [Bool], weights: [Float]?, repeats: [Int32]? = nil) {
    var labels = [UInt32](repeating: 0, count: positive.count)
    var sums: [SIMD2<Double>] = []
    var known: [Weight: UInt32] = [:]
    var used: [UInt32] = []
    used.reserveCapacity(positive.count)
    for row in positive.indices {
      let weight = Double(weights?[row] ?? 1) * Double(repeats?[row] ?? 1)
      if weight == 0 { continue }
      used.append(UInt32(row))
      let pair = Weight(weight: weight, positive: positive[row])
      if let label = known[pair] {
        labels[row] = label
      } else {
        labels[row] = UInt32(sums.count)
        known[pair] = labels[row]
        sums.append(positive[row] ? SIMD2(0, weight) : SIMD2(weight, 0))
      }
    }
    self.labels = labels
    self.sums = sums
    self.used = used
    units = SIMD2(Self.least(sums.map(\.x)), Self.least(sums.map(\.y)))
    counters = Self.counters(sums, units: units, labels: labels, used: used)
  }

  private struct Weight: Hashable {
    let weight: Double
    let positive: Bool
  }

  private static func least(_ weights: [Double]) -> Double {
    weights.filter { $0 > 0 }.min() ?? 1
  }

  private static func counters(
    _ sums: [SIMD2<Double>], units: SIMD2<Double>, labels: [UInt32], used: [UInt32]
  ) -> [UInt64]? {
    let multiples = sums.map { $0 / units }
    guard multiples.allSatisfy({ $0 == $0.rounded(.toNearestOrEven) && $0.x + $0.y < 0x1p21 }) else { return nil }
    let total = used.reduce(0.0) { $0 + multiples[Int(labels[Int($1)])].sum() }
    guard total < 0x1p21, used.count < 1 << 21 else { return nil }
    return multiples.map { 1 << 42 | UInt64($0.y) << 21 | UInt64($0.x) }
  }

  /// The rows that a sum of counters counted.
  @inline(__always)
  static func rows(_ counter: UInt64) -> Int { Int(counter >> 42) }

  /// The weights of the negative and of the positive class that a sum of counters counted.
  @inline(__always)
  static func weights(_ counter: UInt64, units: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(Double(counter & 0x1F_FFFF), Double(counter >> 21 & 0x1F_FFFF)) * units
  }
}
