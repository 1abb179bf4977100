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

  /// Judges a recipe by divisions of whole groups; each song may be judged once.
  static func judge(
    _ fitting: Fitting, _ divisions: [Division], seed: UInt64, progress: (Double) -> Void
  ) throws -> OutOfFold {
    let dataset = fitting.dataset
    var found: [(song: Int, probability: Double, called: Bool)] = []
    for (number, division) in divisions.enumerated() {
      try Task.checkCancellation()
      let judged = try fitting.judged(
        division.training, seed: SeededRandom.seed(seed, for: UInt64(0x1000 + number)),
        progress: { progress((Double(number) + $0) / Double(divisions.count)) })
      let probabilities = try judged.probabilities(of: dataset.batch(division.judged))
      for (song, probability) in zip(division.judged, probabilities) {
        found.append((song, probability, probability >= judged.cut))
      }
    }
    found.sort { $0.song < $1.song }
    return OutOfFold(
      probabilities: found.map(\.probability), liked: found.map { dataset.tracks[$0.song].liked },
      songs: found.map(\.song), called: found.map(\.called))
  }

  var ranking: Ranking { Ranking(scores: probabilities, positive: liked) }
}
