import MusicIndex
import Platform
import Playlists
import Tracks

/// The unheard tracks with a score that are not on the playlist, counted by what keeps each from it.
public struct HeldBack: Codable, Sendable, Equatable {
  /// Better ones of the artist take its places (`playlist.perArtist`).
  public var perArtist = 0
  /// Better ones of the album take its places (`playlist.perAlbum`).
  public var perAlbum = 0
  /// Better ones take all places of the list.
  public var noPlace = 0
  /// The score is too low for what is promised.
  public var tooUnlikely = 0
  /// Shorter than `playlist.shortest`.
  public var tooShort = 0
  /// Good enough, but no list can name the file.
  public var unnameable = 0
  /// Every score is the same, so that none can be chosen.
  public var equal = 0

  /// None.
  public init() {}

  /// Counts the candidates of a choice.
  ///
  /// - Parameters:
  ///   - listed: those that are on the list, for whatever reason.
  ///   - unnameable: those that were left out of the choice, though good enough.
  init(_ choice: PlaylistChoice, listed: Set<Int64>, unnameable: Set<Int64>) {
    self.unnameable = unnameable.subtracting(listed).count
    equal = choice.isFlat ? choice.candidates - listed.count : 0
    for (candidate, verdict) in choice.verdicts where !listed.contains(candidate.id) {
      switch verdict {
      case .chosen: break
      case .artistHasEnough: perArtist += 1
      case .albumHasEnough: perAlbum += 1
      case .noPlace: noPlace += 1
      case .tooUnlikely: tooUnlikely += 1
      case .tooShort: tooShort += 1
      }
    }
  }

  /// What is said of them, as a clause without a full stop; `nil` where there are none.
  public var words: String? {
    let parts = [
      (perAlbum, "good enough, but `playlist.perAlbum` takes no more"),
      (perArtist, "good enough, but `playlist.perArtist` takes no more"),
      (unnameable, "good enough, but a list cannot name them"), (noPlace, "behind the best, which fill it"),
      (tooShort, "shorter than `playlist.shortest`"), (equal, "with one and the same score"),
      (tooUnlikely, "with too low a score"),
    ]
    let told = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return told.isEmpty ? nil : "not on it: " + told.joined(separator: "; ")
  }

  /// The counts as `status --json` gives them.
  var json: JSONValue {
    .object([
      ("perArtist", .integer(perArtist)), ("perAlbum", .integer(perAlbum)), ("noPlace", .integer(noPlace)),
      ("tooUnlikely", .integer(tooUnlikely)), ("tooShort", .integer(tooShort)), ("unnameable", .integer(unnameable)),
      ("equal", .integer(equal)),
    ])
  }
}

extension PlaylistSelection.Verdict {
  /// Whether it follows from the track, whatever the others are.
  var isOfTheTrackAlone: Bool {
    switch self {
    case .tooUnlikely, .tooShort: true
    case .chosen, .noPlace, .artistHasEnough, .albumHasEnough: false
    }
  }
}

extension IndexNote where Value == HeldBack {
  /// What keeps unheard tracks from the playlist as it was last written.
  static var heldBack: Self { Self(record: "heldBack") }
}
