public import Learning

/// How long a list may be so that its share of liked songs is at least what was promised.
///
/// The list lengths are fixed before any score is seen. From the shortest on, each is tested with an exact one-sided
/// binomial bound, and the first that fails ends the search, so the whole search errs no more often than one test
/// (fixed-sequence testing; Maurer, Hothorn and Lehmacher 1995). Choosing the lowest threshold whose own bound holds
/// would err more often. Where songs come in albums, the counts of a list are divided by its design effect
/// (`AlbumCorrelation`) before they are tested.
public struct Promise: Sendable, Equatable {
  /// The largest probability of promising more than is true, for all lengths together.
  public static let error = 0.05

  /// The share of liked songs that was asked for.
  public let promised: Double
  /// Whether some length keeps the promise.
  public let isMet: Bool
  /// The length told of here: the longest that keeps the promise, else the shortest that was tested.
  public let length: Int
  /// The lowest score on the list of that length. Songs that tie with its last one are on the list too.
  public let threshold: Double
  /// The share of that list which is liked.
  public let precision: Double
  /// The lower end of the exact one-sided 95% interval of that share.
  public let precisionLow: Double
  /// The share of all liked songs that are on that list; 0 where none is liked.
  public let recall: Double

  /// The lengths that are tested where there are `songs` songs: 40, 60, 100, 150, 200, 300, 400, 600, 1000 and on in
  /// these steps, none longer than the songs; for fewer than 40 songs, their number alone.
  public static func lengths(for songs: Int) -> [Int] {
    var lengths: [Int] = []
    var scale = 10
    while 4 * scale <= songs {
      lengths += [4, 6, 10, 15, 20, 30].map { $0 * scale }.filter { $0 <= songs }
      scale *= 10
    }
    return lengths.isEmpty ? [songs] : lengths
  }

  /// Tests the lengths on calibrated scores, each given by a model that had not seen the song.
  ///
  /// - Parameters:
  ///   - ranking: at least one song.
  ///   - promised: the share of liked songs asked for, from 0 to 1.
  ///   - lengths: the lengths to test, ascending, none longer than the songs; `nil` for those of `lengths(for:)`.
  public init(_ ranking: Ranking, promised: Double, lengths: [Int]? = nil) {
    self.init(ranking, promised: promised, lengths: lengths, albums: nil)
  }

  /// Tests the lengths where songs of one album are liked or rejected together.
  init(_ ranking: Ranking, promised: Double, lengths: [Int]? = nil, albums: AlbumCorrelation?) {
    let lengths = lengths ?? Promise.lengths(for: ranking.scores.count)
    precondition(lengths.first.map { $0 > 0 } ?? false, "a list of one song or more")
    precondition(lengths == lengths.sorted() && lengths[lengths.count - 1] <= ranking.scores.count, "lengths ascend")
    let cuts = ranking.cuts
    func list(_ length: Int) -> Ranking.Cut {
      // The whole list always reaches the length, so the last cut is found at the latest.
      cuts[cuts.partitioningIndex { $0.answered >= length }]
    }
    func effective(_ list: Ranking.Cut) -> (successes: Double, trials: Double) {
      let effect = albums?.designEffect(of: ranking.order.prefix(list.answered)) ?? 1
      return (Double(list.hits) / effect, Double(list.answered) / effect)
    }
    var kept: (length: Int, list: Ranking.Cut)?
    for length in lengths {
      let list = list(length)
      let counts = effective(list)
      let chance = Binomial.upperTail(
        effectiveSuccesses: counts.successes, trials: counts.trials, probability: promised)
      guard chance <= Promise.error else { break }
      kept = (length, list)
    }
    let told = kept ?? (lengths[0], list(lengths[0]))
    self.promised = promised
    isMet = kept != nil
    length = told.length
    threshold = told.list.threshold
    precision = Double(told.list.hits) / Double(told.list.answered)
    let counts = effective(told.list)
    precisionLow = Binomial.lowerBound(
      effectiveSuccesses: counts.successes, trials: counts.trials, confidence: 1 - Promise.error)
    recall = ranking.positives == 0 ? 0 : Double(told.list.hits) / Double(ranking.positives)
  }
}

extension Array {
  /// The first place from which on the condition holds, in a list where it never stops holding again; the number of
  /// elements where it holds nowhere.
  func partitioningIndex(_ holds: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
