import Testing

@testable import Learning

@Suite struct NetworkDerivativeTests {
  /// The derivative of the loss by each weight, by central differences in the weight.
  private func differences(_ network: NetworkCase, _ weights: [Int], step: Float) throws -> [(Int, Double, Double)] {
    let trainer = try network.trainer()
    let (rows, all, positive) = (network.matrix, Array(0..<network.rows)[...], network.positive)
    _ = trainer.differentiate(rows, all, positive, nil)
    let derivatives = trainer.gradient.values
    return weights.map { weight in
      let kept = trainer.weights.base[weight]
      trainer.weights.base[weight] = kept + step
      let above = trainer.differentiate(rows, all, positive, nil)
      let up = Double(trainer.weights.base[weight])
      trainer.weights.base[weight] = kept - step
      let below = trainer.differentiate(rows, all, positive, nil)
      let down = Double(trainer.weights.base[weight])
      trainer.weights.base[weight] = kept
      return (weight, (above - below) / (up - down), Double(derivatives[weight]))
    }
  }

  @Test(arguments: NetworkCase.all)
  func derivativesAreTheSlopesOfTheLoss(_ network: NetworkCase) throws {
    let count = try PlacedNetwork(network.layout).weightCount
    var random = CountedRandom(seed: 17)
    let weights = count < 300 ? Array(0..<count) : (0..<300).map { _ in random.below(count) }
    let results = try differences(network, weights, step: 2e-3)
    let largest = results.map { abs($0.2) }.max() ?? 0
    #expect(largest > 0)
    // A kink of a ReLU or a pool between the two points makes a difference useless: few may be off, the median not.
    let errors = results.map { abs($0.1 - $0.2) / largest }.sorted()
    #expect(errors[errors.count / 2] < 2e-3)
    #expect(errors[errors.count * 9 / 10] < 2e-2)
  }

  @Test func adadeltaTakesTheStepWorkedByHand() throws {
    // One weight w = 0.5 and a shift b = 0 on one row x = 2 of the positive class, log-cosh loss.
    // p = sigmoid(1) = 0.73105858; error e = p - 1 = -0.26894142; tanh(e) = -0.26263955; loss log(cosh(e)) = 0.03573701.
    // By the sum: tanh(e) p (1 - p) = -0.26263955 x 0.19661193 = -0.05163807. By w: times 2: -0.10327614.
    // Adadelta: square = 0.05 x 0.01066596 = 0.00053330; move = g sqrt(1e-7) / sqrt(square + 1e-7)
    //   = -0.10327614 x 0.00031623 / 0.02309541 = -0.00141408; w becomes 0.50141408.
    // For b: square = 0.05 x 0.00266649 = 0.00013332; move = -0.05163807 x 0.00031623 / 0.01155095 = -0.00141368.
    var options = NetworkTraining()
    options.loss = .logCosh
    options.optimiser = .adadelta(rate: 1, decay: 0.95)
    let trainer = try NetworkTrainer(
      NetworkLayout(columns: 1, layers: [.dense(1), .sigmoid]), options, scaling: nil, seed: 1)
    trainer.weights.base[0] = 0.5
    trainer.weights.base[1] = 0
    let loss = trainer.step(Matrix(rows: 1, columns: 1, values: [2]), [0], [true], nil)
    #expect(abs(loss - 0.03573701) < 1e-6)
    #expect(abs(trainer.gradient.base[0] + 0.10327614) < 1e-6)
    #expect(abs(trainer.weights.base[0] - 0.50141408) < 1e-6)
    #expect(abs(trainer.weights.base[1] - 0.00141368) < 1e-7)
  }

  @Test func adamsFirstStepIsItsRateAndDecayShrinksMatricesOnly() throws {
    // Adam's first step is rate x g / |g|, whatever g; before it the matrix shrinks by rate x decay = 1%.
    var options = NetworkTraining()
    options.optimiser = .adam(rate: 0.1, decay: 0.1)
    let trainer = try NetworkTrainer(
      NetworkLayout(columns: 1, layers: [.dense(1), .sigmoid]), options, scaling: nil, seed: 1)
    trainer.weights.base[0] = 0.5
    trainer.weights.base[1] = 0.2
    _ = trainer.step(Matrix(rows: 1, columns: 1, values: [2]), [0], [false], nil)
    #expect(abs(trainer.weights.base[0] - (0.495 - 0.1)) < 1e-5)
    #expect(abs(trainer.weights.base[1] - (0.2 - 0.1)) < 1e-5)
  }

  @Test func classWeightsAndRowWeightsMultiply() throws {
    let network = NetworkCase.all[0]
    let rows = network.matrix
    let trainer = try network.trainer()
    let (first, second) = (0, 1)
    let one = trainer.differentiate(rows, [first], network.positive, nil)
    let penalty = trainer.differentiate(rows, [first], network.positive, [0, 0] + Array(repeating: 1, count: 9))
    let other = trainer.differentiate(rows, [second], network.positive, nil)
    let both = trainer.differentiate(rows, [first, second], network.positive, [3, 5] + Array(repeating: 1, count: 9))
    let expected = (3 * (one - penalty) + 5 * (other - penalty)) / 2 + penalty
    #expect(abs(both - expected) < 1e-6 * expected)
    // Row 0 is positive and counts once, row 1 is negative and counts an eighth.
    let plain = NetworkTraining.Loss.crossEntropy
    trainer.network.pass.training = false
    let outputs = trainer.outputs(rows, [first, second])
    #expect(abs(one - penalty - plain.value(outputs[0], true)) < 1e-5)
    #expect(abs(other - penalty - 0.125 * plain.value(outputs[1], false)) < 1e-5)
  }
}
