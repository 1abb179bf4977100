/// Each column less its mean, over its deviation; a column without spread becomes 0.
struct ColumnScaling: Sendable, Equatable {
  let means: [Float]
  let factors: [Float]

  /// The scaling of some rows' columns, each row with its weight.
  init(_ rows: Matrix, _ numbers: [Int]) {
    let count = Double(max(numbers.count, 1))
    var sums = [Double](repeating: 0, count: rows.columns)
    var squares = sums
    for number in numbers {
      let base = number * rows.columns
      for column in 0..<rows.columns { sums[column] += Double(rows.values[base + column]) }
    }
    let means = sums.map { $0 / count }
    for number in numbers {
      let base = number * rows.columns
      for column in 0..<rows.columns {
        let difference = Double(rows.values[base + column]) - means[column]
        squares[column] += difference * difference
      }
    }
    self.means = means.map { Float($0) }
    factors = zip(squares, means).map { square, mean in
      let deviation = (square / count).squareRoot()
      // A spread within single precision's rounding is none.
      return deviation > 1e-6 * abs(mean) && deviation > 1e-30 ? Float(1 / deviation) : 0
    }
  }

  /// The number of columns.
  var columns: Int { means.count }

  /// Scales one row in place.
  func apply(_ row: UnsafeMutablePointer<Float>) {
    means.withUnsafeBufferPointer { means in
      factors.withUnsafeBufferPointer { factors in
        for column in 0..<means.count { row[column] = (row[column] - means[column]) * factors[column] }
      }
    }
  }

  /// Scaled rows.
  func applied(to rows: Matrix) -> Matrix {
    precondition(rows.columns == columns, "rows to be scaled have as many columns as the scaling")
    var scaled = rows
    scaled.values.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for row in 0..<rows.rows { apply(base + row * columns) }
    }
    return scaled
  }

  func encode(into writer: inout ByteWriter) {
    writer.write(means)
    writer.write(factors)
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    means = try reader.readList(of: Float.self)
    factors = try reader.readList(of: Float.self)
    guard means.count == factors.count else { throw CodingFailure("a stored scaling has columns without a factor") }
  }
}
