/// Why a track has its label. The words are part of the command-line contract.
public enum LabelReason: String, Codable, Sendable, CaseIterable {
  /// It is active, or there is no active set, and was played often enough: good.
  case plays
  /// It was there when the active set was exported and is not in it.
  case archivedNotActive
  /// It is not in the active set, but an entry that names no single file may mean it, or too many entries do so for that
  /// to say anything: undecided.
  case doubtfulEntry
  /// It was played, but not often enough to tell: undecided.
  case tooFewPlays
  /// It was played, but nothing tells how often: undecided.
  case playedCountUnknown
  /// It was never played: unheard.
  case neverPlayed
  /// It came after the active set was exported and was never played: unheard.
  case newArrival
  /// A better copy of the same recording stands for it: excluded.
  case duplicate
  /// A longer version of it is judged: excluded.
  case shortVersion
  /// The file holds several tracks: excluded.
  case multiTrack
  /// The owner said so.
  case correction = "ownersWord"
  /// The owner's rating says so: good or bad.
  case rated
  /// It was hardly played and then left: bad.
  case neglected
  /// It was skipped often and hardly played: bad.
  case skipped
  /// It was played often for the time that it is there: good.
  case playedOften
  /// It was played enough, but not for long: undecided.
  case notPlayedLately
  /// The file cannot be analysed: excluded.
  case unreadable
  /// There is nothing to be heard in most of it: excluded.
  case nothingHeard

  /// The reason for people: `archived, not active`.
  public var words: String {
    switch self {
    case .archivedNotActive: "archived, not active"
    case .playedCountUnknown: "played, count unknown"
    case .multiTrack: "several tracks"
    case .correction: "your word"
    default: rawValue.reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : String($1) }
    }
  }

  /// A reason as the index keeps it, for people; as it is where an earlier version kept another.
  public static func words(of kept: String) -> String {
    LabelReason(rawValue: kept)?.words ?? kept
  }
}
