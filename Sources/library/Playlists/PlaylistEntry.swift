public import Tracks

/// A track as a playlist file lists it.
public struct PlaylistEntry: Sendable, Equatable {
  /// The path as it is to be written; relative, absolute or of another system.
  public var location: FilePath
  /// The duration in seconds, -1 where unknown.
  public var duration: Double
  /// The artist.
  public var artist: String?
  /// The title.
  public var title: String?

  /// An entry with these values.
  public init(location: FilePath, duration: Double = -1, artist: String? = nil, title: String? = nil) {
    self.location = location
    self.duration = duration
    self.artist = artist
    self.title = title
  }
}
