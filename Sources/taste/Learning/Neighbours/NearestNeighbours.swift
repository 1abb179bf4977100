import Glibc

/// Finds the nearest rows of a matrix, exactly.
///
/// Distances are first computed in single precision as matrix products, block by block; a bound on their error (Higham,
/// "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1) says which rows could be among the nearest. Those
/// are ranked by their distance in double precision, equal distances by row number. Memory beside the rows and the
/// answer is some 20 MB a thread, however many rows there are.
public struct NearestNeighbours: Sendable {
  /// What near means.
  public enum Metric: UInt8, Sendable, CaseIterable {
    /// The root of the summed squared differences.
    case euclidean = 0
    /// 1 less the cosine of the angle between the rows, from 0 to 2; 1 where a row is all zeros.
    case cosine = 1
  }

  /// A row that was found.
  public struct Neighbour: Sendable, Equatable {
    /// Its number in the searched matrix.
    public var row: Int
    /// Its distance from the query.
    public var distance: Double
  }

  /// The rows that are searched.
  public let rows: Matrix
  /// What near means.
  public let metric: Metric

  /// The mean of each column, which distances do not depend on and rounding errors do.
  private let centre: [Float]
  /// For each row, what its values are multiplied with before products are made.
  private let factors: [Float]
  /// For each row its squared norm after that: 1 for cosine.
  private let norms: [Double]
  /// Whether single precision can hold the squares.
  private let isModerate: Bool

  /// A search over these rows; all values finite.
  public init(rows: Matrix, metric: Metric = .euclidean) {
    self.rows = rows
    self.metric = metric
    var centre = [Float](repeating: 0, count: rows.columns)
    if metric == .euclidean, rows.rows > 0 {
      var sums = [Double](repeating: 0, count: rows.columns)
      rows.values.withUnsafeBufferPointer { values in
        for row in 0..<rows.rows {
          for column in 0..<rows.columns { sums[column] += Double(values[row * rows.columns + column]) }
        }
      }
      centre = sums.map { Float($0 / Double(rows.rows)) }
    }
    self.centre = centre
    (factors, norms) = Self.measure(rows, metric, centre)
    isModerate = norms.allSatisfy { $0 < 1e30 }
  }

  private static func measure(_ rows: Matrix, _ metric: Metric, _ centre: [Float]) -> ([Float], [Double]) {
    var factors = [Float](repeating: 1, count: rows.rows)
    var norms = [Double](repeating: 0, count: rows.rows)
    rows.values.withUnsafeBufferPointer { values in
      for row in 0..<rows.rows {
        var sum = 0.0
        for column in 0..<rows.columns {
          let value = Double(values[row * rows.columns + column] - centre[column])
          sum += value * value
        }
        switch metric {
        case .euclidean: norms[row] = sum
        case .cosine:
          // A norm that single precision cannot turn round counts as moderate only if it is 0.
          factors[row] = sum > 0 ? Float(1 / sum.squareRoot()) : 0
          norms[row] = factors[row].isFinite && (sum == 0 || factors[row] > 1e-30) ? 1 : .infinity
        }
      }
    }
    return (factors, norms)
  }

  private static let queriesAtOnce = 512

  /// The `count` nearest rows of each query (all rows if there are fewer), nearest first.
  ///
  /// - Parameters:
  ///   - count: how many; at least 1.
  ///   - queries: rows with as many columns as the searched ones; all values finite.
  ///   - threads: the number of threads; it does not change the answer.
  public func nearest(_ count: Int, to queries: Matrix, threads: Int = 1) -> [[Neighbour]] {
    precondition(queries.columns == rows.columns, "queries have as many columns as the rows that are searched")
    precondition(count >= 1, "at least one neighbour is asked for")
    MatrixProduct.stayOnThread()
    let (queryFactors, queryNorms) = Self.measure(queries, metric, centre)
    let isModerate = isModerate && queryNorms.allSatisfy { $0 < 1e30 }
    let crew = Crew(threads: threads)
    let pieces = (queries.rows + Self.queriesAtOnce - 1) / Self.queriesAtOnce
    var found = [[Neighbour]](repeating: [], count: queries.rows)
    for first in stride(from: 0, to: pieces, by: threads) {
      found.withUnsafeMutableBufferPointer { found in
        // Every piece writes the answers of its own queries only.
        nonisolated(unsafe) let found = found
        crew.run(min(threads, pieces - first)) { piece in
          let start = (first + piece) * Self.queriesAtOnce
          let range = start..<min(start + Self.queriesAtOnce, queries.rows)
          if isModerate {
            searchBlock(count, queries, range, queryFactors, queryNorms, into: found)
          } else {
            for query in range {
              var all = (0..<rows.rows).map { (row: $0, distance: distance(queries, query, $0)) }
              found[query] = Self.best(count, &all, metric)
            }
          }
        }
      }
    }
    return found
  }

