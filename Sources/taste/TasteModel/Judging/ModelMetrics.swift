/// How good a model is, measured on songs that the models which scored them had not seen.
///
/// The figures hold for songs that the owner likes as often as the judged ones (`baseRate`).
public struct ModelMetrics: Sendable, Equatable, Codable {
  /// The number of judged songs.
  public var songs: Int
  /// The number of liked ones among them.
  public var good: Int
  /// What was kept whole in the division behind these figures: `album` where at least 30 albums remain, else `song`.
  public var split: SplitKind
  /// The number of albums that were kept whole; 0 for `song`.
  public var groups: Int
  /// The probability that a liked song scores higher than a rejected one.
  public var auc: Double
  /// The lower end of its 95% interval, by bootstrap over albums.
  public var aucLow: Double
  /// The upper end.
  public var aucHigh: Double
  /// The mean squared error of the calibrated probabilities.
  public var brier: Double
  /// The share of liked songs that was asked for.
  public var promised: Double
  /// Whether some list keeps that promise. If not, nothing may be promised of any list, and the next five figures tell of
  /// the shortest one that was tested or, once there is a list, of that.
  public var targetMet: Bool
  /// The length of the list, in judged songs.
  public var listLength: Int
  /// The lowest calibrated probability on the list: unheard tracks at or above it are as good as the list.
  public var threshold: Double
  /// The share of the list that the owner likes, as measured.
  public var precision: Double
  /// The lower end of the exact one-sided 95% interval of that share.
  public var precisionLow: Double
  /// The share of all liked songs that are on the list.
  public var recall: Double
  /// The calibrated probability that a track needs to *enter* a playlist it is not on yet; at least `threshold`, which
  /// is what it needs to stay. The distance keeps the playlist from churning while everything on it keeps the promise.
  public var entryThreshold: Double
  /// The share of the judged songs that are liked.
  public var baseRate: Double

  /// Whether the interval of the AUC holds .5, so that the ranking may be worth no more than a coin.
  public var isNoBetterThanChance: Bool { aucLow <= 0.5 }
}

/// A judged song with the probability that a model gave it which had not seen it.
public struct OutOfFoldScore: Sendable, Equatable {
  /// The bytes of the audio's identity.
  public var identity: [UInt8]
  /// The track within the audio.
  public var span: Int
  /// The calibrated probability that the owner likes it.
  public var probability: Double
  /// Whether the owner does.
  public var liked: Bool
  /// The number of the group (album, or copies) that the song belongs to: what is drawn as a whole for an interval.
  public var group: Int

  /// A score with these values.
  public init(identity: [UInt8], span: Int, probability: Double, liked: Bool, group: Int) {
    self.group = group
    self.identity = identity
    self.span = span
    self.probability = probability
    self.liked = liked
  }
}
