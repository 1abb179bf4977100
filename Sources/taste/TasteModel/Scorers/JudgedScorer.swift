import Learning

/// A fitted scorer whose scores were set against the opinions on songs that it, or an equal fit on a part of the same
/// songs, had not seen.
struct JudgedScorer: Sendable {
  let scorer: any SongScorer
  let calibration: Calibration
  /// The calibrated probability from which on a song is called liked where precision and recall are stated at one point:
  /// the one with the best F0.5 on those unseen songs.
  let cut: Double

  /// Sets a scorer's scores of unseen songs against the opinions on them.
  ///
  /// - Throws: `TasteFailure` with `.cannotSplit` unless both opinions occur.
  init(_ scorer: any SongScorer, unseen scores: [Double], liked: [Bool]) throws {
    self.scorer = scorer
    calibration = try Calibration(scores: scores, liked: liked)
    let calibrated = scores.map(calibration.probability)
    cut = JudgedScorer.bestCut(calibrated, liked)
  }

  /// A scorer with a calibration and a cut that are known already.
  init(_ scorer: any SongScorer, _ calibration: Calibration, cut: Double) {
    self.scorer = scorer
    self.calibration = calibration
    self.cut = cut
  }

  /// The calibrated probability of each song of a batch.
  func probabilities(of songs: SongBatch) throws -> [Double] {
    try scorer.scores(of: songs).map(calibration.probability)
  }

  /// The threshold with the best F0.5; the highest of several.
  static func bestCut(_ scores: [Double], _ liked: [Bool]) -> Double {
    let ranking = Ranking(scores: scores, positive: liked)
    var best = (value: -1.0, threshold: 0.5)
    for cut in ranking.cuts {
      let value = 1.25 * Double(cut.hits) / (Double(cut.answered) + 0.25 * Double(ranking.positives))
      if value > best.value { best = (value, cut.threshold) }
    }
    return best.threshold
  }
}
