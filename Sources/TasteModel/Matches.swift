import Learning

/// The judged songs that score like the tracks of a list.
struct Matches {
  /// The number of tracks.
  let tracks: Int
  /// The score of the last track.
  let threshold: Double
  /// The score of the last of the best nine tenths of the tracks.
  let entry: Double
  /// The places of the songs in the ranking, ascending.
  let places: [Int]
  /// The number of liked ones among them.
  let hits: Int

  /// Matches each track, the best first, with the judged songs left that score nearest to it, of two as near the lower one:
  /// one song, or as many as make `Promise.shortest` for all of a shorter list.
  ///
  /// - Parameter list: the scores of the tracks, best first; at least one.
  init(_ ranking: Ranking, list: ArraySlice<Double>) {
    precondition(!ranking.scores.isEmpty && !list.isEmpty, "songs and tracks to match")
    let scores = ranking.scores
    let perTrack = (Promise.shortest + list.count - 1) / list.count
    var isTaken = [Bool](repeating: false, count: scores.count)
    var found: [Int] = []
    var next = 0
    for track in list {
      while next < scores.count, scores[next] > track { next += 1 }
      var (above, below) = (next - 1, next)
      for _ in 0..<perTrack {
        while above >= 0, isTaken[above] { above -= 1 }
        while below < scores.count, isTaken[below] { below += 1 }
        let distances = (
          above: above >= 0 ? scores[above] - track : .infinity,
          below: below < scores.count ? track - scores[below] : .infinity
        )
        guard min(distances.above, distances.below).isFinite else { break }
        let nearest = distances.below <= distances.above ? below : above
        isTaken[nearest] = true
        found.append(nearest)
      }
    }
    self.init(ranking, Array(list), found.sorted())
  }

  /// The best so many judged songs, which match themselves; songs that tie with the last one are among them.
  init(_ ranking: Ranking, best length: Int) {
    // The whole list always reaches the length, so the last cut is found at the latest.
    let cuts = ranking.cuts
    let count = cuts[cuts.partitioningIndex { $0.answered >= length }].answered
    self.init(ranking, Array(ranking.scores.prefix(count)), Array(0..<count))
  }

  private init(_ ranking: Ranking, _ list: [Double], _ places: [Int]) {
    tracks = list.count
    threshold = list[list.count - 1]
    entry = list[max(1, list.count * 9 / 10) - 1]
    self.places = places
    hits = places.count { ranking.positive[$0] }
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
