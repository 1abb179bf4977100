/// A track that may be recommended.
public struct PlaylistCandidate: Sendable, Equatable {
  /// The caller's name for it.
  public var id: Int64
  /// What breaks ties between equal probabilities: ascending, so that the order never depends on chance.
  public var tieBreak: [UInt8]
  /// The probability that the owner likes it.
  public var probability: Double
  /// How long it is, in seconds.
  public var seconds: Double
  /// The artist as it counts for `perArtist`; `nil` for a track that counts for none.
  public var artist: String?
  /// The album as it counts for `perAlbum`; `nil` for a track that counts for none.
  public var album: String?
  /// Whether it is on the playlist now.
  public var isListed: Bool

  /// A candidate with these values.
  public init(
    id: Int64, tieBreak: [UInt8], probability: Double, seconds: Double, artist: String?, album: String?, isListed: Bool
  ) {
    self.id = id
    self.tieBreak = tieBreak
    self.probability = probability
    self.seconds = seconds
    self.artist = artist
    self.album = album
    self.isListed = isListed
  }
}
