/// What is kept whole when songs are divided into those that a model learns from and those it is judged on.
public enum SplitKind: String, Sendable, Codable, CaseIterable {
  /// Each sample for itself, samples of one song on both sides: how the 2019 study judged. Never a figure to believe.
  case sample
  /// Songs, with their copies and versions.
  case song
  /// Albums.
  case album
  /// Artists.
  case artist
}
