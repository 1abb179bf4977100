internal import Glibc

/// The impurities of nodes from the weights of their rows: x of the negative class, y of the positive one.
extension SplitCriterion {
  /// How mixed the classes of a node are.
  @inline(__always)
  func impurity(_ sums: SIMD2<Double>) -> Double {
    switch self {
    case .gini: Self.gini(sums)
    case .entropy: Self.entropy(sums)
    }
  }

  /// How little of impurity a split leaves, up to a constant of the node; computed in the order that scikit-learn
  /// computes it in, so that equal splits stay equal to the last bit.
  @inline(__always)
  func merit(left: SIMD2<Double>, right: SIMD2<Double>) -> Double {
    -right.sum() * impurity(right) - left.sum() * impurity(left)
  }

  @inline(__always)
  private static func gini(_ sums: SIMD2<Double>) -> Double {
    let weight = sums.x + sums.y
    return 1 - (sums.x * sums.x + sums.y * sums.y) / (weight * weight)
  }

  private static func entropy(_ sums: SIMD2<Double>) -> Double {
    let weight = sums.x + sums.y
    var entropy = 0.0
    for part in [sums.x, sums.y] where part > 0 { entropy -= part / weight * (log(part / weight) / log(2)) }
    return entropy
  }
}
