import Glibc
import Learning

/// Several scorers together: the mean of the log-odds of their calibrated probabilities.
///
/// Calibration is what weighs them: one that knows little says little, its log-odds stay near those of all songs.
struct CombinedScorer: SongScorer {
  /// One scorer of several.
  struct Member: Sendable {
    let scorer: any SongScorer
    let calibration: Calibration
  }

  let members: [Member]

  func scores(of songs: SongBatch) throws -> [Double] {
    CombinedScorer.mean(
      try members.map { member in try member.scorer.scores(of: songs).map(member.calibration.probability) })
  }

  /// The mean of log-odds, as a probability, for each song; `probabilities` by member, then song.
  static func mean(_ probabilities: [[Double]]) -> [Double] {
    guard let count = probabilities.first?.count else { return [] }
    return (0..<count).map { song in
      let sum = probabilities.reduce(0) { $0 + Calibration.logOdds($1[song]) }
      return 1 / (1 + exp(-sum / Double(probabilities.count)))
    }
  }
}
