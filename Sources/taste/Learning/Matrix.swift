/// Rows of single-precision numbers, stored row after row.
public struct Matrix: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// `rows x columns` values, row after row.
  public var values: [Float]

  /// A matrix of these values.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "a matrix holds rows x columns values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A matrix of zeros.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: [Float](repeating: 0, count: rows * columns))
  }

  /// One value.
  public subscript(row: Int, column: Int) -> Float {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// The values of one row.
  public func row(_ row: Int) -> ArraySlice<Float> {
    values[(row * columns)..<((row + 1) * columns)]
  }

  /// The rows with these numbers, in their order; a number may come several times.
  public func rows(_ numbers: [Int]) -> Matrix {
    var chosen = [Float]()
    chosen.reserveCapacity(numbers.count * columns)
    for number in numbers { chosen.append(contentsOf: row(number)) }
    return Matrix(rows: numbers.count, columns: columns, values: chosen)
  }
}
