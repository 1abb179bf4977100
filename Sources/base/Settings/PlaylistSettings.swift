public import Tracks

/// What the playlist holds: the section `playlist`.
public struct PlaylistSettings: Sendable, Equatable {
  /// How the playlist spells the paths of its tracks.
  public enum Paths: String, Sendable, CaseIterable {
    /// Relative where the playlist lies inside the music folder; else Windows paths where a map is known, else absolute.
    case auto
    /// Relative to the playlist's folder.
    case relative
    /// Absolute paths of this machine.
    case absolute
    /// Windows paths, by the path map reversed.
    case windows
  }

  /// The playlist file, or `nil` for `Probably liked.m3u8` in the state folder.
  public var file: FilePath?
  /// The share of recommended tracks that must prove to be liked, from 0.05 to 0.99.
  public var precision = 0.6
  /// The number of best tracks that the playlist holds also where the precision is not met; 0 is strict.
  public var atLeast = 25
  /// The most tracks that it holds.
  public var atMost = 100
  /// The most tracks of one artist.
  public var perArtist = 3
  /// The most tracks of one album.
  public var perAlbum = 2
  /// The number of unheard tracks behind them that would teach the model most.
  public var explore = 0
  /// The shortest track that is recommended, in seconds, from 0 to 3600.
  public var shortest = 5.0
  /// How paths are spelled.
  public var paths = Paths.auto

  /// The section with every default.
  public init() {}
}

extension PlaylistSettings: SettingsSection {
  static var fields: [SettingsField<PlaylistSettings>] {
    [
      SettingsField("file", \.file, .optional(.path("a file"))),
      SettingsField("precision", \.precision, .number(0.05...0.99)),
      SettingsField("atLeast", \.atLeast, .whole(0...10_000)),
      SettingsField("atMost", \.atMost, .whole(1...10_000)),
      SettingsField("perArtist", \.perArtist, .whole(1...10_000)),
      SettingsField("perAlbum", \.perAlbum, .whole(1...10_000)),
      SettingsField("explore", \.explore, .whole(0...1_000)),
      SettingsField("shortest", \.shortest, .number(0...3_600)),
      SettingsField("paths", \.paths, .word),
    ]
  }
}
