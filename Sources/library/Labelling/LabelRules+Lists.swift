public import Tracks

extension LabelRules {
  /// Whether a playlist of this name is an active one.
  public func isActive(playlist name: String) -> Bool {
    activePlaylists.contains { NamePattern($0).matches(name) }
  }

  /// Whether the owner says that a list of this name is right as it is.
  public func isTrusted(playlist name: String) -> Bool {
    trustedPlaylists.contains { NamePattern($0).matches(name) }
  }
}
