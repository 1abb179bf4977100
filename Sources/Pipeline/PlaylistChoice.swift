import Playlists
import TasteModel

/// What the playlist would hold now by a model, and the figures that it rests on.
struct PlaylistChoice {
  /// The model's figures, with the promise tested on judged songs that score like the list, and beside the record.
  let figures: ModelFigures
  /// Whether every candidate has the same score, so that none can be chosen before another.
  let isFlat: Bool
  /// What becomes of each candidate, in the order in which they had their turn; none where all scores are equal.
  let verdicts: [(candidate: PlaylistCandidate, verdict: PlaylistSelection.Verdict)]

  /// The tracks of the list, best first.
  let chosen: [PlaylistCandidate]

  /// - Parameters:
  ///   - candidates: the unheard tracks that a list can name.
  ///   - promised: the share of liked tracks asked for.
  init(
    _ candidates: [PlaylistCandidate], _ model: TasteModel, promised: Double, record: RecommendationRecord,
    rules: SelectionRules
  ) {
    let longest = PlaylistSelection.select(candidates, stay: 0, enter: 0, rules: rules).map(\.probability)
    figures = model.promising(promised, list: longest, record: record).figures
    let finite = candidates.map(\.probability).filter(\.isFinite)
    isFlat = finite.count > 1 && finite.allSatisfy { abs($0 - finite[0]) < 1e-12 }
    let (stay, enter) = figures.targetMet ? (figures.threshold, figures.entryThreshold) : (nil, nil)
    verdicts = isFlat ? [] : PlaylistSelection.verdicts(candidates, stay: stay, enter: enter, rules: rules)
    chosen = PlaylistSelection.chosen(verdicts)
  }

  /// What may be said of the list, `nil` for an empty one.
  ///
  /// - Parameter listed: the probabilities of the tracks that are on it.
  func standing(_ listed: [Double], _ model: TasteModel, _ record: RecommendationRecord) -> ListStanding? {
    guard !listed.isEmpty else { return nil }
    // What is promised holds for all that score as high as the tested list; a guess is told by what is on it.
    let measured = figures.targetMet ? nil : model.measured(listed.sorted(by: >))
    return ListStanding(
      kind: figures.targetMet ? .promised : figures.isNoBetterThanChance ? .guess : .bestGuess,
      mayBeCoin: figures.isNoBetterThanChance, tracks: listed.count, target: figures.promised,
      songs: measured?.songs ?? figures.listLength, share: measured?.share ?? figures.precision,
      low: measured?.low ?? figures.precisionLow, baseRate: figures.baseRate,
      recordJudged: record.judged, recordLiked: record.liked)
  }
}
