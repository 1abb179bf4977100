/// The training rows of boosted trees, each value as the number of the bin it lies in, column after column.
///
/// A column of few different values has a bin for each; any other has bins of about equally many rows.
final class BinnedColumns: Sendable {
  /// The most bins of a column.
  static let mostBins = 255

  let rows: Int
  let columns: Int
  /// For each column the highest value of each bin but the last, as a cut between neighbouring values.
  let cuts: [[Float]]
  // Written only before `init` returns.
  private nonisolated(unsafe) let bins: UnsafeMutablePointer<UInt8>

  init(_ matrix: Matrix, crew: Crew) {
    rows = matrix.rows
    columns = matrix.columns
    let (rows, columns) = (rows, columns)
    let bins = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, rows * columns))
    var cuts = [[Float]](repeating: [], count: columns)
    cuts.withUnsafeMutableBufferPointer { cuts in
      nonisolated(unsafe) let cuts = cuts
      matrix.values.withUnsafeBufferPointer { values in
        crew.run(columns) { column in
          let sorter = KeySorter<UInt64>(capacity: rows)
          cuts[column] = Self.cuts(values, rows, columns, column, sorter)
          Self.assign(values, rows, columns, column, cuts[column], to: bins + column * rows)
        }
      }
    }
    self.cuts = cuts
    self.bins = bins
  }

  deinit { bins.deallocate() }

  /// The bins of all rows in a column.
  func bins(_ column: Int) -> UnsafePointer<UInt8> { UnsafePointer(bins + column * rows) }

  private static func cuts(
    _ values: UnsafeBufferPointer<Float>, _ rows: Int, _ columns: Int, _ column: Int, _ sorter: KeySorter<UInt64>
  ) -> [Float] {
    guard rows > 0 else { return [] }
    var (low, high) = (UInt64.max, UInt64.min)
    for row in 0..<rows {
      let bits = UInt64(orderedBits(values[row * columns + column]))
      (low, high) = (min(low, bits), max(high, bits))
      sorter.keys[row] = bits << 32
    }
    let sorted = sorter.sort(rows, low: low, high: high)
    // Where each different value starts.
    let starts = [0] + (1..<rows).filter { sorted[$0] != sorted[$0 - 1] }
    func middle(_ place: Int) -> Float {
      let (below, above) = (
        number(orderedBits: UInt32(sorted[place - 1] >> 32)), number(orderedBits: UInt32(sorted[place] >> 32))
      )
      return roundedDown(Double(below) / 2 + Double(above) / 2)
    }
    if starts.count <= mostBins { return starts.dropFirst().map(middle) }
    var cuts: [Float] = []
    for bin in 1..<mostBins {
      // The next place at which the value changes.
      var place = rows * bin / mostBins
      while place < rows, place == 0 || sorted[place] == sorted[place - 1] { place += 1 }
      guard place < rows else { break }
      let cut = middle(place)
      if cuts.last ?? -.infinity < cut { cuts.append(cut) }
    }
    return cuts
  }

  private static func assign(
    _ values: UnsafeBufferPointer<Float>, _ rows: Int, _ columns: Int, _ column: Int, _ cuts: [Float],
    to bins: UnsafeMutablePointer<UInt8>
  ) {
    cuts.withUnsafeBufferPointer { cuts in
      for row in 0..<rows {
        let value = values[row * columns + column]
        // Invariant: cuts[..<first] < value <= cuts[last...].
        var first = 0
        var last = cuts.count
        while first < last {
          let middle = (first + last) / 2
          if cuts[middle] < value { first = middle + 1 } else { last = middle }
        }
        bins[row] = UInt8(first)
      }
    }
  }
}
