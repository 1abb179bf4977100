/// Trains one network.
final class NetworkTrainer {
  let layout: NetworkLayout
  let placed: PlacedNetwork
  let options: NetworkTraining
  let weights: FloatStorage
  let gradient: FloatStorage
  let statistics: FloatStorage
  let network: Network
  private let optimiser: OptimiserState
  private let crew: Crew
  private let scaling: ColumnScaling?
  /// Steps taken so far.
  private var steps = 0
  /// The factors of the squared weights in the loss, where a layer has one.
  private let penalties: [(weights: Range<Int>, factor: Float)]

  /// A trainer at the start of its training.
  init(_ layout: NetworkLayout, _ options: NetworkTraining, scaling: ColumnScaling?, seed: UInt64)
    throws(CodingFailure)
  {
    let placed = try PlacedNetwork(layout)
    guard placed.output.width == 1 else { throw CodingFailure("a classifier's network has one output") }
    self.layout = layout
    self.placed = placed
    self.options = options
    self.scaling = scaling
    crew = Crew(threads: options.threads)
    weights = FloatStorage(placed.startingWeights(seed: seed))
    gradient = FloatStorage(placed.weightCount)
    statistics = FloatStorage(placed.statisticCount)
    network = Network(
      layout, placed, batch: options.batch, weights: weights, gradient: gradient, statistics: statistics,
      seed: seed, crew: crew)
    optimiser = OptimiserState(options.optimiser, placed)
    penalties = placed.layers.compactMap { layer in
      guard case .dense(_, let factor, _) = layer.layer, factor > 0 else { return nil }
      let (rows, columns) = layer.matrix
      return (layer.weights..<(layer.weights + rows * columns), factor)
    }
  }

  /// Puts some rows into the network's input.
  private func load(_ rows: Matrix, _ numbers: ArraySlice<Int>) {
    let width = rows.columns
    network.pass.rows = numbers.count
    rows.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for (place, number) in numbers.enumerated() {
        let target = network.input.base + place * width
        target.update(from: base + number * width, count: width)
        scaling?.scale(target)
      }
    }
  }

  private func weight(_ row: Int, _ positive: [Bool], _ weights: [Float]?) -> Float {
    (positive[row] ? options.positiveWeight : options.negativeWeight) * (weights?[row] ?? 1)
  }

  /// Computes the derivatives by all weights of the mean weighted loss of some rows, and returns that loss with the
  /// penalties.
  func differentiate(_ rows: Matrix, _ numbers: ArraySlice<Int>, _ positive: [Bool], _ rowWeights: [Float]?) -> Double {
    load(rows, numbers)
    network.pass.training = true
    network.pass.step = steps
    network.forward()
    var loss = 0.0
    let share = 1 / Float(numbers.count)
    for (place, number) in numbers.enumerated() {
      let output = network.output.values[place]
      let factor = weight(number, positive, rowWeights) * share
      loss += options.loss.value(output, positive[number]) * Double(factor)
      network.output.gradient?[place] = options.loss.slope(output, positive[number]) * factor
    }
    network.backward()
    for penalty in penalties {
      var squares = 0.0
      for index in penalty.weights {
        squares += Double(weights.base[index] * weights.base[index])
        gradient.base[index] += 2 * penalty.factor * weights.base[index]
      }
      loss += squares * Double(penalty.factor)
    }
    return loss
  }

  /// One step: derivative, then the optimiser's move.
  func step(_ rows: Matrix, _ numbers: ArraySlice<Int>, _ positive: [Bool], _ rowWeights: [Float]?) -> Double {
    let loss = differentiate(rows, numbers, positive, rowWeights)
    steps += 1
    optimiser.move(weights.base, gradient.base, step: steps, crew: crew)
    return loss
  }

  /// The outputs for some rows, without dropout and with moving statistics.
  func outputs(_ rows: Matrix, _ numbers: [Int]) -> [Float] {
    var outputs: [Float] = []
    outputs.reserveCapacity(numbers.count)
    network.pass.training = false
    for start in stride(from: 0, to: numbers.count, by: options.batch) {
      load(rows, numbers[start..<min(start + options.batch, numbers.count)])
      network.forward()
      outputs.append(contentsOf: UnsafeBufferPointer(start: network.output.values, count: network.pass.rows))
    }
    return outputs
  }

  /// Trains until the epochs or the patience run out.
  ///
  /// - Parameters:
  ///   - training: the rows to train on.
  ///   - validation: the rows that tell when to stop; where there are none, every epoch is trained.
  ///   - progress: called now and then with the share of the epochs that is done.
  /// - Returns: what each epoch came to. The weights and statistics are those of the best epoch.
  func train(
    _ rows: Matrix, _ positive: [Bool], weights rowWeights: [Float]?, training: [Int], validation: [Int], seed: UInt64,
    progress: (Double) -> Void
  ) throws -> [EpochRecord] {
    var history: [EpochRecord] = []
    var order = training
    var random = CountedRandom(seed: seed, 0x0BDE)
    let validationPositive = validation.map { positive[$0] }
    let bestWeights = FloatStorage(validation.isEmpty ? 0 : weights.count)
    let bestStatistics = FloatStorage(validation.isEmpty ? 0 : statistics.count)
    var best = Double.infinity
    var bestEpoch = 0

    for number in 1...max(options.epochs, 1) {
      order.withUnsafeMutableBufferPointer { random.shuffle($0) }
      var loss = 0.0
      for start in stride(from: 0, to: order.count, by: options.batch) {
        try Task.checkCancellation()
        let end = min(start + options.batch, order.count)
        loss += step(rows, order[start..<end], positive, rowWeights) * Double(end - start)
        progress((Double(number - 1) + Double(end) / Double(order.count)) / Double(options.epochs))
      }
      var record = EpochRecord(number: number, trainingLoss: loss / Double(order.count), validation: nil)
      if !validation.isEmpty {
        let outputs = outputs(rows, validation)
        var sum = 0.0
        for (output, row) in zip(outputs, validation) {
          sum += options.loss.value(output, positive[row]) * Double(weight(row, positive, rowWeights))
        }
        let figures = EpochRecord.figures(outputs, validationPositive, loss: sum / Double(validation.count))
        record.validation = figures
        if figures.loss < best || number == 1 {
          best = figures.loss
          bestEpoch = number
          bestWeights.base.update(from: weights.base, count: weights.count)
          bestStatistics.base.update(from: statistics.base, count: statistics.count)
        }
      }
      history.append(record)
      if !validation.isEmpty, number - bestEpoch >= options.patience { break }
    }
    if !validation.isEmpty {
      weights.base.update(from: bestWeights.base, count: weights.count)
      statistics.base.update(from: bestStatistics.base, count: statistics.count)
    }
    return history
  }
}
