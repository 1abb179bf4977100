/// How one kind of forest differs from another.
public protocol ForestKind: Sendable {
  /// Whether each tree is grown on rows drawn with replacement, else on all.
  static var drawsRows: Bool { get }
  /// Whether a threshold is drawn for each column that is looked at, else the best is searched.
  static var drawsThresholds: Bool { get }
}

/// Random forests (Breiman 2001): each tree on rows drawn with replacement, the best split of a few columns drawn for
/// each node.
public enum RandomForestKind: ForestKind {
  /// Yes.
  public static let drawsRows = true
  /// No: the best one is searched.
  public static let drawsThresholds = false
}

/// Extremely randomised trees (Geurts, Ernst and Wehenkel 2006): each tree on all rows, for each node the best of a few
/// columns drawn, each with one threshold drawn between its lowest and its highest value.
public enum ExtraTreesKind: ForestKind {
  /// No: each tree learns from all rows.
  public static let drawsRows = false
  /// Yes.
  public static let drawsThresholds = true
}

/// Fits a random forest.
public typealias RandomForestLearner = ForestLearner<RandomForestKind>

/// Fits extremely randomised trees.
public typealias ExtraTreesLearner = ForestLearner<ExtraTreesKind>

/// Fits a forest of a kind.
public struct ForestLearner<Kind: ForestKind>: Learner {
  /// The number of trees, at least 1.
  public var trees: Int
  /// How each tree grows.
  public var parameters: TreeParameters
  /// How much the classes count.
  public var classWeighting: ClassWeighting
  /// The most threads used, at least 1; the forest does not depend on it.
  public var threads: Int

  /// A learner with these settings.
  public init(
    trees: Int = 300, parameters: TreeParameters = TreeParameters(splitColumns: .squareRoot),
    classWeighting: ClassWeighting = .equal, threads: Int = Processors.count
  ) {
    precondition(trees >= 1, "a forest has a tree")
    self.trees = trees
    self.parameters = parameters
    self.classWeighting = classWeighting
    self.threads = threads
  }

  /// Grows the trees; see `Learner.fit`.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> any Classifier {
    let plan = TreePlan(
      parameters: parameters, thresholds: Kind.drawsThresholds ? .random : .best, bootstrap: Kind.drawsRows,
      trees: trees, threads: threads)
    let weights = classWeighting.weights(for: positive, times: weights)
    return Forest(
      try plan.grow(rows, positive, weights: weights, seed: seed, progress: progress), columns: rows.columns)
  }
}
