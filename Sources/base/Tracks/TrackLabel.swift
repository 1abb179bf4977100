/// What is known of the owner's opinion of a track.
public enum TrackLabel: String, Sendable, Codable, CaseIterable {
  /// Liked: trains the model.
  case good
  /// Rejected: trains the model.
  case bad
  /// Heard, but not often enough to tell.
  case undecided
  /// Never heard: what gets recommended.
  case unheard
  /// Neither trains the model nor is recommended.
  case excluded
}

/// What the owner says of a track against every rule.
public enum Correction: String, Sendable, Codable, CaseIterable {
  /// The owner likes it.
  case good
  /// The owner rejects it.
  case bad
  /// The track is left out of training and of the playlist.
  case ignore
}
