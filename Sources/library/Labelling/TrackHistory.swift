/// What is known of how a track was listened to, merged from every import.
public struct TrackHistory: Sendable, Equatable, Codable {
  /// The number of plays, or `nil` where no import tells it.
  public var plays: Int?
  /// When it was first played, in seconds since 1970-01-01 UTC.
  public var firstPlayed: Double?
  /// When it was last played, in seconds since 1970-01-01 UTC.
  public var lastPlayed: Double?
  /// When it was added to foobar2000's library, in seconds since 1970-01-01 UTC.
  public var added: Double?
  /// The rating in stars, 1 to 5, or `nil` where unrated.
  public var rating: Int?
  /// How often it was skipped, or `nil` where no import tells it.
  public var skips: Int?
  /// When it was last skipped, in seconds since 1970-01-01 UTC.
  public var lastSkipped: Double?
  /// What says that it was played, but not how often.
  public var hearing: Set<HearingEvidence>

  /// A history with these values, all unknown by default.
  public init(
    plays: Int? = nil, firstPlayed: Double? = nil, lastPlayed: Double? = nil, added: Double? = nil, rating: Int? = nil,
    skips: Int? = nil, lastSkipped: Double? = nil, hearing: Set<HearingEvidence> = []
  ) {
    self.plays = plays
    self.firstPlayed = firstPlayed
    self.lastPlayed = lastPlayed
    self.added = added
    self.rating = rating
    self.skips = skips
    self.lastSkipped = lastSkipped
    self.hearing = hearing
  }

  /// Whether anything says that it was played: a count above 0, the time of a play, or evidence without a count.
  public var isHeard: Bool {
    (plays ?? 0) > 0 || firstPlayed != nil || lastPlayed != nil || !hearing.isEmpty
  }

  /// The history without times that cannot be: those that are not finite, before 1990 or after `latest` (seconds since
  /// 1970-01-01 UTC). The time of a play that cannot be still says that there was one (`HearingEvidence.date`).
  public func plausible(until latest: Double = Presence.latest) -> TrackHistory {
    func check(_ time: Double?) -> Double? {
      time.flatMap { Presence.isPlausible($0, until: latest) ? $0 : nil }
    }
    var history = self
    history.firstPlayed = check(firstPlayed)
    history.lastPlayed = check(lastPlayed)
    history.added = check(added)
    history.lastSkipped = check(lastSkipped)
    if history.firstPlayed != firstPlayed || history.lastPlayed != lastPlayed { history.hearing.insert(.date) }
    return history
  }

  /// The history that copies of one recording share: the most plays, the earliest first play and arrival, the latest
  /// last play, the highest rating, the most skips, the latest last skip. What one side does not know comes from the other. Of two last plays the earlier one
  /// is an early play too.
  public func merged(with other: TrackHistory) -> TrackHistory {
    func pick<Value>(_ left: Value?, _ right: Value?, _ choose: (Value, Value) -> Value) -> Value? {
      guard let left, let right else { return left ?? right }
      return choose(left, right)
    }
    var first = pick(firstPlayed, other.firstPlayed, min)
    if let left = lastPlayed, let right = other.lastPlayed, left != right { first = pick(first, min(left, right), min) }
    return TrackHistory(
      plays: pick(plays, other.plays, max), firstPlayed: first,
      lastPlayed: pick(lastPlayed, other.lastPlayed, max), added: pick(added, other.added, min),
      rating: pick(rating, other.rating, max), skips: pick(skips, other.skips, max),
      lastSkipped: pick(lastSkipped, other.lastSkipped, max), hearing: hearing.union(other.hearing))
  }

  /// The days that a rate of plays is taken over at least: what is newer has no rate of its own.
  static let shortestDays = 30.0

  /// The plays a year since it was added, until a time in seconds since 1970-01-01 UTC; `nil` where the plays, the adding
  /// or the time are not known, or where it was added later. What was added less than 30 days before counts as 30 days old.
  public func playsPerYear(until now: Double?) -> Double? {
    guard let plays, let added, let now, now >= added else { return nil }
    return Double(plays) * 365.25 / max(Self.shortestDays, (now - added) / 86_400)
  }
}
