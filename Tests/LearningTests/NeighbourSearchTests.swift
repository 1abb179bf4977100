import Testing

@testable import Learning

@Suite struct NeighbourSearchTests {
  /// Every distance in double precision, then a sort.
  static func naive(_ count: Int, _ rows: Matrix, _ queries: Matrix, _ metric: NearestNeighbours.Metric)
    -> [[NearestNeighbours.Neighbour]]
  {
    (0..<queries.rows).map { query in
      let all = (0..<rows.rows).map { row -> NearestNeighbours.Neighbour in
        var (squares, product, left, right) = (0.0, 0.0, 0.0, 0.0)
        for column in 0..<rows.columns {
          let (x, y) = (Double(queries[query, column]), Double(rows[row, column]))
          squares += (x - y) * (x - y)
          product += x * y
          left += x * x
          right += y * y
        }
        let size = (left * right).squareRoot()
        let cosine = size > 0 ? max(0, 1 - product / size) : 1
        return .init(row: row, distance: metric == .euclidean ? squares.squareRoot() : cosine)
      }
      return Array(all.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }.prefix(count))
    }
  }

  static func random(_ rows: Int, _ columns: Int, seed: UInt64, offset: Float = 0, step: Float? = nil) -> Matrix {
    var random = CountedRandom(seed: seed)
    let values = (0..<(rows * columns)).map { _ -> Float in
      let value = 2 * Float(random.uniform()) - 1
      return offset + (step.map { (value / $0).rounded() * $0 } ?? value)
    }
    return Matrix(rows: rows, columns: columns, values: values)
  }

  @Test(arguments: NearestNeighbours.Metric.allCases, [1, 7, 40])
  func agreesWithTheNaiveTwinToTheBit(_ metric: NearestNeighbours.Metric, _ count: Int) {
    // More rows than a block, more queries than a piece, and a width that no vector length divides.
    let rows = Self.random(2500, 19, seed: 1)
    let queries = Self.random(530, 19, seed: 2)
    let found = NearestNeighbours(rows: rows, metric: metric).nearest(count, to: queries, threads: 2)
    #expect(found == Self.naive(count, rows, queries, metric))
  }

  @Test func equalDistancesAreRankedByRowNumber() {
    // Whole multiples of a half in two columns: nearly all distances come many times.
    let rows = Self.random(6000, 2, seed: 3, step: 0.5)
    let queries = Self.random(20, 2, seed: 4, step: 0.5)
    let found = NearestNeighbours(rows: rows).nearest(50, to: queries)
    #expect(found == Self.naive(50, rows, queries, .euclidean))
  }

  @Test func farFromTheOriginNothingIsLost() {
    // Squared norms of a million and distances of a thousandth: single-precision products alone would rank at random.
    let rows = Self.random(1500, 8, seed: 5, offset: 1000)
    let queries = Self.random(40, 8, seed: 6, offset: 1000)
    #expect(
      NearestNeighbours(rows: rows).nearest(5, to: queries) == Self.naive(5, rows, queries, .euclidean))
    // An outlier that makes the bound on the error useless for itself must not hide the others.
    var spread = rows
    for column in 0..<8 { spread[700, column] = -3e8 }
    #expect(
      NearestNeighbours(rows: spread).nearest(5, to: queries) == Self.naive(5, spread, queries, .euclidean))
  }

  @Test func valuesWhoseSquaresOverflowSinglePrecisionAreSearched() {
    var rows = Self.random(30, 3, seed: 7)
    for index in rows.values.indices { rows.values[index] *= 1e25 }
    let queries = rows.rows([3, 9])
    for metric in NearestNeighbours.Metric.allCases {
      let found = NearestNeighbours(rows: rows, metric: metric).nearest(4, to: queries)
      #expect(found == Self.naive(4, rows, queries, metric))
    }
  }

  @Test func zeroRowsAndFewRows() {
    let rows = Matrix(rows: 3, columns: 2, values: [0, 0, 1, 0, -2, 0])
    let queries = Matrix(rows: 2, columns: 2, values: [0, 0, 3, 0])
    let cosine = NearestNeighbours(rows: rows, metric: .cosine).nearest(9, to: queries)
    #expect(cosine[0].map(\.row) == [0, 1, 2])
    #expect(cosine[0].map(\.distance) == [1, 1, 1])
    #expect(cosine[1].map(\.row) == [1, 0, 2])
    #expect(cosine[1].map(\.distance) == [0, 1, 2])
    let euclidean = NearestNeighbours(rows: rows).nearest(2, to: queries)
    #expect(euclidean[1] == [.init(row: 1, distance: 2), .init(row: 0, distance: 3)])
    #expect(NearestNeighbours(rows: Matrix(rows: 0, columns: 2)).nearest(2, to: queries) == [[], []])
  }
}
