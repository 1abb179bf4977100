import Testing

@testable import Learning

@Suite struct NetworkLayerTests {
  /// A network over one batch of rows, and its output.
  private func output(
    _ layers: [NetworkLayer], columns: Int, positions: Int = 1, rows: [[Float]], weights: [Float],
    training: Bool = false,
    steps: Int = 1, threads: Int = 1, statistics: FloatStorage? = nil
  ) throws -> [Float] {
    let layout = NetworkLayout(
      columns: columns, branches: [.init(columns: 0..<columns, positions: positions, layers: layers)], trunk: [])
    let placed = try PlacedNetwork(layout)
    try #require(placed.weightCount == weights.count)
    let statistics = statistics ?? FloatStorage(placed.statisticCount)
    let network = Network(
      layout, placed, batch: rows.count, weights: FloatStorage(weights), gradient: FloatStorage(weights.count),
      statistics: statistics, seed: 1, crew: Crew(threads: threads))
    network.pass.rows = rows.count
    network.pass.training = training
    for (place, value) in rows.joined().enumerated() { network.input.base[place] = value }
    for step in 0..<steps {
      network.pass.step = step
      network.forward()
    }
    return Array(UnsafeBufferPointer(start: network.output.values, count: rows.count * network.output.shape.width))
  }

  @Test func aDenseLayerMultipliesAndShifts() throws {
    let result = try output([.dense(2)], columns: 2, rows: [[1, 2], [0, -1]], weights: [1, 2, 3, 4, 10, 20])
    #expect(result == [17, 30, 7, 16])
  }

  @Test func aConvolutionRunsAlongThePositionsOverAllChannels() throws {
    // Four positions of two channels; one filter two positions wide: 1, 10 for the first, 100, 1000 for the second.
    let row: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
    let result = try output(
      [.convolution(filters: 1, width: 2), .pool, .flatten], columns: 8, positions: 4, rows: [row, row.reversed()],
      weights: [1, 10, 100, 1000, 0.5])
    // Windows of the first row: 1 + 20 + 300 + 4000 = 4321, then 6543, then 8765, each and a half. The pool takes the
    // greater of the first two; the third stands alone.
    #expect(result == [6543.5, 8765.5, 5678.5, 1234.5])
  }

  @Test func aPoolTakesPairsAndLeavesTheLastAlone() throws {
    let result = try output([.pool, .flatten], columns: 5, positions: 5, rows: [[1, -2, -4, -3, -9]], weights: [])
    #expect(result == [1, -3, -9])
  }

