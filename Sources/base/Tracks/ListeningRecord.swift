/// One history that foobar2000 keeps: how often and when something was played, and every location that shares it.
public struct ListeningRecord: Equatable, Sendable, Codable {
  /// A place as foobar2000 names it, with the number of the track inside it.
  public struct Location: Hashable, Sendable, Codable {
    /// The native path, without a scheme (`D:\Music\a.flac`, `\\nas\music\a.flac`, `/music/a.flac`, `../a.flac`).
    public var path: String
    /// The number of the track inside the file: 0 for the whole file.
    public var subsong: Int

    /// A location of a native path and a track number, 0 for the whole file.
    public init(path: String, subsong: Int = 0) {
      self.path = path
      self.subsong = subsong
    }
  }

  /// Every location that shares the history; empty where the source names none.
  public var locations: [Location]
  /// What the source says of the tags; all absent where it says nothing.
  public var tags: TrackTags
  /// The duration in seconds, where the source says it.
  public var duration: Double?
  /// The number of plays, or `nil` where the source does not say.
  public var playCount: Int?
  /// When it was first played, in seconds since 1970-01-01 UTC.
  public var firstPlayed: Double?
  /// When it was last played, in seconds since 1970-01-01 UTC.
  public var lastPlayed: Double?
  /// When it was added to foobar2000's library, in seconds since 1970-01-01 UTC.
  public var added: Double?
  /// The rating in stars, 1 to 5, or `nil` where unrated.
  public var rating: Int?
  /// How often it was skipped, or `nil` where the source does not say.
  public var skipCount: Int?
  /// When it was last skipped, in seconds since 1970-01-01 UTC.
  public var lastSkipped: Double?

  /// A record with these values, all absent by default.
  public init(
    locations: [Location] = [], tags: TrackTags = TrackTags(), duration: Double? = nil, playCount: Int? = nil,
    firstPlayed: Double? = nil, lastPlayed: Double? = nil, added: Double? = nil, rating: Int? = nil,
    skipCount: Int? = nil, lastSkipped: Double? = nil
  ) {
    self.locations = locations
    self.tags = tags
    self.duration = duration
    self.playCount = playCount
    self.firstPlayed = firstPlayed
    self.lastPlayed = lastPlayed
    self.added = added
    self.rating = rating
    self.skipCount = skipCount
    self.lastSkipped = lastSkipped
  }
}
