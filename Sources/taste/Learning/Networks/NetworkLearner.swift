/// Trains a network of a given shape.
public struct NetworkLearner: Learner {
  /// The network's shape; its last layer is one sigmoid.
  public var layout: NetworkLayout
  /// How it is trained.
  public var training: NetworkTraining
  /// Whether columns are standardised on the training rows first.
  public var standardises: Bool

  /// A learner of networks of this shape.
  public init(layout: NetworkLayout, training: NetworkTraining, standardises: Bool) {
    self.layout = layout
    self.training = training
    self.standardises = standardises
  }

  /// Trains the network.
  ///
  /// The rows that `training.validation` names are not trained on. Every validation and every batch draws on `seed`.
  ///
  /// - Throws: `CancellationError` when the task is cancelled; `TrainingFailure` where the weights grow without bound;
  ///   `CodingFailure` where the layout's layers do not fit
  ///   each other.
  public func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> any Classifier {
    try model(rows, positive, weights: weights, seed: seed, progress: progress)
  }

  /// As `fit`, with the type it gives.
  func model(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> NetworkModel {
    precondition(rows.columns == layout.columns, "a network is trained on rows with as many columns as its layout")
    precondition(rows.rows == positive.count, "every row has a class")
    let (trained, held) = Self.split(rows.rows, positive, training.validation, seed: seed)
    let scaling = standardises ? ColumnScaling(rows, trained) : nil
    let trainer = try NetworkTrainer(layout, training, scaling: scaling, seed: seed)
    let history = try trainer.train(
      rows, positive, weights: weights, training: trained, validation: held, seed: seed, progress: progress)
    return try NetworkModel(trainer, scaling: scaling, history: history, threads: training.threads)
  }

  /// The rows to train on and those to hold out, both in ascending order.
  static func split(_ count: Int, _ positive: [Bool], _ validation: NetworkTraining.Validation, seed: UInt64) -> (
    trained: [Int], held: [Int]
  ) {
    var isHeld = [Bool](repeating: false, count: count)
    switch validation {
    case .none: break
    case .rows(let rows):
      for row in rows { isHeld[row] = true }
    case .share(let share):
      precondition(share >= 0 && share < 1, "a share to hold out is from 0 to below 1")
      var random = CountedRandom(seed: seed, 0x5A17)
      for side in [false, true] {
        var members = (0..<count).filter { positive[$0] == side }
        members.withUnsafeMutableBufferPointer { random.shuffle($0) }
        let held = min(members.count - 1, max(1, Int((share * Double(members.count)).rounded())))
        if held > 0 { for row in members.prefix(held) { isHeld[row] = true } }
      }
    }
    let all = 0..<count
    return (all.filter { !isHeld[$0] }, all.filter { isHeld[$0] })
  }
}