  @Test func manyRowsInPiecesAreOneRowEach() throws {
    let layers: [NetworkLayer] = [.convolution(filters: 3, width: 2), .relu, .pool, .flatten, .dense(4), .sigmoid]
    let all = NeighbourSearchTests.random(37, 10, seed: 3)
    let rows = (0..<37).map { Array(all.row($0)) }
    var random = CountedRandom(seed: 2)
    let weights = (0..<(3 * 4 + 3 + 6 * 4 + 4)).map { _ in Float(random.uniform() - 0.5) }
    let together = try output(layers, columns: 10, positions: 5, rows: rows, weights: weights, threads: 2)
    let alone = try rows.flatMap { try output(layers, columns: 10, positions: 5, rows: [$0], weights: weights) }
    #expect(together.count == 37 * 4)
    for (one, other) in zip(together, alone) { #expect(abs(one - other) < 1e-6) }
  }

  @Test func normalisationUsesTheBatchWhileTrainingAndMovingStatisticsLater() throws {
    let rows: [[Float]] = [[1, 5], [3, 5], [5, 5], [7, 5]]
    let statistics = FloatStorage(4)
    let trained = try output(
      [.normalise], columns: 2, rows: rows, weights: [2, 1, 10, -1], training: true, statistics: statistics)
    // Mean 4, biased variance 5; a column without spread is its shift.
    for (place, value) in [Float(-3), -1, 1, 3].enumerated() {
      let expected = 2 * value / Float(5.001).squareRoot() + 10
      #expect(abs(trained[2 * place] - expected) < 1e-5)
      #expect(trained[2 * place + 1] == -1)
    }
    // Freed of their start value, the moving statistics of one batch are that batch's.
    let batch: [Float] = [4, 5, 5, 0]
    #expect(relativeDifference(statistics.values, batch) < 1e-5)
    let judged = try output([.normalise], columns: 2, rows: [[4, 6]], weights: [2, 1, 10, -1], statistics: statistics)
    #expect(abs(judged[0] - 10) < 1e-5)
    #expect(abs(judged[1] - (1 / Float(0.001).squareRoot() - 1)) < 1e-3)
  }

  @Test func movingStatisticsForgetByOneHundredthAStep() throws {
    let statistics = FloatStorage(2)
    let layout = NetworkLayout(columns: 1, layers: [.normalise])
    let network = Network(
      layout, try PlacedNetwork(layout), batch: 2, weights: FloatStorage([1, 0]), gradient: FloatStorage(2),
      statistics: statistics, seed: 1, crew: Crew(threads: 1))
    network.pass.rows = 2
    network.pass.training = true
    var (sum, weight) = (0.0, 0.0)
    for step in 0..<400 {
      network.pass.step = step
      let mean = Double(step % 7)
      network.input.base[0] = Float(mean - 1)
      network.input.base[1] = Float(mean + 1)
      network.forward()
      sum = 0.99 * sum + 0.01 * mean
      weight = 0.99 * weight + 0.01
    }
    #expect(abs(Double(statistics.base[0]) - sum / weight) < 1e-4)
    #expect(abs(statistics.base[1] - 1) < 1e-5)
  }

  @Test func dropoutLeavesOutItsShareAndKeepsTheMean() throws {
    let rows = [[Float]](repeating: [Float](repeating: 1, count: 501), count: 40)
    let result = try output([.dropout(0.25)], columns: 501, rows: rows, weights: [], training: true)
    let dropped = result.filter { $0 == 0 }.count
    #expect(result.allSatisfy { $0 == 0 || abs($0 - 4.0 / 3) < 1e-6 })
    // 20,040 draws: a deviation of the share of .003.
    #expect(abs(Double(dropped) / 20040 - 0.25) < 0.012)
    #expect(try output([.dropout(0.25)], columns: 501, rows: rows, weights: [], training: true, threads: 2) == result)
    #expect(try output([.dropout(0.25)], columns: 501, rows: rows, weights: [], training: true, steps: 2) != result)
    #expect(try output([.dropout(0.25)], columns: 501, rows: rows, weights: []) == rows.flatMap { $0 })
  }

  @Test func weightsStartSpreadAsTheySay() throws {
    let layout = NetworkLayout(
      columns: 80,
      branches: [
        .init(columns: 0..<80, positions: 20, layers: [.convolution(filters: 50, width: 5), .pool, .flatten])
      ], trunk: [.dense(60), .dense(40, start: .he), .normalise, .dense(30, start: .uniform(0.003))])
    let placed = try PlacedNetwork(layout)
    let weights = placed.startingWeights(seed: 3)
    func check(_ layer: PlacedLayer, deviation: Double, bound: Double) {
      let count = layer.matrix.rows * layer.matrix.columns
      let values = weights[layer.weights..<(layer.weights + count)].map { Double($0) }
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(count)
      #expect(abs(square.squareRoot() / deviation - 1) < 0.06)
      #expect(values.allSatisfy { abs($0) <= bound })
      #expect(weights[(layer.weights + count)..<(layer.weights + count + layer.matrix.columns)].allSatisfy { $0 == 0 })
    }
    let cut = 2 / 0.8796
    let convolution = (2.0 / (20 + 250)).squareRoot()
    check(placed.branches[0][0], deviation: convolution, bound: cut * convolution)
    let glorot = (2.0 / (400 + 60)).squareRoot()
    check(placed.trunk[0], deviation: glorot, bound: cut * glorot)
    let he = (2.0 / 60).squareRoot()
    check(placed.trunk[1], deviation: he, bound: cut * he)
    check(placed.trunk[3], deviation: 0.003 / 3.0.squareRoot(), bound: 0.003)
    let scales = placed.trunk[2].weights
    #expect(
      weights[scales..<(scales + 80)].elementsEqual([Float](repeating: 1, count: 40) + [Float](repeating: 0, count: 40))
    )
    #expect(placed.startingWeights(seed: 4) != weights)
  }

  @Test(arguments: [
    NetworkLayout(columns: 4, branches: [.init(columns: 0..<6, layers: [])], trunk: []),
    NetworkLayout(columns: 4, branches: [], trunk: [.dense(1)]),
    NetworkCase.plain(4, positions: 4, [.convolution(filters: 2, width: 5), .pool, .flatten]),
    NetworkCase.plain(4, positions: 4, [.convolution(filters: 2, width: 2), .flatten]),
    NetworkCase.plain(4, positions: 4, [.convolution(filters: 2, width: 2)]),
    NetworkCase.plain(4, positions: 4, [.dense(3)]),
    NetworkCase.plain(4, positions: 4, [.normalise, .flatten]),
    NetworkCase.plain(4, [.dropout(1)]),
    NetworkCase.plain(4, [.dense(0)]),
  ])
  func layersThatDoNotFitAreRefused(_ layout: NetworkLayout) {
    #expect(throws: CodingFailure.self) { try PlacedNetwork(layout) }
  }
}
