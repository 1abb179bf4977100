import Testing

@testable import Learning

@Suite struct NetworkTrainingTests {
  /// Two columns; a row is positive where they have the same sign.
  private static func corners(_ count: Int, seed: UInt64) -> (rows: Matrix, positive: [Bool]) {
    let rows = NeighbourSearchTests.random(count, 2, seed: seed)
    return (rows, (0..<count).map { rows[$0, 0] * rows[$0, 1] > 0 })
  }

  private static let layout = NetworkLayout(
    columns: 2, layers: [.dense(16, start: .he), .normalise, .relu, .dropout(0.1), .dense(1), .sigmoid])

  private static func learner(_ change: (inout NetworkTraining) -> Void = { _ in }) -> NetworkLearner {
    var training = NetworkTraining()
    training.optimiser = .adam(rate: 0.01, decay: 0.001)
    training.batch = 32
    training.epochs = 60
    change(&training)
    return NetworkLearner(layout: layout, training: training, standardises: true)
  }

  private static func accuracy(_ model: any Classifier, _ rows: Matrix, _ positive: [Bool]) -> Double {
    let answers = model.probabilities(of: rows)
    return Double(zip(answers, positive).filter { ($0 > 0.5) == $1 }.count) / Double(positive.count)
  }

  private static func bytes(_ model: any Classifier) -> [UInt8] {
    var writer = ByteWriter()
    model.encode(into: &writer)
    return writer.bytes
  }

  @Test(arguments: [
    NetworkTraining.Optimiser.adam(rate: 0.01, decay: 0), .adadelta(rate: 1, decay: 0.95),
  ])
  func exclusiveOrIsLearnt(_ optimiser: NetworkTraining.Optimiser) throws {
    let (rows, positive) = Self.corners(600, seed: 31)
    let model = try Self.learner { $0.optimiser = optimiser }.fit(rows, positive, weights: nil, seed: 1) { _ in }
    let (unseen, truth) = Self.corners(300, seed: 32)
    #expect(Self.accuracy(model, unseen, truth) > 0.93)
  }

  @Test func equalArgumentsGiveEqualBytesWithAnyNumberOfThreads() throws {
    let (rows, positive) = Self.corners(150, seed: 33)
    let first = try Self.learner { $0.epochs = 4 }.fit(rows, positive, weights: nil, seed: 1) { _ in }
    let second = try Self.learner { ($0.epochs, $0.threads) = (4, 3) }.fit(rows, positive, weights: nil, seed: 1) {
      _ in
    }
    let other = try Self.learner { $0.epochs = 4 }.fit(rows, positive, weights: nil, seed: 2) { _ in }
    #expect(Self.bytes(first) == Self.bytes(second))
    #expect(Self.bytes(first) != Self.bytes(other))
  }

  @Test func theStudysNetworkIsEqualWithAnyNumberOfThreads() throws {
    // Wide enough that every kind of layer is cut into pieces.
    let network = NetworkCase(
      name: "study", layout: NetworkCase.narrowStudy, rows: 32, spread: 0.3, loss: .logCosh)
    func weights(_ threads: Int) throws -> [Float] {
      let trainer = try network.trainer(threads: threads)
      for _ in 0..<3 { _ = trainer.step(network.matrix, Array(0..<32)[...], network.positive, nil) }
      return trainer.weights.values + trainer.statistics.values
    }
    let one = try weights(1)
    #expect(try weights(2) == one)
    #expect(try weights(5) == one)
    #expect(one.allSatisfy { $0.isFinite })
  }

  @Test func trainingStopsAfterItsPatienceAndKeepsTheBestEpoch() throws {
    // Noise: nothing learnt on one part helps on the other, so the validation loss soon only grows.
    let rows = NeighbourSearchTests.random(80, 2, seed: 35)
    let positive = (0..<80).map { $0 * 7 % 5 < 2 }
    let held = Array(stride(from: 0, to: 80, by: 3))
    let learner = Self.learner {
      $0.validation = .rows(held)
      $0.patience = 5
      $0.epochs = 400
      $0.optimiser = .adam(rate: 0.03, decay: 0)
    }
    let model = try #require(try learner.fit(rows, positive, weights: nil, seed: 1) { _ in } as? NetworkModel)
    let losses = model.history.compactMap { $0.validation?.loss }
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(losses.count == best + 6)
    #expect(model.history.map(\.number) == Array(1...losses.count))
    // The kept weights give the best epoch's loss again, but for their rounding to half precision.
    let answers = model.probabilities(of: rows.rows(held))
    let loss = zip(answers, held).reduce(0) {
      $0 + NetworkTraining.Loss.crossEntropy.value(Float($1.0), positive[$1.1])
    }
    #expect(abs(loss / Double(held.count) - losses[best]) < 2e-3)
    #expect(losses[losses.count - 1] - losses[best] > 4e-3)
  }

