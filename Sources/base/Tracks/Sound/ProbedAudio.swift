/// What one look at a file tells: its audio, its tags and the identity of the audio.
public struct ProbedAudio: Sendable, Equatable {
  /// What the audio is.
  public var properties: AudioProperties
  /// The file's tags.
  public var tags: TrackTags
  /// The identity of the encoded audio.
  public var identity: AudioIdentity

  /// A look at a file with these results.
  public init(properties: AudioProperties, tags: TrackTags, identity: AudioIdentity) {
    self.properties = properties
    self.tags = tags
    self.identity = identity
  }
}
