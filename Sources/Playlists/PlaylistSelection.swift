/// Chooses the tracks of the playlist.
public enum PlaylistSelection {
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
  ///     is good enough, however few. The caps on artists and albums hold for both.
  public static func select(
    _ candidates: [PlaylistCandidate], stay: Double?, enter: Double?, rules: SelectionRules
  ) -> [PlaylistCandidate] {
    let bonus = stay.map { max(0, (enter ?? $0) - $0) } ?? stickiness
    func worth(_ candidate: PlaylistCandidate) -> Double {
      candidate.probability + (candidate.isListed ? bonus : 0)
    }
    let ranked = candidates.filter { $0.probability.isFinite }.sorted {
      worth($0) == worth($1) ? precedes($0, $1) : worth($0) > worth($1)
    }
    var chosen: [PlaylistCandidate] = []
    var perArtist: [String: Int] = [:]
    var perAlbum: [String: Int] = [:]
    let most = stay == nil ? min(rules.atLeast, rules.atMost) : rules.atMost

    func take(_ candidate: PlaylistCandidate) {
      if let artist = candidate.artist {
        guard perArtist[artist, default: 0] < rules.perArtist else { return }
      }
      if let album = candidate.album {
        guard perAlbum[album, default: 0] < rules.perAlbum else { return }
        perAlbum[album, default: 0] += 1
      }
      if let artist = candidate.artist { perArtist[artist, default: 0] += 1 }
      chosen.append(candidate)
    }

    func isGoodEnough(_ candidate: PlaylistCandidate) -> Bool {
      guard let stay else { return true }
      return candidate.probability >= (candidate.isListed ? stay : max(stay, enter ?? stay))
    }

    for candidate in ranked where chosen.count < most && isGoodEnough(candidate) { take(candidate) }
    return chosen.sorted(by: precedes)
  }

  private static func precedes(_ left: PlaylistCandidate, _ right: PlaylistCandidate) -> Bool {
    if left.probability != right.probability { return left.probability > right.probability }
    if left.tieBreak != right.tieBreak { return left.tieBreak.lexicographicallyPrecedes(right.tieBreak) }
    return left.id < right.id
  }
}
