/// An interval that holds a figure with the stated confidence.
public struct Interval: Sendable, Equatable, Codable {
  /// The lower end.
  public let low: Double
  /// The upper end, not below the lower one.
  public let high: Double

  /// An interval between two ends.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}

/// Intervals of figures by drawing the songs anew, with replacement (Efron and Tibshirani 1993, the percentile method).
///
/// Songs are drawn, not rows: rows of one song stand or fall together. Draws that lack one class are drawn again. The
/// percentiles of few songs make intervals that are too narrow, so they are expanded as Student's t expands the normal
/// interval (Hesterberg 2015); songs of unequal numbers of rows count as fewer (Kish 1965).
public struct Bootstrap: Sendable {
  /// How often the songs are drawn, at least once.
  public var resamples: Int
  /// What the draws are derived from.
  public var seed: UInt64
  /// The share of the draws inside an interval, between 0 and 1.
  public var confidence: Double

  /// Draws by these settings.
  public init(resamples: Int = 1_000, seed: UInt64 = 1, confidence: Double = 0.95) {
    precondition(resamples > 0, "an interval needs a draw")
    precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
    self.resamples = resamples
    self.seed = seed
    self.confidence = confidence
  }

  /// The interval of the area under the ROC curve; `nil` unless both classes are present.
  ///
  /// - Parameters:
  ///   - scores: the score of each row, none of them NaN.
  ///   - positive: the class of each row.
  ///   - songs: for each row the number of its song, from 0; `nil` where every row is a song.
  public func auc(scores: [Double], positive: [Bool], songs: [Int]? = nil) -> Interval? {
    let ranking = Ranking(scores: scores, positive: positive)
    guard let draws = aucs([RankedSongs(ranking, songs: songs)]) else { return nil }
    return interval(draws[0], songs: Self.effectiveCount(songs, rows: scores.count))
  }

  /// The interval of how much higher the area under the ROC curve of the first scores is than that of the second, on
  /// the same rows, both judged on the same draws; `nil` unless both classes are present.
  public func aucDifference(
    _ first: [Double], _ second: [Double], positive: [Bool], songs: [Int]? = nil
  ) -> Interval? {
    let rankings = [first, second].map { RankedSongs(Ranking(scores: $0, positive: positive), songs: songs) }
    guard let draws = aucs(rankings) else { return nil }
    return interval(
      zip(draws[0], draws[1]).map { $0 - $1 }, songs: Self.effectiveCount(songs, rows: positive.count))
  }

  /// The value below which the share `q` of the values lies, interpolated between neighbours.
  public static func quantile(_ q: Double, of sorted: [Double]) -> Double {
    precondition(!sorted.isEmpty, "a quantile needs a value")
    let place = q * Double(sorted.count - 1)
    let below = min(Int(place), sorted.count - 1)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }

  /// How many songs of equal numbers of rows say as much as these.
  static func effectiveCount(_ songs: [Int]?, rows: Int) -> Double {
    guard let songs else { return Double(rows) }
    let sizes = Dictionary(grouping: songs) { $0 }.values.map { Double($0.count) }
    return Double(rows * rows) / sizes.reduce(0) { $0 + $1 * $1 }
  }

  /// The share of the draws that lies beyond each end of an interval of so many songs.
  func tail(songs: Double) -> Double {
    let tail = (1 - confidence) / 2
    guard songs > 1 else { return 0 }
    return Student.upperNormal(
      (songs / (songs - 1)).squareRoot() * Student.quantile(upperTail: tail, freedom: songs - 1))
  }

  private func interval(_ figures: [Double], songs: Double) -> Interval {
    let sorted = figures.sorted()
    let tail = tail(songs: songs)
    return Interval(low: Self.quantile(tail, of: sorted), high: Self.quantile(1 - tail, of: sorted))
  }

  private static func draw(into counts: inout [Int32], _ random: inout SplitMix64) {
    for song in counts.indices { counts[song] = 0 }
    for _ in counts.indices { counts[random.below(counts.count)] += 1 }
  }

  private func aucs(_ rankings: [RankedSongs]) -> [[Double]]? {
    guard rankings[0].hasBothClasses else { return nil }
    var random = SplitMix64(seed: seed)
    var counts = [Int32](repeating: 0, count: rankings[0].songs)
    var figures = [[Double]](repeating: [], count: rankings.count)
    var drawn = 0
    // With one song of a class among thousands a third of the draws misses it; with one song in all, both classes in
    // it, none does. So the end comes soon either way.
    while drawn < resamples {
      Self.draw(into: &counts, &random)
      guard let first = rankings[0].auc(counts) else { continue }
      figures[0].append(first)
      for other in rankings.indices.dropFirst() {
        figures[other].append(rankings[other].auc(counts) ?? first)
      }
      drawn += 1
    }
    return figures
  }
}

/// Sorted rows that know their songs, so that the area under the curve of a draw takes one pass.
private struct RankedSongs {
  /// For each place of the order: twice the song's number, plus one if the row is positive.
  private let entries: [UInt32]
  /// For each place, whether the next one has another score.
  private let endsTie: [Bool]
  let songs: Int
  let hasBothClasses: Bool

  init(_ ranking: Ranking, songs: [Int]?) {
    precondition(songs == nil || songs?.count == ranking.order.count, "every row has a song")
    self.songs = songs.map { ($0.max() ?? -1) + 1 } ?? ranking.order.count
    entries = ranking.order.indices.map { place in
      let row = ranking.order[place]
      return UInt32(songs?[row] ?? row) << 1 | (ranking.positive[place] ? 1 : 0)
    }
    endsTie = ranking.scores.indices.map { place in
      place + 1 == ranking.scores.count || ranking.scores[place] != ranking.scores[place + 1]
    }
    hasBothClasses = ranking.positives > 0 && ranking.negatives > 0
  }

  /// The area under the curve where each song counts so often; `nil` where a class is missing.
  func auc(_ counts: [Int32]) -> Double? {
    var twicePairs = 0
    var hits = 0
    var misses = 0
    var tied = (hits: 0, misses: 0)
    for place in entries.indices {
      let entry = entries[place]
      let count = Int(counts[Int(entry >> 1)])
      if entry & 1 == 1 { tied.hits += count } else { tied.misses += count }
      guard endsTie[place] else { continue }
      twicePairs += tied.misses * (2 * hits + tied.hits)
      hits += tied.hits
      misses += tied.misses
      tied = (0, 0)
    }
    guard hits > 0, misses > 0 else { return nil }
    return Double(twicePairs) / (2 * Double(hits) * Double(misses))
  }
}
