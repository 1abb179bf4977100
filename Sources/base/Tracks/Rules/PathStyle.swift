/// How the playlist spells the paths of its tracks.
public enum PathStyle: String, Sendable, Codable, CaseIterable {
  /// Relative where the playlist lies inside a music folder; else as foobar2000's machine names the files, where that is
  /// known, and absolute where it is not.
  case auto
  /// Relative to the playlist's folder.
  case relative
  /// Absolute paths of this machine.
  case absolute
  /// Windows paths, by the path map reversed.
  case windows
}
