import MusicIndex
import Platform
import TasteModel
import Tracks

/// What may be said of how good the playlist is: one set of judged songs, told alike in the playlist and by `status`.
public struct ListStanding: Codable, Sendable, Equatable {
  /// How far the owner may rely on the list.
  public enum Kind: String, Codable, Sendable {
    /// The share asked for is promised, with a stated confidence.
    case promised
    /// Nothing is promised: it is the best that there is.
    case bestGuess
    /// Nothing is promised, and the model may rank no better than a coin.
    case guess
  }

  /// How far the owner may rely on the list.
  public var kind: Kind
  /// Whether the interval of the model's AUC holds .5.
  public var mayBeCoin: Bool
  /// The number of tracks of the list.
  public var tracks: Int
  /// The share of liked tracks asked for.
  public var target: Double
  /// The number of judged songs that score like the list.
  public var songs: Int
  /// The share of liked ones among them: what to expect of the list.
  public var share: Double
  /// The lower end of the one-sided 95% interval of that share or, where that is lower, of the record's.
  public var low: Double
  /// The share of liked ones among all judged songs.
  public var baseRate: Double
  /// The number of tracks recommended last that the owner has judged since.
  public var recordJudged: Int
  /// The number of liked ones among them.
  public var recordLiked: Int
  /// The score that a track needs to come onto the list; `nil` where nothing is promised, and so no score is asked for.
  public var enter: Double?
  /// The score that a track of the list needs to stay on it, at most `enter`.
  public var stay: Double?

  /// What a score must be, in a sentence; `nil` where none is asked for.
  public var limits: String? {
    guard let enter, let stay else { return nil }
    return "A track needs a score of \(Self.score(enter)) to come onto the list, and of \(Self.score(stay)) to stay on "
      + "it."
  }

  /// A score in thousandths; in more decimals where it would look like another one that it is not.
  static func score(_ score: Double, besides other: Double? = nil) -> String {
    func shown(_ score: Double, _ scale: Int) -> Int { Int((score * Double(scale)).rounded()) }
    var scale = 1_000
    while let other, other != score, scale < 1_000_000_000, shown(score, scale) == shown(other, scale) { scale *= 10 }
    let digits = String(scale + shown(score, scale) % scale).dropFirst()
    return "\(shown(score, scale) / scale).\(digits)"
  }

  /// What is said of the list, in sentences.
  public var words: String {
    let tracks = counted(self.tracks, "track")
    let measured =
      "of the \(counted(songs, "judged song")) that score like them \(Self.percent(share)) are liked, of all "
      + "\(Self.percent(baseRate))"
    switch kind {
    case .promised:
      return "\(tracks), at least \(Self.percent(low)) of them to your liking with 95% confidence, if you like unheard "
        + "tracks as often as judged ones: \(measured).\(recordWords)"
        + (mayBeCoin ? " The ranking itself may be no better than a coin." : "")
    case .bestGuess, .guess:
      let name = kind == .guess ? "A guess (the model may rank no better than a coin)" : "Best guess"
      return "\(name), nothing is promised: \(tracks); \(measured). That \(Self.percent(target)) are liked cannot be "
        + "promised.\(recordWords)"
    }
  }

  /// What the record says, where it counts.
  private var recordWords: String {
    guard recordJudged >= RecommendationRecord.needed else { return "" }
    return " Of the \(recordJudged) tracks recommended last that you judged you like \(recordLiked)."
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded()))%" }

  init(
    kind: Kind, mayBeCoin: Bool, tracks: Int, target: Double, songs: Int, share: Double, low: Double, baseRate: Double,
    recordJudged: Int, recordLiked: Int, enter: Double? = nil, stay: Double? = nil
  ) {
    self.kind = kind
    self.mayBeCoin = mayBeCoin
    self.tracks = tracks
    self.target = target
    self.songs = songs
    self.share = share
    self.low = low
    self.baseRate = baseRate
    self.recordJudged = recordJudged
    self.recordLiked = recordLiked
    self.enter = enter
    self.stay = stay
  }

  /// The standing as `status --json` gives it.
  var json: JSONValue {
    .object([
      ("kind", .text(kind.rawValue)), ("mayBeCoin", .bool(mayBeCoin)), ("target", .number(target)),
      ("enter", JSONValue(enter)), ("stay", JSONValue(stay)), ("songs", .integer(songs)), ("share", .number(share)),
      ("low", .number(low)), ("baseRate", .number(baseRate)),
      (
        "record", .object([("judged", .integer(recordJudged)), ("liked", .integer(recordLiked))])
      ),
      ("words", .text(words)),
    ])
  }
}

extension IndexNote where Value == ListStanding {
  /// What may be said of the playlist.
  static var listStanding: Self { Self(record: "listStanding") }
}
