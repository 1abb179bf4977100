/// The tags of a track that matter here, as text in NFC with surrounding white space removed; absent ones are `nil`.
public struct TrackTags: Equatable, Sendable, Codable {
  /// The title.
  public var title: String?
  /// The artist; several values joined with ", ".
  public var artist: String?
  /// The album.
  public var album: String?
  /// The album's artist.
  public var albumArtist: String?
  /// The genre; several values joined with ", ".
  public var genre: String?
  /// The date as it is written, mostly a year.
  public var date: String?
  /// The track number as it is written, without a total.
  public var trackNumber: String?
  /// The disc number as it is written, without a total.
  public var discNumber: String?
  /// The text of a cue sheet inside the file.
  public var cueSheet: String?
  /// Statistics that foobar2000 wrote into the file, keyed by the upper-case tag name (`PLAY_COUNT`,
  /// `FIRST_PLAYED_TIMESTAMP`, `LAST_PLAYED_TIMESTAMP`, `ADDED_TIMESTAMP`, `RATING`, ...).
  public var statistics: [String: String]

  /// Tags with these values, all absent by default.
  public init(
    title: String? = nil, artist: String? = nil, album: String? = nil, albumArtist: String? = nil,
    genre: String? = nil, date: String? = nil, trackNumber: String? = nil, discNumber: String? = nil,
    cueSheet: String? = nil, statistics: [String: String] = [:]
  ) {
    self.title = title
    self.artist = artist
    self.album = album
    self.albumArtist = albumArtist
    self.genre = genre
    self.date = date
    self.trackNumber = trackNumber
    self.discNumber = discNumber
    self.cueSheet = cueSheet
    self.statistics = statistics
  }
}
