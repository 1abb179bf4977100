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

  /// Judges a recipe by folds of whole groups.
  static func judge(
    _ fitting: Fitting, folds: Folds, only: Int? = nil, seed: UInt64, progress: (Double) -> Void
  ) throws -> OutOfFold {
    let dataset = fitting.dataset
    var found: [(song: Int, probability: Double, called: Bool)] = []
    let numbers = only.map { [$0] } ?? Array(0..<folds.count)
    for (done, fold) in numbers.enumerated() {
      try Task.checkCancellation()
      let judged = try fitting.judged(
        folds.training(fold), seed: SeededRandom.seed(seed, for: UInt64(0x1000 + fold)),
        progress: { progress((Double(done) + $0) / Double(numbers.count)) })
      let songs = folds.judged(fold)
      for (song, probability) in zip(songs, try judged.probabilities(of: dataset.batch(songs))) {
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
