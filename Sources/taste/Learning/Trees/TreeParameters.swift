internal import Glibc

/// What a split is to lower: how mixed the classes of a node's rows are.
public enum SplitCriterion: Sendable, Equatable {
  /// The Gini index, 1 minus the sum of the squared class shares (Breiman et al. 1984).
  case gini
  /// The Shannon entropy of the class shares, in bits (Quinlan 1986).
  case entropy
}

/// How many columns are looked at for a split.
public enum SplitColumns: Sendable, Equatable {
  /// All of them.
  case all
  /// The square root of their number.
  case squareRoot
  /// The binary logarithm of their number.
  case logarithm
  /// This share of them, above 0 and at most 1.
  case share(Double)
  /// This many, at least 1; all where there are fewer.
  case count(Int)

  /// The number of columns looked at, at least 1, rounded down.
  public func number(of columns: Int) -> Int {
    let wanted =
      switch self {
      case .all: columns
      case .squareRoot: Int(Double(columns).squareRoot())
      case .logarithm: Int(log2(Double(columns)))
      case .share(let share): Int(share * Double(columns))
      case .count(let count): count
      }
    return min(columns, max(1, wanted))
  }
}

/// How a decision tree grows; the meaning of each value is that of scikit-learn's `DecisionTreeClassifier`.
public struct TreeParameters: Sendable, Equatable {
  /// What a split lowers.
  public var criterion: SplitCriterion
  /// The largest number of splits above a leaf, `nil` for any number.
  public var maximumDepth: Int?
  /// The smallest number of rows of a leaf, at least 1.
  public var minimumRowsInLeaf: Int
  /// The smallest number of rows of a node that is split, at least 2.
  public var minimumRowsToSplit: Int
  /// The columns drawn at random for each split. Columns that are constant in the node do not use up the number as long
  /// as no other column was looked at.
  public var splitColumns: SplitColumns

  /// A way of growing a tree.
  public init(
    criterion: SplitCriterion = .gini, maximumDepth: Int? = nil, minimumRowsInLeaf: Int = 1,
    minimumRowsToSplit: Int = 2, splitColumns: SplitColumns = .all
  ) {
    precondition(minimumRowsInLeaf >= 1, "a leaf holds a row")
    precondition(minimumRowsToSplit >= 2, "a node that is split holds two rows")
    self.criterion = criterion
    self.maximumDepth = maximumDepth
    self.minimumRowsInLeaf = minimumRowsInLeaf
    self.minimumRowsToSplit = minimumRowsToSplit
    self.splitColumns = splitColumns
  }
}
