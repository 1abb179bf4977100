public import Tracks

/// Chooses the tracks of the playlist.
public enum PlaylistSelection {
  /// What became of a track that might have been recommended.
  public enum Verdict: Sendable, Equatable {
    /// It is on the playlist.
    case chosen
    /// It is shorter than what is listed.
    case tooShort
    /// Its probability is below this one, or no number.
    case tooUnlikely(least: Double)
    /// Better tracks take all of this number of places.
    case noPlace(of: Int)
    /// Better tracks of its artist take the places that an artist has.
    case artistHasEnough
    /// Better tracks of its album take the places that an album has.
    case albumHasEnough
  }

  /// How much more a listed track counts where no threshold says it, so that equals do not take turns: about what a
  /// hundredth more judged songs move a probability.
  static let stickiness = 0.05

  /// The chosen candidates, best first, ties by `tieBreak`.
  ///
  /// Where places are short, a listed track counts as if it were better by the difference of `enter` and `stay`
  /// (`stickiness` where nothing can be promised). A probability that is not finite is never chosen.
  ///
  /// - Parameters:
  ///   - candidates: every track that may be recommended, in any order.
  ///   - stay: what a track on the playlist needs to stay; `nil` where nothing can be promised.
  ///   - enter: what a track needs to come onto it, at least `stay`.
  ///   - rules: the numbers. Where nothing can be promised the best `atLeast` are taken; where something can, only what
  ///     is good enough, however few. The caps on artists and albums and the least length hold for both.
  public static func select(
    _ candidates: [PlaylistCandidate], stay: Double?, enter: Double?, rules: SelectionRules
  ) -> [PlaylistCandidate] {
    chosen(verdicts(candidates, stay: stay, enter: enter, rules: rules))
  }

  /// The candidates that were chosen, best first.
  public static func chosen(_ verdicts: [(candidate: PlaylistCandidate, verdict: Verdict)]) -> [PlaylistCandidate] {
    verdicts.filter { $0.verdict == .chosen }.map(\.candidate).sorted(by: precedes)
  }

  /// What becomes of each candidate, in the order in which they had their turn; the parameters are those of `select`.
  public static func verdicts(
    _ candidates: [PlaylistCandidate], stay: Double?, enter: Double?, rules: SelectionRules
  ) -> [(candidate: PlaylistCandidate, verdict: Verdict)] {
    let bonus = stay.map { max(0, (enter ?? $0) - $0) } ?? stickiness
    func worth(_ candidate: PlaylistCandidate) -> Double {
      guard candidate.probability.isFinite else { return -.infinity }
      return candidate.probability + (candidate.isListed ? bonus : 0)
    }
    let worths = candidates.map(worth)
    let ranked = candidates.indices.sorted { left, right in
      worths[left] == worths[right]
        ? precedes(candidates[left], candidates[right]) : worths[left] > worths[right]
    }
    let most = stay == nil ? min(rules.atLeast, rules.atMost) : rules.atMost
    var taken = 0
    var perArtist: [String: Int] = [:]
    var perAlbum: [String: Int] = [:]

    func judge(_ candidate: PlaylistCandidate) -> Verdict {
      let least = stay.map { candidate.isListed ? $0 : max($0, enter ?? $0) } ?? 0
      guard candidate.probability.isFinite else { return .tooUnlikely(least: least) }
      let isLikely = candidate.probability >= least
      if isLikely, candidate.seconds < rules.shortest { return .tooShort }
      // What scores below a full list may score too low for that reason alone.
      if taken >= most { return .noPlace(of: most) }
      guard isLikely else { return .tooUnlikely(least: least) }
      if let artist = candidate.artist, perArtist[artist, default: 0] >= rules.perArtist { return .artistHasEnough }
      if let album = candidate.album, perAlbum[album, default: 0] >= rules.perAlbum { return .albumHasEnough }
      if let artist = candidate.artist { perArtist[artist, default: 0] += 1 }
      if let album = candidate.album { perAlbum[album, default: 0] += 1 }
      taken += 1
      return .chosen
    }

    return ranked.map { (candidates[$0], judge(candidates[$0])) }
  }

  private static func precedes(_ left: PlaylistCandidate, _ right: PlaylistCandidate) -> Bool {
    // What is no number has no place between numbers; behind all of them it has one.
    let (one, other) = (finite(left.probability), finite(right.probability))
    if one != other { return one > other }
    if left.tieBreak != right.tieBreak { return left.tieBreak.lexicographicallyPrecedes(right.tieBreak) }
    return left.id < right.id
  }

  private static func finite(_ probability: Double) -> Double {
    probability.isFinite ? probability : -.infinity
  }
}
