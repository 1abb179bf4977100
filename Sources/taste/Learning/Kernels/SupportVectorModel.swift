import Glibc

/// The support vectors with their multipliers.
public struct SupportVectorModel: Classifier {
  /// What its bytes are stored under.
  public static let codingName = "support-vectors"

  /// The number of columns of the rows it was fitted on.
  public let columns: Int
  /// The number of threads that answer. It does not change the answers and is not stored.
  public var threads: Int

  private let scaling: ColumnScaling?
  private let kernel: RadialKernel
  let multipliers: [Float]
  private let shift: Double

  init(
    scaling: ColumnScaling?, columns: Int, vectors: Matrix, gamma: Double, multipliers: [Float], shift: Double,
    threads: Int
  ) {
    self.scaling = scaling
    self.columns = columns
    kernel = RadialKernel(rows: vectors, gamma: gamma)
    self.multipliers = multipliers
    self.shift = shift
    self.threads = threads
  }

  /// The signed decision of each row: above 0 for the positive side, about 1 on its margin.
  ///
  /// A BLAS adds up in another order depending on where in a matrix a row lies. So decisions are computed in double
  /// precision and rounded to single: what else is asked for does not show in them.
  public func decisions(of rows: Matrix) -> [Double] {
    precondition(
      rows.columns == columns, "a support vector machine reads rows with as many columns as it was fitted on")
    MatrixProduct.stayOnThread()
    let rows = scaling?.scaled(rows) ?? rows
    let vectors = kernel.rows.values.map(Double.init)
    let norms = Self.norms(vectors, columns)
    let atOnce = 128
    let pieces = (rows.rows + atOnce - 1) / atOnce
    var decisions = [Double](repeating: 0, count: rows.rows)
    decisions.withUnsafeMutableBufferPointer { decisions in
      // Every piece writes its own rows' decisions only.
      nonisolated(unsafe) let decisions = decisions
      Crew(threads: threads).run(pieces) { piece in
        let range = (piece * atOnce)..<min((piece + 1) * atOnce, rows.rows)
        let block = rows.values[(range.lowerBound * columns)..<(range.upperBound * columns)].map(Double.init)
        let blockNorms = Self.norms(block, columns)
        var products = [Double](repeating: 0, count: range.count * norms.count)
        MatrixProduct.multiply(rows: range.count, columns: norms.count, inner: columns, block, vectors, into: &products)
        for (place, row) in range.enumerated() {
          var sum = -shift
          for vector in norms.indices {
            let apart = max(0, blockNorms[place] + norms[vector] - 2 * products[place * norms.count + vector])
            sum += Double(multipliers[vector]) * exp(-kernel.gamma * apart)
          }
          decisions[row] = Double(Float(sum))
        }
      }
    }
    return decisions
  }

  private static func norms(_ rows: [Double], _ columns: Int) -> [Double] {
    guard columns > 0 else { return [] }
    return stride(from: 0, to: rows.count, by: columns).map { start in
      var sum = 0.0
      for place in start..<(start + columns) { sum += rows[place] * rows[place] }
      return sum
    }
  }

  /// 1 / (1 + exp(-decision)): a score that ranks as the decision does, not a calibrated probability.
  public func probabilities(of rows: Matrix) -> [Double] {
    decisions(of: rows).map { 1 / (1 + exp(-$0)) }
  }

  /// Appends the support vectors and their multipliers.
  public func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(columns))
    writer.write(UInt8(scaling == nil ? 0 : 1))
    scaling?.encode(into: &writer)
    writer.write(kernel.gamma)
    writer.write(shift)
    writer.write(multipliers)
    writer.write(kernel.rows.values)
  }

  /// Reads what `encode(into:)` wrote.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    columns = Int(try reader.read(UInt32.self))
    scaling = try reader.read(UInt8.self) == 1 ? try ColumnScaling(from: &reader) : nil
    let gamma = try reader.readDouble()
    shift = try reader.readDouble()
    multipliers = try reader.readList(of: Float.self)
    let values = try reader.readList(of: Float.self)
    guard values.count == multipliers.count * columns, scaling == nil || scaling?.columns == columns else {
      throw CodingFailure("stored support vectors' numbers do not fit each other")
    }
    kernel = RadialKernel(rows: Matrix(rows: multipliers.count, columns: columns, values: values), gamma: gamma)
    threads = 1
  }
}
