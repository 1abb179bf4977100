/// A single decision tree, whose probability is the share of the positive class, by weight, in the leaf a row falls
/// into (Breiman et al. 1984).
public struct DecisionTree: Classifier, Equatable {
  /// The name a stored one is found by.
  public static let codingName = "decision-tree"

  /// The number of columns of the rows it was fitted on.
  public let columns: Int
  let trees: FlatTrees
  /// For each column the share of the impurity that its splits took away; sums to 1, or 0 without a split.
  public let importances: [Float]

  init(_ grown: GrownTree, columns: Int) {
    self.columns = columns
    var trees = FlatTrees()
    trees.append(grown.nodes)
    self.trees = trees
    importances = grown.importances.map { Float($0) }
  }

  /// The mean share of the positive class in the leaves that each row falls into.
  public func probabilities(of rows: Matrix) -> [Double] {
    precondition(rows.columns == columns, "the rows have the columns of the fit")
    return trees.sums(of: rows)
  }

  /// Appends the columns, their importances and the nodes.
  public func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(columns))
    writer.write(importances)
    trees.encode(columns: columns, into: &writer)
  }

  /// Reads what `encode(into:)` wrote; damaged bytes throw a `CodingFailure`.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    (columns, importances, trees) = try FlatTrees.readModel(&reader)
    guard trees.count == 1 else { throw CodingFailure("a stored tree is not one tree") }
  }
}

extension FlatTrees {
  /// Reads the number of columns, their importances and the trees of a stored tree or forest.
  static func readModel(_ reader: inout ByteReader) throws(CodingFailure) -> (Int, [Float], FlatTrees) {
    let columns = Int(try reader.read(UInt32.self))
    let importances = try reader.readList(of: Float.self)
    guard importances.count == columns, importances.allSatisfy(\.isFinite) else {
      throw CodingFailure("a stored tree has the wrong number of columns")
    }
    return (columns, importances, try FlatTrees(columns: columns, from: &reader))
  }
}

/// Fits a decision tree, as scikit-learn's `DecisionTreeClassifier` does.
public struct DecisionTreeLearner: Learner {
  /// How the tree grows.
  public var parameters: TreeParameters
  /// How much the classes count.
  public var classWeighting: ClassWeighting

  /// A learner with these settings.
  public init(parameters: TreeParameters = TreeParameters(), classWeighting: ClassWeighting = .equal) {
    self.parameters = parameters
    self.classWeighting = classWeighting
  }

  /// The tree of the taste study: depth at most 30, the bad class an eighth of the good one's weight, the square root
  /// of the columns looked at for each split.
  public static var study: DecisionTreeLearner {
    DecisionTreeLearner(
      parameters: TreeParameters(maximumDepth: 30, splitColumns: .squareRoot),
      classWeighting: .fixed(negative: 0.125, positive: 1))
  }

  /// Grows the trees; see `Learner.fit`.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> any Classifier {
    let plan = TreePlan(
      parameters: parameters, thresholds: .best, bootstrap: false, trees: 1, threads: Processors.count)
    let weights = classWeighting.weights(for: positive, times: weights)
    let grown = try plan.grow(rows, positive, weights: weights, seed: seed, progress: progress)
    return DecisionTree(grown[0], columns: rows.columns)
  }
}
