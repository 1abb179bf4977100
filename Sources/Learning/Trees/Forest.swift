/// Many decision trees, whose probability is the mean of theirs.
public struct Forest: Classifier, Equatable {
  /// The name a stored one is found by.
  public static let codingName = "forest"

  /// The number of columns of the rows it was fitted on.
  public let columns: Int
  private let trees: FlatTrees
  /// For each column the mean over the trees of the share of the impurity that its splits took away.
  public let importances: [Float]

  init(_ grown: [GrownTree], columns: Int) {
    self.columns = columns
    var trees = FlatTrees()
    var importances = [Double](repeating: 0, count: columns)
    for tree in grown {
      trees.append(tree.nodes)
      for column in 0..<columns { importances[column] += tree.importances[column] }
    }
    self.trees = trees
    self.importances = importances.map { Float($0 / Double(grown.count)) }
  }

  /// The number of trees.
  public var treeCount: Int { trees.count }

  /// The number of nodes of all trees.
  public var nodeCount: Int { trees.nodes.count }

  /// The mean share of the positive class in the leaves that each row falls into.
  public func probabilities(of rows: Matrix) -> [Double] {
    precondition(rows.columns == columns, "the rows have the columns of the fit")
    let count = Double(trees.count)
    return trees.sums(of: rows).map { $0 / count }
  }

  /// Appends the columns, their importances and the nodes.
  public func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(columns))
    writer.write(importances)
    trees.encode(columns: columns, into: &writer)
  }

  /// Reads what `encode(into:)` wrote; damaged bytes throw a `CodingFailure`.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    (columns, importances, trees) = try FlatTrees.readModel(&reader)
    guard trees.count > 0 else { throw CodingFailure("a stored forest has no tree") }
  }
}

/// Fits a random forest (Breiman 2001): each tree on rows drawn with replacement, the best split of a few columns drawn
/// for each node.
public struct RandomForestLearner: Learner {
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
  public func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> any Classifier {
    let plan = TreePlan(
      parameters: parameters, thresholds: .best, bootstrap: true, trees: trees, threads: threads)
    let weights = classWeighting.weights(for: positive, times: weights)
    return Forest(
      try plan.grow(rows, positive, weights: weights, seed: seed, progress: progress), columns: rows.columns)
  }
}

/// Fits extremely randomised trees (Geurts, Ernst and Wehenkel 2006): each tree on all rows, for each node the best of a
/// few columns drawn, each with one threshold drawn between its lowest and its highest value.
public struct ExtraTreesLearner: Learner {
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
  public func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> any Classifier {
    let plan = TreePlan(
      parameters: parameters, thresholds: .random, bootstrap: false, trees: trees, threads: threads)
    let weights = classWeighting.weights(for: positive, times: weights)
    return Forest(
      try plan.grow(rows, positive, weights: weights, seed: seed, progress: progress), columns: rows.columns)
  }
}
