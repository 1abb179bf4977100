public import Learning

/// How long a list may be so that its share of liked songs is at least what was promised.
///
/// The list lengths are fixed before any opinion is seen. From the shortest on, each is tested with an exact one-sided
/// binomial bound, and the first that fails ends the search, so the whole search errs no more often than one test
/// (fixed-sequence testing; Maurer, Hothorn and Lehmacher 1995). Choosing the lowest threshold whose own bound holds
/// would err more often.
///
/// A list is tested on judged songs that score like its tracks (`Matches`): each track has a match of its own, or several
/// where the list is short, the judged songs left that score nearest to it. So nothing is tested deeper than what can be
/// listed; and where the best tracks were listed and judged before, the songs above all that is left are no evidence for it.
/// Where songs come in albums, the counts are divided by the design effect of the matches (`AlbumCorrelation`) before they
/// are tested.
///
/// All that holds where an unheard track is liked as often as a judged song of its score. Once enough recommended tracks
/// have been judged, they bound the list beside (`RecommendationRecord`): a promise is made only where both tests hold, and
/// the lower of both bounds is stated. For a false promise both must err (an intersection-union test; Berger 1982), so
/// the error is at most that of either.
public struct Promise: Sendable, Equatable {
  /// The largest probability of promising more than is true, for all lengths together.
  public static let error = 0.05
  /// The fewest judged songs that a list is tested on where there are as many.
  public static let shortest = 40
  /// The length of the longest list where nothing is known of what will be listed: that of a playlist by default.
  public static let usualLength = 100

  /// The share of liked songs that was asked for.
  public let promised: Double
  /// Whether some length keeps the promise, and the record does not contradict it.
  public let isMet: Bool
  /// The number of judged songs of the list that the figures describe: the longest that keeps the promise, else the
  /// shortest that was tested.
  public let length: Int
  /// The lowest score on that list. Tracks that tie with its last one are on the list too.
  public let threshold: Double
  /// The score of the last of the best nine tenths of that list.
  public let entry: Double
  /// The share of its judged songs which is liked.
  public let precision: Double
  /// The lower end of the exact one-sided 95% interval of that share or, where that is lower, of the record's.
  public let precisionLow: Double
  /// The share of all liked songs that score as high as that list; 0 where none is liked.
  public let recall: Double

  /// The lengths of lists that are tested where there is room for `longest`: from `first` on in steps of 1 to 5, of 5 to
  /// 100, of 10 to 200, of 20 to 400, of 50 to 1000, and so in each decade, and at last the longest; that alone where it
  /// is no longer than `first`.
  public static func lengths(upTo longest: Int, from first: Int = 1) -> [Int] {
    guard longest > first else { return [longest] }
    var lengths: [Int] = []
    var next = first
    while next < longest {
      lengths.append(next)
      var scale = 1
      while next >= 1_000 * scale { scale *= 10 }
      next += next < 5 ? 1 : (next < 100 * scale ? 5 : next < 200 * scale ? 10 : next < 400 * scale ? 20 : 50) * scale
    }
    return lengths + [longest]
  }

  /// Tests the lengths on calibrated scores, each given by a model that had not seen the song.
  ///
  /// - Parameters:
  ///   - ranking: at least one judged song.
  ///   - promised: the share of liked songs asked for, from 0 to 1.
  ///   - list: the scores of the tracks of the longest list, best first; `nil` or none for the best judged songs themselves,
  ///     40 to 100 of them.
  ///   - lengths: the lengths to test, ascending, none longer than the list or the songs; `nil` for `lengths(upTo:from:)`.
  ///   - record: what became of recommended tracks.
  public init(
    _ ranking: Ranking, promised: Double, list: [Double]? = nil, lengths: [Int]? = nil,
    record: RecommendationRecord? = nil
  ) {
    self.init(ranking, promised: promised, list: list, lengths: lengths, albums: nil, record: record)
  }

  /// Tests the lengths where songs of one album are liked or rejected together.
  init(
    _ ranking: Ranking, promised: Double, list: [Double]? = nil, lengths: [Int]? = nil, albums: AlbumCorrelation?,
    record: RecommendationRecord? = nil
  ) {
    let list = list ?? []
    let lengths =
      lengths
      ?? (list.isEmpty
        ? Promise.lengths(upTo: min(Promise.usualLength, ranking.scores.count), from: Promise.shortest)
        : Promise.lengths(upTo: list.count))
    precondition(lengths.first.map { $0 > 0 } ?? false, "a list of one song or more")
    precondition(lengths == lengths.sorted(), "lengths ascend")
    func matches(_ length: Int) -> Matches {
      guard !list.isEmpty else { return Matches(ranking, best: length) }
      var tracks = min(length, list.count)
      while tracks < list.count, list[tracks] == list[tracks - 1] { tracks += 1 }
      return Matches(ranking, list: list.prefix(tracks))
    }
    func effective(_ found: Matches) -> (successes: Double, trials: Double) {
      let effect = albums?.designEffect(of: found.places.map { ranking.order[$0] }) ?? 1
      return (Double(found.hits) / effect, Double(found.places.count) / effect)
    }
    var kept: Matches?
    for length in lengths {
      let found = matches(length)
      let counts = effective(found)
      let chance = Binomial.upperTail(
        successes: counts.successes, trials: counts.trials, probability: promised)
      guard chance <= Promise.error else { break }
      kept = found
    }
    let told = kept ?? matches(lengths[0])
    let scores = list.isEmpty ? told.places.map { ranking.scores[$0] } : Array(list.prefix(told.tracks))
    let bound = record?.lowerBound(of: scores)
    self.promised = promised
    isMet = kept != nil && bound.map { $0 >= promised } ?? true
    length = told.places.count
    threshold = told.threshold
    entry = told.entry
    precision = Double(told.hits) / Double(told.places.count)
    let counts = effective(told)
    let low = Binomial.lowerBound(
      successes: counts.successes, trials: counts.trials, confidence: 1 - Promise.error)
    precisionLow = min(low, bound ?? 1)
    let found = ranking.cuts.prefix { $0.threshold >= told.threshold }.last?.hits ?? 0
    recall = ranking.positives == 0 ? 0 : Double(found) / Double(ranking.positives)
  }
}
