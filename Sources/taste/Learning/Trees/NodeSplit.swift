/// The best split of a node found so far.
struct NodeSplit {
  /// The column whose values are compared, -1 before the first split is found.
  var column = -1
  /// Rows with a value of at most this go left.
  var threshold = 0.0
  /// The weights of the rows on the left.
  var left = SIMD2<Double>.zero
  /// The number of rows on the left.
  var leftRows = 0
  /// How good the split is; more is better.
  var merit = -Double.infinity
  /// With the Gini index, the squared distance of the children's classes over the product of their weights: in the
  /// order of the merit, but found without a division.
  var distance = 0.0
}

/// How the thresholds of a tree are found.
enum ThresholdSearch: Sendable {
  /// The best of all between neighbouring values.
  case best
  /// One at random between the lowest and the highest value (Geurts, Ernst and Wehenkel 2006).
  case random
}
