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

  /// A history with these values, all unknown by default.
  public init(
    plays: Int? = nil, firstPlayed: Double? = nil, lastPlayed: Double? = nil, added: Double? = nil, rating: Int? = nil
  ) {
    self.plays = plays
    self.firstPlayed = firstPlayed
    self.lastPlayed = lastPlayed
    self.added = added
    self.rating = rating
  }

  /// The history that copies of one recording share: the most plays, the earliest first play and arrival, the latest
  /// last play, the highest rating. What one side does not know comes from the other.
  public func merged(with other: TrackHistory) -> TrackHistory {
    func pick<Value>(_ left: Value?, _ right: Value?, _ choose: (Value, Value) -> Value) -> Value? {
      guard let left, let right else { return left ?? right }
      return choose(left, right)
    }
    return TrackHistory(
      plays: pick(plays, other.plays, max), firstPlayed: pick(firstPlayed, other.firstPlayed, min),
      lastPlayed: pick(lastPlayed, other.lastPlayed, max), added: pick(added, other.added, min),
      rating: pick(rating, other.rating, max))
  }
}
