public import Tracks

/// A track's label with its reason.
public struct LabelAssignment: Sendable, Equatable {
  /// The track.
  public var id: Int64
  /// What is known of the owner's opinion.
  public var label: TrackLabel
  /// The rule that decided.
  public var reason: LabelReason
  /// What the rule went by, in words without a full stop.
  public var detail: String
  /// The track that stands for this one (`duplicate`) or that this is a short version of (`shortVersion`).
  public var partner: Int64?
  /// The plays of the recording, the most of all its copies, or `nil` where no import tells them.
  public var plays: Int?
  /// Whether the title marks a version without its vocals.
  public var isKaraoke: Bool

  /// An assignment of these values.
  public init(
    id: Int64, label: TrackLabel, reason: LabelReason, detail: String, partner: Int64? = nil, plays: Int? = nil,
    isKaraoke: Bool = false
  ) {
    self.id = id
    self.label = label
    self.reason = reason
    self.detail = detail
    self.partner = partner
    self.plays = plays
    self.isKaraoke = isKaraoke
  }
}

/// What an analysis found out about two tracks beside their tags and identities.
public struct PairEvidence: Sendable, Equatable {
  /// What the two tracks are to each other.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The same recording, also where it was encoded or mastered anew.
    case sameRecording
    /// The first is a shortened version of the second.
    case shortVersionOf
    /// They are versions of one song, such as a karaoke version, but not the same recording.
    case otherVersion
    /// They sound different, whatever their names say: names and durations do not make them copies.
    case differentRecording
  }

  /// One track; of a short version the short one.
  public var first: Int64
  /// The other track; of a short version the whole one.
  public var second: Int64
  /// What they are to each other.
  public var kind: Kind
  /// How that was found, in words without a full stop, such as `fingerprints agree by 97%`.
  public var description: String

  /// Evidence about two tracks.
  public init(first: Int64, second: Int64, kind: Kind, description: String) {
    self.first = first
    self.second = second
    self.kind = kind
    self.description = description
  }
}

/// Tracks that are one recording, and why.
public struct CopyGroup: Sendable, Equatable {
  /// Why two tracks are copies.
  public struct Link: Sendable, Equatable {
    /// One track.
    public var first: Int64
    /// The other.
    public var second: Int64
    /// Why, in words without a full stop.
    public var evidence: String
  }

  /// The track that stands for all.
  public var kept: Int64
  /// The others, in order of their numbers.
  public var others: [Int64]
  /// Links that hold the group together: one fewer than there are tracks.
  public var links: [Link]
}

/// A rule that is off and would judge tracks, proposed where nothing is bad.
public struct LabelProposal: Sendable, Equatable {
  /// The key of the configuration that turns it on, such as `labels.ratings`.
  public var key: String
  /// The number of tracks that it would make good.
  public var good: Int
  /// The number of tracks that it would make bad.
  public var bad: Int
  /// The proposal in a sentence.
  public var words: String
}

/// The labels of all tracks and what they rest on.
public struct LabelResult: Sendable, Equatable {
  /// The label of every track, in order of their numbers.
  public var assignments: [LabelAssignment]
  /// The recordings that have several copies, in order of the kept tracks' numbers.
  public var copies: [CopyGroup]
  /// Tracks that are copies, short versions or other versions of one recording, several in each group, in order of
  /// their numbers: a model must not be judged on one when it learned from another.
  public var relatives: [[Int64]]
  /// The pairs of the evidence that say something of tracks of the library, by the rules of titles and albums.
  public var evidence: [PairEvidence]
  /// The set of active tracks that the labels rest on.
  public var active: ActiveSet
  /// Rules that would make tracks bad, where nothing is.
  public var proposals: [LabelProposal]
  /// What the owner should know where most tracks outside the active set seem to be newer than it, in sentences.
  public var lateAdvice: String? = nil
  /// Every rule that fired for the tracks that were asked for, one sentence a rule, the decisive one last.
  public var explanations: [Int64: [String]]
  /// What is known of how the tracks that were asked for, with their copies, were listened to.
  public var histories: [Int64: TrackHistory] = [:]
  /// When the newest statistics were exported, in seconds since 1970-01-01 UTC; `nil` where there are none.
  public var statisticsTime: Double? = nil
}