  /// The nearest of some candidates, whose distances for Euclid are squares.
  static func best(_ count: Int, _ candidates: inout [(row: Int, distance: Double)], _ metric: Metric) -> [Neighbour] {
    candidates.sort { ($0.distance, $0.row) < ($1.distance, $1.row) }
    return candidates.prefix(count).map {
      Neighbour(row: $0.row, distance: metric == .euclidean ? $0.distance.squareRoot() : $0.distance)
    }
  }

  /// The distance in double precision, for Euclid its square.
  private func distance(_ queries: Matrix, _ query: Int, _ row: Int) -> Double {
    let columns = rows.columns
    return queries.values.withUnsafeBufferPointer { left in
      rows.values.withUnsafeBufferPointer { right in
        let (left, right) = (left[(query * columns)...], right[(row * columns)...])
        let (first, second) = (left.startIndex, right.startIndex)
        var (product, leftSquare, rightSquare) = (0.0, 0.0, 0.0)
        if metric == .euclidean {
          for column in 0..<columns {
            let difference = Double(left[first + column]) - Double(right[second + column])
            product += difference * difference
          }
          return product
        }
        for column in 0..<columns {
          let (x, y) = (Double(left[first + column]), Double(right[second + column]))
          product += x * y
          leftSquare += x * x
          rightSquare += y * y
        }
        let size = (leftSquare * rightSquare).squareRoot()
        // Rounding must not make a row nearer to another than to itself.
        return size > 0 ? max(0, 1 - product / size) : 1
      }
    }
  }

  /// Copies rows as the products need them: less the centre, times their factor.
  private func prepare(
    _ source: Matrix, _ range: Range<Int>, _ factors: [Float], into target: UnsafeMutablePointer<Float>
  ) {
    let columns = source.columns
    source.values.withUnsafeBufferPointer { values in
      centre.withUnsafeBufferPointer { centre in
        guard let base = values.baseAddress else { return }
        for (place, row) in range.enumerated() {
          let (from, to, factor) = (base + row * columns, target + place * columns, factors[row])
          for column in 0..<columns { to[column] = (from[column] - centre[column]) * factor }
        }
      }
    }
  }

  private static let rowsAtOnce = 1024

  private func searchBlock(
    _ count: Int, _ queries: Matrix, _ range: Range<Int>, _ queryFactors: [Float], _ queryNorms: [Double],
    into found: UnsafeMutableBufferPointer<[Neighbour]>
  ) {
    let columns = rows.columns
    // |computed - exact| <= slack x (sum of both squared norms): the products' n u / (1 - n u), and a little for centring,
    // scaling and adding up.
    let unit = 0x1p-24
    let slack = Double(columns) * unit / (1 - Double(columns) * unit) + 16 * unit
    let left = FloatStorage(range.count * columns)
    let right = FloatStorage(Self.rowsAtOnce * columns)
    let products = FloatStorage(range.count * Self.rowsAtOnce)
    let lower = FloatStorage(Self.rowsAtOnce + NeighbourCandidates.lanes)
    prepare(queries, range, queryFactors, into: left.base)
    var candidates = range.map { query in
      NeighbourCandidates(count, low: Float(queryNorms[query] * (1 - slack)), slack: Float(2.1 * slack))
    }
    for start in stride(from: 0, to: rows.rows, by: Self.rowsAtOnce) {
      let chunk = start..<min(start + Self.rowsAtOnce, rows.rows)
      prepare(rows, chunk, factors, into: right.base)
      for (place, row) in chunk.enumerated() { lower.base[place] = Float(norms[row] * (1 - slack)) }
      MatrixProduct.multiply(
        rows: range.count, columns: chunk.count, inner: columns, .init(left.base, stride: columns),
        .init(right.base, stride: columns, transposed: true), factor: -2, into: products.base, stride: Self.rowsAtOnce)
      for (place, query) in range.enumerated() {
        candidates[place].scan(
          products.base + place * Self.rowsAtOnce, lower.base, norms, chunk, queryNorms[query]
        ) { distance(queries, query, $0) }
      }
    }
    for (place, query) in range.enumerated() {
      var ranked = candidates[place].final { distance(queries, query, $0) }
      found[query] = Self.best(count, &ranked, metric)
    }
  }
}
