import Glibc
import Learning

/// Several scorers together: the weighted mean of the log-odds of their calibrated probabilities.
struct CombinedScorer: SongScorer {
  /// One scorer of several.
  struct Member: Sendable {
    let scorer: any SongScorer
    let calibration: Calibration
    /// Its share in the mean; all shares sum to 1.
    let weight: Double
  }

  let members: [Member]

  func scores(of songs: SongBatch) throws -> [Double] {
    let probabilities = try members.map { member in
      try member.scorer.scores(of: songs).map(member.calibration.probability)
    }
    return CombinedScorer.mean(probabilities, weights: members.map(\.weight))
  }

  /// The weighted mean of log-odds, as a probability, for each song; `probabilities` by member, then song.
  static func mean(_ probabilities: [[Double]], weights: [Double]) -> [Double] {
    guard let count = probabilities.first?.count else { return [] }
    return (0..<count).map { song in
      let sum = zip(probabilities, weights).reduce(0) { $0 + $1.1 * Calibration.logOdds($1.0[song]) }
      return 1 / (1 + exp(-sum))
    }
  }

  /// The weights under which the mean ranks songs best that no member had seen (forward selection with repetition;
  /// Caruana et al. 2004): starting from equal weights for all, the member that helps the AUC most is counted once
  /// more, as long as it helps, `rounds` times at most.
  static func weights(_ probabilities: [[Double]], _ liked: [Bool], rounds: Int = 12) -> [Double] {
    let logOdds = probabilities.map { $0.map(Calibration.logOdds) }
    var counts = [Double](repeating: 1, count: logOdds.count)
    func auc(_ counts: [Double]) -> Double {
      let scores = liked.indices.map { song in zip(logOdds, counts).reduce(0) { $0 + $1.0[song] * $1.1 } }
      return Ranking(scores: scores, positive: liked).auc ?? 0.5
    }
    var best = auc(counts)
    for _ in 0..<rounds {
      var chosen: Int?
      for member in counts.indices {
        var tried = counts
        tried[member] += 1
        let value = auc(tried)
        if value > best + 1e-4 {
          best = value
          chosen = member
        }
      }
      guard let chosen else { break }
      counts[chosen] += 1
    }
    let sum = counts.reduce(0, +)
    return counts.map { $0 / sum }
  }
}
