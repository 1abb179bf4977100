/// A few small networks for some thousand rows of some hundred columns, such as the summaries of songs.
///
/// Columns are standardised. Each member starts from weights of its own and holds out another part of the rows, which
/// tells it when to stop, so that together they have learnt from every row.
public struct SmallNetwork: Learner {
  /// The units of each hidden layer.
  public var hidden = [64, 32]
  /// The share of the columns that is left out at each step.
  public var inputDropout: Float = 0.2
  /// The share of the hidden units that is left out at each step.
  public var dropout: Float = 0.5
  /// Adam's rate.
  public var rate: Float = 0.001
  /// What the weights shrink by, in parts of the rate.
  public var decay: Float = 0.01
  /// The rows of one step.
  public var batch = 32
  /// The most epochs.
  public var epochs = 60
  /// How many epochs may bring nothing better.
  public var patience = 8
  /// The number of networks; also the number of parts of the rows.
  public var members = 5
  /// For each row the first row of the thing it belongs to: rows of one thing are held out together. Empty where each row is
  /// a thing of its own.
  public var things: [Int] = []
  /// The number of threads. It does not change the result.
  public var threads = 1

  /// A learner with the settings that did best in cross-validation.
  public init() {}

  /// Trains the members, one after the other.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> any Classifier {
    var training = NetworkTraining()
    training.optimiser = .adam(rate: rate, decay: decay)
    training.batch = batch
    training.epochs = epochs
    training.patience = patience
    training.threads = threads
    var layers: [NetworkLayer] = [.dropout(inputDropout)]
    for units in hidden { layers += [.dense(units, start: .he), .normalise, .relu, .dropout(dropout)] }
    layers += [.dense(1, start: .uniform(0.003)), .sigmoid]
    let layout = NetworkLayout(columns: rows.columns, layers: layers)

    let parts = parts(positive, seed: seed)
    var networks: [NetworkModel] = []
    for member in 0..<members {
      training.validation = members > 1 ? .rows(parts[member]) : .share(0.2)
      let learner = NetworkLearner(layout: layout, training: training, standardises: true)
      networks.append(
        try learner.model(rows, positive, weights: weights, seed: seed &+ UInt64(member)) { done in
          progress((Double(member) + done) / Double(members))
        })
    }
    return NetworkEnsemble(networks)
  }

  /// Cuts the rows into a part a member, each with its share of both classes, every row in one of them.
  func parts(_ positive: [Bool], seed: UInt64) -> [[Int]] {
    precondition(things.isEmpty || things.count == positive.count, "every row belongs to a thing")
    var random = CountedRandom(seed: seed, 0x9A27)
    var place = [Int](repeating: 0, count: positive.count)
    var next = 0
    for side in [false, true] {
      var rows = positive.indices.filter { positive[$0] == side && (things.isEmpty || things[$0] == $0) }
      rows.withUnsafeMutableBufferPointer { random.shuffle($0) }
      for row in rows {
        place[row] = next % members
        next += 1
      }
    }
    var parts = [[Int]](repeating: [], count: members)
    for row in positive.indices { parts[place[things.isEmpty ? row : things[row]]].append(row) }
    return parts
  }
}
