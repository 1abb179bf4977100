/// What the playlist holds.
public struct SelectionRules: Sendable, Equatable {
  /// The number of best tracks that the playlist holds also where nothing can be promised; 0 for none.
  public var atLeast: Int
  /// The most tracks.
  public var atMost: Int
  /// The most tracks of one artist.
  public var perArtist: Int
  /// The most tracks of one album.
  public var perAlbum: Int

  /// Rules of these numbers; `atMost`, `perArtist` and `perAlbum` are at least 1.
  public init(atLeast: Int = 25, atMost: Int = 100, perArtist: Int = 3, perAlbum: Int = 2) {
    precondition(atLeast >= 0 && atMost >= 1 && perArtist >= 1 && perAlbum >= 1, "a playlist can hold a track")
    self.atLeast = atLeast
    self.atMost = atMost
    self.perArtist = perArtist
    self.perAlbum = perAlbum
  }
}

/// A track that may be recommended.
public struct PlaylistCandidate: Sendable, Equatable {
  /// The caller's name for it.
  public var id: Int64
  /// What breaks ties between equal probabilities: ascending, so that the order never depends on chance.
  public var tieBreak: [UInt8]
  /// The probability that the owner likes it.
  public var probability: Double
  /// The artist as it counts for `perArtist`; `nil` for a track that counts for none.
  public var artist: String?
  /// The album as it counts for `perAlbum`; `nil` for a track that counts for none.
  public var album: String?
  /// Whether it is on the playlist now.
  public var isListed: Bool

  /// A candidate with these values.
  public init(
    id: Int64, tieBreak: [UInt8], probability: Double, artist: String?, album: String?, isListed: Bool
  ) {
    self.id = id
    self.tieBreak = tieBreak
    self.probability = probability
    self.artist = artist
    self.album = album
    self.isListed = isListed
  }
}

/// Chooses the tracks of the playlist.
public enum PlaylistSelection {
  /// The chosen candidates, best first, ties by `tieBreak`.
  ///
  /// - Parameters:
  ///   - candidates: every track that may be recommended, in any order.
  ///   - stay: what a track on the playlist needs to stay; `nil` where nothing can be promised.
  ///   - enter: what a track needs to come onto it, at least `stay`.
  ///   - rules: the numbers. Where no or fewer than `atLeast` candidates are good enough, the best others fill up to
  ///     `atLeast`; the caps on artists and albums hold for them too.
  public static func select(
    _ candidates: [PlaylistCandidate], stay: Double?, enter: Double?, rules: SelectionRules
  ) -> [PlaylistCandidate] {
    let ranked = candidates.sorted(by: precedes)
    var chosen: [PlaylistCandidate] = []
    var perArtist: [String: Int] = [:]
    var perAlbum: [String: Int] = [:]
    let least = min(rules.atLeast, rules.atMost)

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
      guard let stay else { return false }
      return candidate.probability >= (candidate.isListed ? stay : max(stay, enter ?? stay))
    }

    for candidate in ranked where chosen.count < rules.atMost && isGoodEnough(candidate) { take(candidate) }
    for candidate in ranked where chosen.count < least && !isGoodEnough(candidate) { take(candidate) }
    return chosen.sorted(by: precedes)
  }

  private static func precedes(_ left: PlaylistCandidate, _ right: PlaylistCandidate) -> Bool {
    if left.probability != right.probability { return left.probability > right.probability }
    return left.tieBreak.lexicographicallyPrecedes(right.tieBreak)
  }
}
