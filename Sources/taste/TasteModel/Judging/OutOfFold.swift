import Glibc
import Learning

/// The probabilities of songs by models that had not seen them, pooled over folds.
struct OutOfFold {
  /// The calibrated probability of each song judged.
  let probabilities: [Double]
  /// The opinion of each song judged.
  let liked: [Bool]
  /// The number of each song judged in its dataset.
  let songs: [Int]
  /// Whether each song was called liked at the cut that its fold's training songs chose.
  let called: [Bool]
  /// The number of each judged song's album, counted from 0: what is drawn as a whole for an interval.
  let albums: [Int]

  /// How alike the opinions on songs of one album are.
  var albumCorrelation: AlbumCorrelation {
    AlbumCorrelation(probabilities: probabilities, liked: liked, groups: albums)
  }

  /// Judges a recipe by divisions of whole groups; each song may be judged once.
  ///
  /// The songs that a fold judges are liked more often where those that it learnt from are liked less often. Pooled as they
  /// are, probabilities that know nothing else would rank worse than chance, so the log-odds of each fold are moved to
  /// the share of liked songs over all.
  static func judge(
    _ fitting: Fitting, _ divisions: [Division], seed: UInt64, progress: (Double) -> Void
  ) throws -> OutOfFold {
    let dataset = fitting.dataset
    var found: [(song: Int, probability: Double, called: Bool)] = []
    for (number, division) in divisions.enumerated() {
      try Task.checkCancellation()
      let judged = try fitting.judged(
        division.training, seed: SplitMix64.seed(seed, for: UInt64(0x1000 + number)),
        progress: { progress((Double(number) + $0) / Double(divisions.count)) })
      let probabilities = try judged.probabilities(of: dataset.batch(division.judged))
      let shift = Self.logOdds(dataset.liked) - Self.logOdds(dataset.liked(division.training))
      for (song, probability) in zip(division.judged, probabilities) {
        let moved = 1 / (1 + exp(-(Calibration.logOdds(probability) + shift)))
        found.append((song, moved, probability >= judged.cut))
      }
    }
    found.sort { $0.song < $1.song }
    return OutOfFold(
      probabilities: found.map(\.probability), liked: found.map { dataset.tracks[$0.song].liked },
      songs: found.map(\.song), called: found.map(\.called),
      albums: Grouping(dataset.tracks, by: .album).restricted(to: found.map(\.song)).group)
  }

  /// The log-odds of the share of liked songs.
  private static func logOdds(_ liked: [Bool]) -> Double {
    Calibration.logOdds(Double(liked.count { $0 }) / Double(max(1, liked.count)))
  }

  var ranking: Ranking { Ranking(scores: probabilities, positive: liked) }
}
