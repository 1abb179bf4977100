import Learning

/// Brings columns to mean 0 and deviation 1, as measured on training rows; a column without deviation becomes 0.
struct ColumnScaling: Sendable, Equatable {
  let means: [Float]
  /// 1 over the deviation; 0 for a column without any.
  let factors: [Float]

  /// Measures the columns of training rows; each row counts once.
  init(_ rows: Matrix) {
    var sums = [Double](repeating: 0, count: rows.columns)
    var squares = [Double](repeating: 0, count: rows.columns)
    let count = Double(max(1, rows.rows))
    rows.values.withUnsafeBufferPointer { values in
      for row in 0..<rows.rows {
        for column in 0..<rows.columns { sums[column] += Double(values[row * rows.columns + column]) }
      }
      for column in 0..<rows.columns { sums[column] /= count }
      for row in 0..<rows.rows {
        for column in 0..<rows.columns {
          let distance = Double(values[row * rows.columns + column]) - sums[column]
          squares[column] += distance * distance
        }
      }
    }
    means = sums.map { Float($0) }
    factors = zip(sums, squares).map { mean, square in
      let deviation = (square / count).squareRoot()
      // A column that only differs by rounding says nothing, and would be blown up to say much.
      return deviation > 1e-6 * max(1e-6, abs(mean)) ? Float(1 / deviation) : 0
    }
  }

  /// The rows in the measured scale, held within 20 deviations so that no single value outweighs all others.
  func scaled(_ rows: Matrix) -> Matrix {
    precondition(rows.columns == means.count, "rows of the columns that were measured")
    var scaled = rows
    scaled.values.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows.rows {
        for column in 0..<rows.columns {
          let place = row * rows.columns + column
          values[place] = min(20, max(-20, (values[place] - means[column]) * factors[column]))
        }
      }
    }
    return scaled
  }

  func encode(into writer: inout ByteWriter) {
    writer.write(means)
    writer.write(factors)
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    means = try reader.readList()
    factors = try reader.readList()
    guard means.count == factors.count else { throw CodingFailure("a scaling of two lengths") }
  }
}
