/// Brings every column to mean 0 and standard deviation 1.
///
/// A column that was constant is only shifted to 0.
public struct Standardiser: Sendable, Equatable {
  /// The mean of each column.
  public let means: [Float]
  /// The standard deviation of each column (division by the number of rows), 1 for a constant column.
  public let deviations: [Float]

  /// Measures the columns.
  ///
  /// - Parameter rows: at least one row, all values finite.
  public init(of rows: Matrix) {
    precondition(rows.rows > 0, "a mean needs a row")
    let columns = rows.columns
    let total = Double(rows.rows)
    var means = [Double](repeating: 0, count: columns)
    var squares = [Double](repeating: 0, count: columns)
    var differs = [Bool](repeating: false, count: columns)
    rows.values.withUnsafeBufferPointer { values in
      for row in 0..<rows.rows {
        for column in 0..<columns { means[column] += Double(values[row * columns + column]) }
      }
      for column in 0..<columns { means[column] /= total }
      // A second pass, since squares of raw values would cancel where the mean is far from zero.
      for row in 0..<rows.rows {
        for column in 0..<columns {
          let value = values[row * columns + column]
          let distance = Double(value) - means[column]
          squares[column] += distance * distance
          if value != values[column] { differs[column] = true }
        }
      }
    }
    self.means = means.map { Float($0) }
    deviations = (0..<columns).map { column in
      let deviation = Float((squares[column] / total).squareRoot())
      return differs[column] && deviation > 0 ? deviation : 1
    }
  }

  /// The number of columns.
  public var columns: Int { means.count }

  /// The rows with every column standardised.
  public func standardised(_ rows: Matrix) -> Matrix {
    precondition(rows.columns == columns, "the rows have the measured columns")
    var result = rows
    result.values.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows.rows {
        for column in 0..<columns {
          let place = row * columns + column
          values[place] = (values[place] - means[column]) / deviations[column]
        }
      }
    }
    return result
  }

  /// Appends the means and the deviations.
  public func encode(into writer: inout ByteWriter) {
    writer.write(means)
    writer.write(deviations)
  }

  /// Reads what `encode(into:)` wrote; damaged bytes throw a `CodingFailure`.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    means = try reader.readList()
    deviations = try reader.readList()
    guard
      means.count == deviations.count, means.allSatisfy(\.isFinite),
      deviations.allSatisfy({ $0.isFinite && $0 > 0 })
    else { throw CodingFailure("stored column scales are damaged") }
  }
}
