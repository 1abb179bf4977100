import Learning

/// How alike the opinions on songs of one album are, beyond what their scores predict, and by how much that reduces a sample.
///
/// Songs of an album are liked or rejected together, so forty songs of five albums tell less than forty songs of forty.
struct AlbumCorrelation: Sendable {
  /// The number of the group (album, or copies) of each row of the ranking.
  private let groups: [Int]
  /// The correlation of the opinions on two songs of one group, from 0 to 1.
  let correlation: Double

  /// Measures the correlation of what the scores leave unexplained (liked less probability) over all pairs of songs in a
  /// group, each pair's product over the product of its deviations (the moment estimator of the intraclass correlation).
  ///
  /// - Parameters:
  ///   - probabilities: the calibrated probability of each song, by a model that had not seen it.
  ///   - liked: the opinion on each song.
  ///   - groups: the number of each song's group, from 0.
  init(probabilities: [Double], liked: [Bool], groups: [Int]) {
    precondition(probabilities.count == liked.count && liked.count == groups.count, "a value for every song")
    self.groups = groups
    let count = (groups.max() ?? -1) + 1
    var residuals = [Double](repeating: 0, count: count)
    var squares = residuals
    var deviations = residuals
    var variances = residuals
    for (song, group) in groups.enumerated() {
      let probability = min(max(probabilities[song], 1e-6), 1 - 1e-6)
      let residual = (liked[song] ? 1 : 0) - probability
      let variance = probability * (1 - probability)
      residuals[group] += residual
      squares[group] += residual * residual
      deviations[group] += variance.squareRoot()
      variances[group] += variance
    }
    var products = 0.0
    var expected = 0.0
    for group in 0..<count {
      products += residuals[group] * residuals[group] - squares[group]
      expected += deviations[group] * deviations[group] - variances[group]
    }
    correlation = expected > 1e-9 ? min(1, max(0, products / expected)) : 0
  }

  /// The design effect of a list of songs (Kish 1965): how many times fewer independent songs hold as much information; at
  /// least 1.
  ///
  /// - Parameter songs: the numbers of the songs.
  func designEffect(of songs: some Collection<Int>) -> Double {
    var sizes: [Int: Int] = [:]
    for song in songs { sizes[groups[song], default: 0] += 1 }
    let squares = sizes.values.reduce(0) { $0 + $1 * $1 }
    return 1 + correlation * max(0, Double(squares) / Double(max(1, songs.count)) - 1)
  }
}
