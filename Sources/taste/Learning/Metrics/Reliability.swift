/// How well probabilities predict how often the positive class occurs.
public struct Reliability: Sendable, Equatable {
  /// One row of the reliability table: the rows whose probabilities lie in one range.
  public struct Bin: Sendable, Equatable {
    /// The lower end of the range, which belongs to it.
    public let low: Double
    /// The upper end of the range, which belongs to the next one, except for 1.
    public let high: Double
    /// The number of rows in it, positive.
    public let rows: Int
    /// The mean of their probabilities.
    public let predicted: Double
    /// The share of positive rows among them.
    public let observed: Double
  }

  /// The ranges that hold rows, from the lowest probabilities to the highest.
  public let bins: [Bin]
  /// The mean of the distances between prediction and observation over all rows (Naeini et al. 2015), from 0.
  public let expectedError: Double

  /// The table over equally wide ranges of probability; `nil` without rows.
  ///
  /// - Parameters:
  ///   - probabilities: that of the positive class for each row, from 0 to 1.
  ///   - positive: the class of each row.
  ///   - bins: the number of ranges.
  public init?(probabilities: [Double], positive: [Bool], bins: Int = 10) {
    precondition(probabilities.count == positive.count, "every probability has a class")
    precondition(bins > 0, "a table has a row")
    guard !probabilities.isEmpty else { return nil }
    var rows = [Int](repeating: 0, count: bins)
    var sums = [Double](repeating: 0, count: bins)
    var hits = [Int](repeating: 0, count: bins)
    for (probability, isPositive) in zip(probabilities, positive) {
      let bin = min(bins - 1, max(0, Int(probability * Double(bins))))
      rows[bin] += 1
      sums[bin] += probability
      if isPositive { hits[bin] += 1 }
    }
    self.bins = (0..<bins).compactMap { bin in
      guard rows[bin] > 0 else { return nil }
      return Bin(
        low: Double(bin) / Double(bins), high: Double(bin + 1) / Double(bins), rows: rows[bin],
        predicted: sums[bin] / Double(rows[bin]), observed: Double(hits[bin]) / Double(rows[bin]))
    }
    expectedError =
      self.bins.reduce(0) { $0 + Double($1.rows) * abs($1.predicted - $1.observed) } / Double(probabilities.count)
  }

  /// The mean of the squared distances between the probabilities and what came, 1 for positive and 0 for negative
  /// (Brier 1950): 0 is perfect; `nil` without rows.
  public static func brier(probabilities: [Double], positive: [Bool]) -> Double? {
    precondition(probabilities.count == positive.count, "every probability has a class")
    guard !probabilities.isEmpty else { return nil }
    let sum = zip(probabilities, positive).reduce(0.0) { sum, row in
      let error = row.0 - (row.1 ? 1 : 0)
      return sum + error * error
    }
    return sum / Double(probabilities.count)
  }
}
