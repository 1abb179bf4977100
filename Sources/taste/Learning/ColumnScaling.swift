/// Brings columns to mean 0 and deviation 1, as measured on training rows; a column without deviation becomes 0.
public struct ColumnScaling: Sendable, Equatable {
  /// The mean of each column.
  public let means: [Float]
  /// 1 over the deviation of each column (division by the number of rows); 0 for a column without any.
  public let factors: [Float]

  /// Measures the columns of training rows, each of which counts once.
  ///
  /// - Parameter numbers: the rows that are measured; `nil` for all.
  public init(_ rows: Matrix, _ numbers: [Int]? = nil) {
    let numbers = numbers ?? Array(0..<rows.rows)
    let count = Double(max(1, numbers.count))
    var means = [Double](repeating: 0, count: rows.columns)
    var squares = means
    rows.values.withUnsafeBufferPointer { values in
      for row in numbers {
        for column in 0..<rows.columns { means[column] += Double(values[row * rows.columns + column]) }
      }
      for column in 0..<rows.columns { means[column] /= count }
      for row in numbers {
        for column in 0..<rows.columns {
          let distance = Double(values[row * rows.columns + column]) - means[column]
          squares[column] += distance * distance
        }
      }
    }
    self.means = means.map { Float($0) }
    factors = zip(means, squares).map { mean, square in
      let deviation = (square / count).squareRoot()
      // A column that differs by rounding alone holds no information, and would be scaled up to look as if it did.
      return deviation > 1e-6 * max(1e-6, abs(mean)) ? Float(1 / deviation) : 0
    }
  }

  /// The number of columns.
  public var columns: Int { means.count }

  /// The rows in the measured scale, each value held within `limit` deviations, so that none outweighs all others.
  public func scaled(_ rows: Matrix, limit: Float = .infinity) -> Matrix {
    precondition(rows.columns == columns, "rows of the columns that were measured")
    var scaled = rows
    scaled.values.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for row in 0..<rows.rows { scale(base + row * columns, limit: limit) }
    }
    return scaled
  }

  /// Scales one row in place.
  func scale(_ row: UnsafeMutablePointer<Float>, limit: Float = .infinity) {
    means.withUnsafeBufferPointer { means in
      factors.withUnsafeBufferPointer { factors in
        for column in 0..<means.count {
          row[column] = min(limit, max(-limit, (row[column] - means[column]) * factors[column]))
        }
      }
    }
  }

  /// Appends the means and the factors.
  public func encode(into writer: inout ByteWriter) {
    writer.write(means)
    writer.write(factors)
  }

  /// Reads what `encode(into:)` wrote.
  ///
  /// - Throws: `CodingFailure` where the bytes end early or hold two lengths.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    means = try reader.readList()
    factors = try reader.readList()
    guard means.count == factors.count else { throw CodingFailure("a stored scaling has columns without a factor") }
  }
}
