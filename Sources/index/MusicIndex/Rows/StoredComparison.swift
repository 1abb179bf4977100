/// What came of comparing two audios.
public struct StoredComparison: Sendable, Equatable {
  /// What two audios are to each other.
  public enum Relation: String, Sendable, CaseIterable {
    /// One recording, also where it was encoded or mastered anew.
    case sameRecording
    /// The first is a part of the second.
    case firstIsShort
    /// The second is a part of the first.
    case secondIsShort
    /// They run side by side, but are not the same: a karaoke version, another mix.
    case otherVersion
    /// They have nothing in common but perhaps their names.
    case different
  }

  /// The audio with the smaller number.
  public var first: Int64
  /// The audio with the larger number.
  public var second: Int64
  /// What they are to each other.
  public var relation: Relation
  /// Where the second begins in the first, in seconds.
  public var offset: Double
  /// How alike their sound runs, 1 for the same.
  public var likeness: Double
  /// The part of the fingerprints' bits that differ; `nil` where no fingerprint was needed.
  public var errorRate: Double?
  /// How much of the fingerprints was compared, in seconds.
  public var seconds: Double

  /// A comparison with these results; `first` must be the smaller number.
  public init(
    first: Int64, second: Int64, relation: Relation, offset: Double, likeness: Double, errorRate: Double?,
    seconds: Double
  ) {
    precondition(first < second, "a pair is stored once")
    self.first = first
    self.second = second
    self.relation = relation
    self.offset = offset
    self.likeness = likeness
    self.errorRate = errorRate
    self.seconds = seconds
  }
}
