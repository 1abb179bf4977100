internal import Glibc

/// A sum of small trees, turned into a probability by the logistic function.
public struct GradientBoosting: Classifier, Equatable {
  /// The name a stored one is found by.
  public static let codingName = "gradient-boosting"

  /// The number of columns of the rows it was fitted on.
  public let columns: Int
  let trees: FlatTrees
  private let constant: Double

  init(_ trees: FlatTrees, constant: Double, columns: Int) {
    self.trees = trees
    self.constant = constant
    self.columns = columns
  }

  /// The logarithm of the odds of the positive class for each row.
  public func logOdds(of rows: Matrix) -> [Double] {
    precondition(rows.columns == columns, "the rows have the columns of the fit")
    return trees.sums(of: rows).map { $0 + constant }
  }

  /// The probability of the positive class for each row.
  public func probabilities(of rows: Matrix) -> [Double] {
    logOdds(of: rows).map(logistic)
  }

  /// Appends the constant and the nodes.
  public func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(columns))
    writer.write(constant)
    trees.encode(columns: columns, into: &writer)
  }

  /// Reads what `encode(into:)` wrote; damaged bytes throw a `CodingFailure`.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    columns = Int(try reader.read(UInt32.self))
    constant = try reader.readDouble()
    guard constant.isFinite else { throw CodingFailure("a stored boosted model is damaged") }
    trees = try FlatTrees(columns: columns, from: &reader)
  }
}

/// Fits boosted trees to the logistic loss (Friedman 2001) over binned columns, leaf by leaf, as LightGBM (Ke et al.
/// 2017) and scikit-learn's `HistGradientBoostingClassifier` do.
public struct GradientBoostingLearner: Learner {
  /// The most trees, at least 1.
  public var trees: Int
  /// The share of each tree's answer that is added, above 0 and at most 1.
  public var learningRate: Double
  /// The most leaves of a tree, at least 2.
  public var maximumLeaves: Int
  /// The most splits above a leaf, `nil` for any number.
  public var maximumDepth: Int?
  /// The fewest rows of a leaf, at least 1.
  public var minimumRowsInLeaf: Int
  /// What is added to a leaf's curvature, at least 0: the L2 penalty on its answer.
  public var penalty: Double
  /// The share of the columns that each tree draws at random, above 0 and at most 1.
  public var columnShare: Double
  /// The share of the rows that each tree draws at random, above 0 and at most 1.
  public var rowShare: Double
  /// The share of the rows held back to find when more trees stop helping, below 1; 0 to grow all trees.
  public var stoppingShare: Double
  /// How many trees in a row may fail to lower the loss of the rows held back.
  public var patience: Int
  /// How much the classes count.
  public var classWeighting: ClassWeighting
  /// The most threads used, at least 1; the result does not depend on it.
  public var threads: Int

  /// The smallest curvature of a leaf.
  let minimumCurvature = 1e-3

  /// A learner with these settings.
  public init(
    trees: Int = 100, learningRate: Double = 0.1, maximumLeaves: Int = 31, maximumDepth: Int? = nil,
    minimumRowsInLeaf: Int = 20, penalty: Double = 0, columnShare: Double = 1, rowShare: Double = 1,
    stoppingShare: Double = 0, patience: Int = 10, classWeighting: ClassWeighting = .equal,
    threads: Int = Processors.count
  ) {
    precondition(trees >= 1 && maximumLeaves >= 2 && minimumRowsInLeaf >= 1, "there is something to grow")
    precondition(learningRate > 0 && learningRate <= 1 && penalty >= 0, "steps lead down")
    precondition(columnShare > 0 && columnShare <= 1 && rowShare > 0 && rowShare <= 1, "shares leave something")
    precondition(stoppingShare >= 0 && stoppingShare < 1, "rows to learn from remain")
    self.trees = trees
    self.learningRate = learningRate
    self.maximumLeaves = maximumLeaves
    self.maximumDepth = maximumDepth
    self.minimumRowsInLeaf = minimumRowsInLeaf
    self.penalty = penalty
    self.columnShare = columnShare
    self.rowShare = rowShare
    self.stoppingShare = stoppingShare
    self.patience = patience
    self.classWeighting = classWeighting
    self.threads = threads
  }

  /// Grows the trees; see `Learner.fit`.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> any Classifier {
    precondition(rows.rows == positive.count, "every row has a class")
    precondition(weights == nil || weights?.count == positive.count, "every row has a weight")
    precondition(positive.contains(true) && positive.contains(false), "both classes are present")
    let crew = Crew(threads: max(1, threads))
    let data = BinnedColumns(rows, crew: crew)
    var random = SplitMix64(seed: seed)
    var fit = BoostingFit(
      self, rows, positive, classWeighting.weights(for: positive, times: weights), &random)
    let grower = BoostedTreeGrower(data, self, totalWeight: fit.totalWeight, crew: crew)
    for tree in 0..<trees {
      if Task.isCancelled { throw CancellationError() }
      grower.columns = fit.drawn(columnShare, of: (0..<rows.columns).map { $0 }, &random)
      fit.add(grower, &random)
      progress(Double(tree + 1) / Double(trees))
      if fit.isDone { break }
    }
    return GradientBoosting(fit.kept, constant: fit.constant, columns: rows.columns)
  }
}
