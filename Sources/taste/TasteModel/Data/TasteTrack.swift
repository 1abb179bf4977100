public import Tracks

/// A track that the owner has judged, with everything a model may learn it from.
public struct TasteTrack: Sendable {
  /// The bytes of the audio's identity (`AudioIdentity.bytes`): with `span`, what tracks are ordered and distinguished by.
  public var identity: [UInt8]
  /// Which track of the audio this is: 0 for the whole of it, else the number of the track in its cue sheet.
  public var span: Int
  /// Whether the owner likes the track.
  public var liked: Bool
  /// The tags: the album and the artist group the tracks in the splits; artist, album artist, genre and year are the
  /// second source of the learners that may use tags.
  public var tags: TrackTags
  /// The bytes of the path of the folder that holds the file; it stands in for the album where the tag is missing.
  public var folder: [UInt8]
  /// Any text that tracks share which are copies, other versions or short versions of one recording; `nil` for a track
  /// without any. Tracks that share it are never on both sides of a split.
  public var copyGroup: String?
  /// The song's summary (`SongFeatures.summary` of `dense`): finite values, as many as every other track's.
  public var summary: [Float]

  /// A judged track with these values.
  public init(
    identity: [UInt8], span: Int = 0, liked: Bool, tags: TrackTags = TrackTags(), folder: [UInt8] = [],
    copyGroup: String? = nil, summary: [Float]
  ) {
    self.identity = identity
    self.span = span
    self.liked = liked
    self.tags = tags
    self.folder = folder
    self.copyGroup = copyGroup
    self.summary = summary
  }

  /// The order of tracks by identity, then span.
  static func precedes(_ left: TasteTrack, _ right: TasteTrack) -> Bool {
    if left.identity != right.identity { return left.identity.lexicographicallyPrecedes(right.identity) }
    return left.span < right.span
  }
}
