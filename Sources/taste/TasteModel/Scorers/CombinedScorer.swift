import Glibc
import Learning

/// Several scorers together: the weighted sum of the log-odds of their calibrated probabilities.
///
/// The weights are learnt (`StackWeights`): a member that adds nothing to the others gets little or none.
struct CombinedScorer: SongScorer {
  /// One scorer of several.
  struct Member: Sendable {
    let scorer: any SongScorer
    let calibration: Calibration
    /// What its log-odds are multiplied by, not negative.
    let weight: Double
  }

  let members: [Member]

  func scores(of songs: SongBatch) throws -> [Double] {
    let logOdds = try members.map { member in
      try member.scorer.scores(of: songs).map { Calibration.logOdds(member.calibration.probability(of: $0)) }
    }
    return CombinedScorer.sums(logOdds, members.map(\.weight))
  }

  /// The weighted sum of log-odds, as a probability, for each song; `logOdds` by member, then song.
  static func sums(_ logOdds: [[Double]], _ weights: [Double]) -> [Double] {
    precondition(logOdds.count == weights.count, "a weight for every member")
    guard let count = logOdds.first?.count else { return [] }
    return (0..<count).map { song in
      var sum = 0.0
      for (member, weight) in zip(logOdds, weights) { sum += weight * member[song] }
      return 1 / (1 + exp(-sum))
    }
  }
}
