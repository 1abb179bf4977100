/// How much the rows of each class count in a fit.
public enum ClassWeighting: Sendable, Equatable {
  /// Every row as much as any other.
  case equal
  /// Both classes together as much as each other, and all rows together as much as before.
  case balanced
  /// A row of each class so much, both positive.
  case fixed(negative: Float, positive: Float)

  /// The weight of each row, its own times that of its class; `nil` where all are 1.
  ///
  /// - Parameters:
  ///   - positive: the class of each row.
  ///   - weights: the weight of each row by itself, positive, or `nil` for 1 each.
  public func weights(for positive: [Bool], times weights: [Float]?) -> [Float]? {
    let factors: (negative: Float, positive: Float)
    switch self {
    case .equal: return weights
    case .fixed(let negative, let positive): factors = (negative, positive)
    case .balanced:
      let (good, bad) = zip(positive, weights ?? [Float](repeating: 1, count: positive.count))
        .reduce(into: (0.0, 0.0)) { if $1.0 { $0.0 += Double($1.1) } else { $0.1 += Double($1.1) } }
      let half = (good + bad) / 2
      factors = (Float(half / bad), Float(half / good))
    }
    return positive.indices.map { (weights?[$0] ?? 1) * (positive[$0] ? factors.positive : factors.negative) }
  }
}
