/// The training rows of a tree, each value as a whole number in the order of the values.
///
/// They are kept twice. Large nodes read column after column, in which they find most of what they fetch from memory.
/// Small nodes read row after row: their few rows stay in the cache while one split after another is looked for below
/// them.
protocol TrainingColumns: AnyObject, Sendable {
  /// What stands for a value.
  associatedtype Key: FixedWidthInteger & UnsignedInteger
  /// Twice as wide: a key above a label of the row's class and weight.
  associatedtype Packed: FixedWidthInteger & UnsignedInteger

  var columns: Int { get }

  /// Writes the keys of some rows in a column to `keys` and gives the lowest and the highest of them.
  func gather(
    _ column: Int, _ places: UnsafePointer<UInt32>, _ count: Int, into keys: UnsafeMutablePointer<Key>
  ) -> (low: Key, high: Key)

  /// The value that a key of a column stands for.
  func value(_ key: Key, _ column: Int) -> Float

  /// The highest key of a column among `low...high` whose value is at most a threshold that lies between the values of
  /// `low` and `high`.
  func lastKey(atMost threshold: Double, _ column: Int, _ low: Key, _ high: Key) -> Key

  /// The highest key whose value is at most a threshold not below the lowest value of the column.
  func lastKey(atMost threshold: Double, _ column: Int) -> Key

  /// Whether any two different values of the column are far enough apart for a split between them.
  func isSeparable(_ column: Int) -> Bool
}

/// Values closer than this are not split apart, as in scikit-learn.
let splitResolution: Float = 1e-7

/// Nodes of at most this many rows read row after row.
private let smallNode = 256

/// The bits of a number, arranged so that whole numbers compare as the numbers do; both zeros become one.
@inline(__always)
func orderedBits(_ value: Float) -> UInt32 {
  let bits = (value + 0).bitPattern
  return bits ^ (UInt32(bitPattern: Int32(bitPattern: bits) >> 31) | 0x8000_0000)
}

/// The number whose `orderedBits` these are.
@inline(__always)
func number(orderedBits bits: UInt32) -> Float {
  Float(bitPattern: bits & 0x8000_0000 == 0 ? ~bits : bits & 0x7FFF_FFFF)
}

/// The highest single-precision number that is at most this one.
@inline(__always)
func roundedDown(_ value: Double) -> Float {
  let rounded = Float(value)
  return Double(rounded) > value ? rounded.nextDown : rounded
}

/// Columns whose keys are the values' own bits in order: cheap to make, four bytes a value.
final class BitColumns: TrainingColumns {
  typealias Key = UInt32
  typealias Packed = UInt64

  let rows: Int
  let columns: Int
  private nonisolated(unsafe) let values: UnsafePointer<Float>
  // Written only before `init` returns.
  private nonisolated(unsafe) let bits: UnsafeMutablePointer<UInt32>

  /// - Parameter values: `rows x columns` values, row after row, which outlive this.
  init(_ values: UnsafePointer<Float>, rows: Int, columns: Int, crew: Crew) {
    self.values = values
    self.rows = rows
    self.columns = columns
    bits = .allocate(capacity: rows * columns)
    transpose(values, rows: rows, columns: columns, into: bits, crew: crew)
  }

  deinit { bits.deallocate() }

  @inline(__always)
  func gather(
    _ column: Int, _ places: UnsafePointer<UInt32>, _ count: Int, into keys: UnsafeMutablePointer<UInt32>
  ) -> (low: UInt32, high: UInt32) {
    var low = UInt32.max
    var high = UInt32.min
    if count <= smallNode {
      let column = values + column
      for place in 0..<count {
        let key = orderedBits(column[Int(places[place]) &* columns])
        low = min(low, key)
        high = max(high, key)
        keys[place] = key
      }
    } else {
      let column = bits + column * rows
      for place in 0..<count {
        let key = column[Int(places[place])]
        low = min(low, key)
        high = max(high, key)
        keys[place] = key
      }
    }
    return (low, high)
  }

  @inline(__always)
  func value(_ key: UInt32, _ column: Int) -> Float { number(orderedBits: key) }

  @inline(__always)
  func lastKey(atMost threshold: Double, _ column: Int, _ low: UInt32, _ high: UInt32) -> UInt32 {
    orderedBits(roundedDown(threshold))
  }

  func lastKey(atMost threshold: Double, _ column: Int) -> UInt32 { orderedBits(roundedDown(threshold)) }

  func isSeparable(_ column: Int) -> Bool { false }
}

/// Columns whose keys are the ranks of the values among the different values of the column: two bytes a value and spread
/// evenly, for up to 65,536 rows.
final class RankColumns: TrainingColumns {
  typealias Key = UInt16
  typealias Packed = UInt32

  static let mostRows = 1 << 16

  let rows: Int
  let columns: Int
  // Written only before `init` returns.
  private nonisolated(unsafe) let ranks: UnsafeMutablePointer<UInt16>
  private nonisolated(unsafe) let rowRanks: UnsafeMutablePointer<UInt16>
  private nonisolated(unsafe) let values: UnsafeMutablePointer<Float>
  private nonisolated(unsafe) let separable: UnsafeMutablePointer<Bool>
  private nonisolated(unsafe) let highest: UnsafeMutablePointer<UInt16>