  @Test func heldOutRowsAreNotLearntFrom() throws {
    let (rows, positive) = Self.corners(90, seed: 36)
    let held = Array(60..<90)
    var poisoned = rows
    for row in held { poisoned[row, 0] = -rows[row, 0] }
    let learner = Self.learner { ($0.validation, $0.epochs) = (.rows(held), 1) }
    let clean = try learner.fit(rows, positive, weights: nil, seed: 1) { _ in }
    let other = try learner.fit(poisoned, positive, weights: nil, seed: 1) { _ in }
    #expect(clean.probabilities(of: rows) == other.probabilities(of: rows))
  }

  @Test func everyEpochIsRecordedWithItsFigures() throws {
    let (rows, positive) = Self.corners(200, seed: 37)
    let learner = Self.learner { $0.epochs = 6 }
    var done = 0.0
    let model = try #require(
      try learner.fit(rows, positive, weights: nil, seed: 1) {
        #expect($0 >= done)
        done = $0
      } as? NetworkModel)
    #expect(model.history.count == 6)
    #expect(done == 1)
    let figures = EpochRecord.figures(
      [0.9, 0.8, 0.7, 0.2, 0.1, 0.6], [true, true, false, true, false, false], loss: 0.5)
    // 2 hits, 2 false hits, 1 miss, 1 correct rejection.
    #expect(figures.precision == 0.5)
    #expect(abs(figures.recall - 2.0 / 3) < 1e-12)
    #expect(figures.accuracy == 0.5)
    #expect(abs(figures.combined - 2.0 / 3 * (1.25 * 0.5 * 2 / 3) / (0.125 + 2.0 / 3)) < 1e-12)
    #expect(EpochRecord.figures([0.1], [true], loss: 1).combined == 0)
  }

  @Test func storedNetworksAnswerTheSame() throws {
    let (rows, positive) = Self.corners(120, seed: 38)
    for model in [
      try Self.learner { $0.epochs = 2 }.fit(rows, positive, weights: nil, seed: 1) { _ in },
      try studyModel(),
    ] {
      let bytes = Self.bytes(model)
      var reader = ByteReader(bytes)
      let read = try NetworkModel(from: &reader)
      #expect(reader.remaining == 0)
      let queries = NeighbourSearchTests.random(10, model.columns, seed: 39)
      #expect(read.probabilities(of: queries) == model.probabilities(of: queries))
      #expect(read.history == (model as? NetworkModel)?.history)
      for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 50)) {
        var short = ByteReader(Array(bytes.prefix(length)))
        #expect(throws: CodingFailure.self) { try NetworkModel(from: &short) }
      }
    }
  }

  private func studyModel() throws -> any Classifier {
    var training = StudyNetwork.training
    training.epochs = 1
    let rows = NeighbourSearchTests.random(40, 196, seed: 40)
    return try NetworkLearner(layout: NetworkCase.narrowStudy, training: training, standardises: false).fit(
      rows, (0..<40).map { $0 % 4 == 0 }, weights: nil, seed: 1
    ) { _ in }
  }

  @Test func theStudysNetworkHasItsSize() throws {
    let layout = StudyNetwork.layout(
      columns: 1072,
      [
        .init(columns: 0..<896, bands: 128, kind: .fourConvolutions),
        .init(columns: 896..<980, bands: 12, kind: .threeConvolutions),
        .init(columns: 980..<1050, bands: 10, kind: .twoConvolutions),
        .init(columns: 1050..<1057, bands: 1, kind: .dense), .init(columns: 1057..<1064, bands: 1, kind: .dense),
        .init(columns: 1064..<1071, bands: 1, kind: .dense), .init(columns: 1071..<1072, bands: 1, kind: .dense),
      ])
    let placed = try PlacedNetwork(layout)
    #expect(placed.joined.width == 512 + 256 + 128 + 3 * 168 + 24)
    #expect(
      placed.branches[0].map(\.output.valid) == [121, 121, 118, 118, 59, 58, 58, 29, 29, 29, 15]
        + Array(repeating: 1, count: 8))
    // Counted layer by layer: mel 4,607,264; chroma 285,760; contrast 74,496; the others 3 x 15,372 + 396; trunk
    // 1,424 x 8,192 + 8,192 x 512 + 512 with shifts, scales.
    let dense = { (inputs: Int, units: Int) in inputs * units + units }
    let head = { (inputs: Int, first: Int, second: Int) in
      dense(inputs, first) + 2 * first + dense(first, second) + 2 * second
    }
    let mel = dense(56, 32) + dense(128, 64) + dense(128, 128) + dense(128, 256) + head(3840, 1024, 512)
    let chroma = dense(42, 32) + dense(96, 64) + dense(64, 128) + head(256, 512, 256)
    let contrast = dense(35, 32) + dense(96, 64) + head(128, 256, 128)
    let others = 3 * head(7, 84, 168) + head(1, 12, 24)
    let trunk = head(1424, 8192, 512) + dense(512, 1)
    #expect(placed.weightCount == mel + chroma + contrast + others + trunk)
    #expect(placed.weightCount > 20_000_000 && placed.weightCount < 22_000_000)
  }

  @Test func smallNetworksLearnTogether() throws {
    let rows = NeighbourSearchTests.random(240, 30, seed: 41)
    let positive = (0..<240).map { rows[$0, 0] + rows[$0, 1] - rows[$0, 2] > 0 }
    var learner = SmallNetwork()
    learner.epochs = 40
    let model = try #require(
      try learner.fit(rows, positive, weights: nil, seed: 1) { _ in } as? NetworkEnsemble)
    #expect(model.members.count == 5)
    let unseen = NeighbourSearchTests.random(200, 30, seed: 42)
    let truth = (0..<200).map { unseen[$0, 0] + unseen[$0, 1] - unseen[$0, 2] > 0 }
    #expect(Self.accuracy(model, unseen, truth) > 0.8)
    let bytes = Self.bytes(model)
    var reader = ByteReader(bytes)
    #expect(try NetworkEnsemble(from: &reader).probabilities(of: unseen) == model.probabilities(of: unseen))
  }

  @Test func weightsWithoutBoundAreAFailure() throws {
    let rows = Matrix(rows: 8, columns: 2, values: (0..<16).map { $0 % 3 == 0 ? 3e38 : -3e38 })
    var learner = Self.learner { $0.epochs = 3 }
    learner.standardises = false
    #expect(throws: TrainingFailure.self) {
      try learner.fit(rows, (0..<8).map { $0 % 2 == 0 }, weights: nil, seed: 1) { _ in }
    }
  }

  @Test func aCancelledTaskEndsTheTraining() async {
    let (rows, positive) = Self.corners(100, seed: 43)
    let task = Task {
      var steps = 0
      _ = try Self.learner { $0.epochs = 1_000_000 }.fit(rows, positive, weights: nil, seed: 1) { _ in
        steps += 1
        if steps == 10 { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func aSmallNetworkHoldsOutWholeThings() {
    var network = SmallNetwork()
    let positive = (0..<60).map { $0 % 3 == 0 }
    let plain = network.parts(positive, seed: 2)
    network.things = Array(0..<60)
    #expect(network.parts(positive, seed: 2) == plain)
    #expect(plain.flatMap { $0 }.sorted() == Array(0..<60) && plain.allSatisfy { $0.count == 12 })
    for row in 50..<60 { network.things[row] = row - 50 }
    let whole = network.parts(positive, seed: 2)
    #expect(whole.flatMap { $0 }.sorted() == Array(0..<60))
    for row in 50..<60 { #expect(whole.contains { $0.contains(row) && $0.contains(row - 50) }) }
  }
}
