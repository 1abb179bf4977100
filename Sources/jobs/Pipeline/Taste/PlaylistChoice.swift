import Playlists
import TasteModel
import Tracks

/// What the playlist would hold now by a model, and the figures that it rests on.
struct PlaylistChoice {
  /// The model's figures, with the promise tested on judged songs that score like the list, and beside the record.
  let figures: ModelMetrics
  /// The number of candidates.
  let candidates: Int
  /// Whether every candidate has the same score, so that none can be chosen before another.
  let isFlat: Bool
  /// What becomes of each candidate, in the order in which they had their turn; none where all scores are equal.
  let verdicts: [(candidate: PlaylistCandidate, verdict: PlaylistSelection.Verdict)]

  /// The tracks of the list, best first.
  let chosen: [PlaylistCandidate]
  /// The tracks of the longest list, which the promise is tested on.
  let longest: [PlaylistCandidate]

  /// - Parameters:
  ///   - candidates: the unheard tracks that a list can name.
  ///   - promised: the share of liked tracks asked for.
  init(
    _ candidates: [PlaylistCandidate], _ model: TasteModel, promised: Double, record: RecommendationRecord,
    rules: SelectionRules
  ) {
    self.candidates = candidates.count
    longest = PlaylistSelection.select(candidates, stay: 0, enter: 0, rules: rules)
    let tested = model.promising(promised, list: longest.map(\.probability), record: record)
    let finite = candidates.map(\.probability).filter(\.isFinite)
    isFlat = finite.count > 1 && finite.allSatisfy { abs($0 - finite[0]) < 1e-12 }
    let isMet = tested.figures.targetMet
    let (stay, enter) = isMet ? (tested.figures.threshold, tested.figures.entryThreshold) : (nil, nil)
    verdicts = isFlat ? [] : PlaylistSelection.verdicts(candidates, stay: stay, enter: enter, rules: rules)
    chosen = PlaylistSelection.chosen(verdicts)
    // What is promised holds for all that score as high as the tested list; a guess is told by what is on it.
    figures =
      isMet || chosen.isEmpty
      ? tested.figures : tested.figures(of: chosen.map(\.probability).sorted(by: >), record: record)
  }

  /// What may be said of the list; `nil` for an empty one.
  ///
  /// - Parameter tracks: the number of tracks that are on it.
  func standing(of tracks: Int, _ record: RecommendationRecord) -> ListStanding? {
    guard tracks > 0 else { return nil }
    let isMet = figures.targetMet
    return ListStanding(
      kind: isMet ? .promised : figures.isNoBetterThanChance ? .guess : .bestGuess,
      mayBeCoin: figures.isNoBetterThanChance, tracks: tracks, target: figures.promised, songs: figures.listLength,
      share: figures.precision, low: figures.precisionLow, baseRate: figures.baseRate, recordJudged: record.judged,
      recordLiked: record.liked, enter: isMet ? figures.entryThreshold : nil, stay: isMet ? figures.threshold : nil)
  }
}