  /// - Parameter source: `rows x columns` values, row after row.
  init(_ source: UnsafePointer<Float>, rows: Int, columns: Int, crew: Crew) {
    precondition(rows <= Self.mostRows, "a rank has 16 bits")
    self.rows = rows
    self.columns = columns
    let ranks = UnsafeMutablePointer<UInt16>.allocate(capacity: rows * columns)
    let rowRanks = UnsafeMutablePointer<UInt16>.allocate(capacity: rows * columns)
    let values = UnsafeMutablePointer<Float>.allocate(capacity: rows * columns)
    let separable = UnsafeMutablePointer<Bool>.allocate(capacity: columns)
    let highest = UnsafeMutablePointer<UInt16>.allocate(capacity: columns)
    (self.ranks, self.rowRanks, self.values, self.separable, self.highest) =
      (ranks, rowRanks, values, separable, highest)
    // The bits in order are made where the values of the ranks will stand.
    values.withMemoryRebound(to: UInt32.self, capacity: rows * columns) { bits in
      transpose(source, rows: rows, columns: columns, into: bits, crew: crew)
    }
    let pieces = (columns + lineColumns - 1) / lineColumns
    crew.run(pieces) { piece in
      let sorter = KeySorter<UInt64>(capacity: rows)
      let range = (piece * lineColumns)..<min(columns, (piece + 1) * lineColumns)
      for column in range {
        (separable[column], highest[column]) = rankColumn(
          values + column * rows, ranks: ranks + column * rows, rows: rows, sorter: sorter)
      }
      for row in 0..<rows {
        for column in range { rowRanks[row * columns + column] = ranks[column * rows + row] }
      }
    }
  }

  deinit {
    ranks.deallocate()
    rowRanks.deallocate()
    values.deallocate()
    separable.deallocate()
    highest.deallocate()
  }

  @inline(__always)
  func gather(
    _ column: Int, _ places: UnsafePointer<UInt32>, _ count: Int, into keys: UnsafeMutablePointer<UInt16>
  ) -> (low: UInt16, high: UInt16) {
    var low = UInt16.max
    var high = UInt16.min
    // Where the first row's key stands, and how far apart those of neighbouring rows stand.
    let (first, step) = count <= smallNode ? (rowRanks + column, columns) : (ranks + column * rows, 1)
    for place in 0..<count {
      let key = first[Int(places[place]) &* step]
      low = min(low, key)
      high = max(high, key)
      keys[place] = key
    }
    return (low, high)
  }

  @inline(__always)
  func value(_ key: UInt16, _ column: Int) -> Float { values[column * rows + Int(key)] }

  func lastKey(atMost threshold: Double, _ column: Int, _ low: UInt16, _ high: UInt16) -> UInt16 {
    // Invariant: the value of `below` is at most the threshold, that of `above` is higher or unknown.
    var below = Int(low)
    var above = Int(high) + 1
    while above - below > 1 {
      let middle = (below + above) / 2
      if Double(values[column * rows + middle]) <= threshold { below = middle } else { above = middle }
    }
    return UInt16(below)
  }

  func lastKey(atMost threshold: Double, _ column: Int) -> UInt16 {
    lastKey(atMost: threshold, column, 0, highest[column])
  }

  func isSeparable(_ column: Int) -> Bool { separable[column] }
}

/// Replaces the ordered bits of a column by its different values in order and gives each row the rank of its value.
///
/// - Returns: whether neighbouring values are far enough apart for a split, and the highest rank.
private func rankColumn(
  _ column: UnsafeMutablePointer<Float>, ranks: UnsafeMutablePointer<UInt16>, rows: Int, sorter: KeySorter<UInt64>
) -> (separable: Bool, highest: UInt16) {
  guard rows > 0 else { return (true, 0) }
  var low = UInt32.max
  var high = UInt32.min
  for row in 0..<rows {
    let bits = column[row].bitPattern
    low = min(low, bits)
    high = max(high, bits)
    sorter.keys[row] = UInt64(bits) << 32 | UInt64(row)
  }
  let sorted = sorter.sort(rows, low: UInt64(low), high: UInt64(high))
  var rank = 0
  var separable = true
  var last = UInt32(sorted[0] >> 32)
  var lastValue = number(orderedBits: last)
  column[0] = lastValue
  for place in 0..<rows {
    let bits = UInt32(sorted[place] >> 32)
    if bits != last {
      rank += 1
      last = bits
      let value = number(orderedBits: bits)
      if value <= lastValue + splitResolution { separable = false }
      lastValue = value
      column[rank] = value
    }
    ranks[Int(sorted[place] & 0xFFFF_FFFF)] = UInt16(rank)
  }
  return (separable, UInt16(rank))
}

/// So many columns of a row are taken at a time: a cache line of values.
private let lineColumns = 16

/// Writes the ordered bits of row-after-row values column after column.
private func transpose(
  _ values: UnsafePointer<Float>, rows: Int, columns: Int, into bits: UnsafeMutablePointer<UInt32>, crew: Crew
) {
  crew.run((columns + lineColumns - 1) / lineColumns) { piece in
    let range = (piece * lineColumns)..<min(columns, (piece + 1) * lineColumns)
    for row in 0..<rows {
      for column in range { bits[column * rows + row] = orderedBits(values[row * columns + column]) }
    }
  }
}
