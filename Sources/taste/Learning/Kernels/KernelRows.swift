import Glibc

/// The values of the kernel exp(-gamma |x - y|²) between rows of a matrix.
struct RadialKernel {
  let rows: Matrix
  let gamma: Double
  private let norms: [Float]

  init(rows: Matrix, gamma: Double) {
    self.rows = rows
    self.gamma = gamma
    norms = Self.norms(rows)
  }

  private static func norms(_ rows: Matrix) -> [Float] {
    rows.values.withUnsafeBufferPointer { values in
      (0..<rows.rows).map { row in
        var sum = 0.0
        for index in (row * rows.columns)..<((row + 1) * rows.columns) { sum += Double(values[index] * values[index]) }
        return Float(sum)
      }
    }
  }

  /// Writes the kernel between some rows of another matrix and all of this one's, row after row.
  func write(_ others: Matrix, _ range: Range<Int>, into result: UnsafeMutablePointer<Float>) {
    let columns = rows.columns
    let otherNorms = Self.norms(others.rows(Array(range)))
    rows.values.withUnsafeBufferPointer { right in
      others.values.withUnsafeBufferPointer { left in
        guard let left = left.baseAddress, let right = right.baseAddress else { return }
        MatrixProduct.multiply(
          rows: range.count, columns: rows.rows, inner: columns,
          .init(left + range.lowerBound * columns, stride: columns),
          .init(right, stride: columns, transposed: true), factor: -2, into: result, stride: rows.rows)
      }
    }
    let factor = Float(-gamma)
    norms.withUnsafeBufferPointer { norms in
      for (place, norm) in otherNorms.enumerated() {
        let line = result + place * rows.rows
        for row in 0..<rows.rows { line[row] = exp(factor * max(0, line[row] + norm + norms[row])) }
      }
    }
  }
}

/// The kernel between all pairs of rows, computed in blocks where it fits into memory and row by row where it does not.
final class KernelRows {
  private let kernel: RadialKernel
  private let count: Int
  /// Room for `slots` rows.
  private let storage: FloatStorage
  private let slots: Int
  /// For each row its slot, or -1.
  private var slotOf: [Int]
  private var rowIn: [Int]
  private var lastUse: [Int]
  private var clock = 0

  /// - Parameter budget: the most bytes for kernel values; two rows are always kept.
  init(_ kernel: RadialKernel, budget: Int, crew: Crew) {
    self.kernel = kernel
    count = kernel.rows.rows
    slots = max(2, min(count, budget / (4 * max(count, 1))))
    storage = FloatStorage(slots * count)
    let isWhole = slots >= count
    slotOf = isWhole ? Array(0..<count) : [Int](repeating: -1, count: count)
    rowIn = [Int](repeating: -1, count: slots)
    lastUse = [Int](repeating: -1, count: slots)
    guard isWhole else { return }
    let pieces = (count + 255) / 256
    crew.run(pieces) { piece in
      let range = (256 * piece)..<min(256 * (piece + 1), count)
      kernel.write(kernel.rows, range, into: storage.base + range.lowerBound * count)
    }
  }

  /// The kernel between one row and all; valid until the next but one call.
  func row(_ row: Int) -> UnsafePointer<Float> {
    if slotOf[row] < 0 {
      var oldest = 0
      for slot in 1..<slots where lastUse[slot] < lastUse[oldest] { oldest = slot }
      if rowIn[oldest] >= 0 { slotOf[rowIn[oldest]] = -1 }
      rowIn[oldest] = row
      slotOf[row] = oldest
      kernel.write(kernel.rows, row..<(row + 1), into: storage.base + oldest * count)
    }
    let slot = slotOf[row]
    if slots < count {
      clock += 1
      lastUse[slot] = clock
    }
    return UnsafePointer(storage.base + slot * count)
  }
}
