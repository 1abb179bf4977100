public import Tracks

/// What the playlist holds: the section `playlist`.
public struct PlaylistSettings: Sendable, Equatable {
  /// The playlist file, or `nil` for `Probably liked.m3u8` in the state folder.
  public var file: FilePath?
  /// The share of recommended tracks that must prove to be liked, from 0.05 to 0.99.
  public var precision = 0.6
  /// What it holds.
  public var selection = SelectionRules()
  /// How paths are spelled.
  public var paths = PathStyle.auto

  /// The section with every default.
  public init() {}
}

extension PlaylistSettings: SettingsSection {
  static var fields: [SettingsField<PlaylistSettings>] {
    [
      SettingsField("file", \.file, .optional(.path("a file"))),
      SettingsField("precision", \.precision, .number(0.05...0.99)),
      SettingsField("atLeast", \.selection.atLeast, .whole(0...10_000)),
      SettingsField("atMost", \.selection.atMost, .whole(1...10_000)),
      SettingsField("perArtist", \.selection.perArtist, .whole(1...10_000)),
      SettingsField("perAlbum", \.selection.perAlbum, .whole(1...10_000)),
      SettingsField("explore", \.selection.explore, .whole(0...1_000)),
      SettingsField("shortest", \.selection.shortest, .number(0...3_600)),
      SettingsField("paths", \.paths, .word),
    ]
  }
}
