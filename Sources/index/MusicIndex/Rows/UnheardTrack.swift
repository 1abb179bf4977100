public import Tracks

/// The whole of an unheard file, with its score.
public struct UnheardTrack: Sendable, Equatable {
  /// The track's number, which is the file's.
  public var id: Int64
  /// The identity of its audio.
  public var identity: AudioIdentity
  /// The probability that the owner likes it.
  public var probability: Double
  /// The artist, without one the album's artist.
  public var artist: String?
  /// The album's artist.
  public var albumArtist: String?
  /// The album.
  public var album: String?
  /// The folder, where an album without an artist must be told from others by it.
  public var folder: FilePath?
  /// How long it is, in seconds.
  public var seconds: Double
}
