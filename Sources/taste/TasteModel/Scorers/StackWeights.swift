import Glibc

/// The weights with which the log-odds of several scorers are added: stacking (Wolpert 1992) by a logistic regression with
/// weights that are not negative (Breiman 1996) and are drawn towards equal ones.
enum StackWeights {
  /// The factor of half the squared distance from equal weights, beside the sum of the songs' log-losses: as strong as
  /// some hundred songs on which the members disagree.
  static let penalty = 20.0
  /// The most passes over the weights, and the change of a weight that ends them.
  private static let passes = 500
  private static let tolerance = 1e-7

  /// The weights, one a member, none negative.
  ///
  /// Minimises the convex sum by one weight after the other, each step bounded by the largest curvature that the log-loss
  /// can have (Böhning and Lindsay 1988), so that the sum never grows. Deterministic.
  ///
  /// - Parameters:
  ///   - logOdds: the log-odds that each member gives each song, by member, then song; of songs it had not seen.
  ///   - liked: the opinion on each song.
  static func fit(_ logOdds: [[Double]], liked: [Bool], penalty: Double = penalty) -> [Double] {
    precondition(logOdds.allSatisfy { $0.count == liked.count }, "an opinion for every song")
    let equal = 1 / Double(max(1, logOdds.count))
    var weights = [Double](repeating: equal, count: logOdds.count)
    guard weights.count > 1, !liked.isEmpty else { return weights }
    let targets = liked.map { $0 ? 1.0 : 0 }
    // The offset takes up how often songs are liked; the calibration that follows has one of its own.
    let columns = logOdds + [[Double](repeating: 1, count: liked.count)]
    let curvatures = columns.map { column in column.reduce(0) { $0 + $1 * $1 } / 4 }
    var sums = (0..<liked.count).map { song in logOdds.reduce(0) { $0 + equal * $1[song] } }
    func slope(_ column: [Double]) -> Double {
      var slope = 0.0
      for (song, value) in column.enumerated() { slope += value * (1 / (1 + exp(-sums[song])) - targets[song]) }
      return slope
    }
    for _ in 0..<passes {
      var largest = 0.0
      for (number, column) in columns.enumerated() {
        let step: Double
        if number < weights.count {
          let gradient = slope(column) + penalty * (weights[number] - equal)
          let moved = max(0, weights[number] - gradient / (curvatures[number] + penalty))
          step = moved - weights[number]
          weights[number] = moved
        } else {
          step = -slope(column) / curvatures[number]
        }
        for (song, value) in column.enumerated() { sums[song] += step * value }
        largest = max(largest, abs(step))
      }
      if largest < tolerance { break }
    }
    return weights
  }
}
