/// Since when a track was there, by the earliest evidence.
public struct Presence: Sendable, Equatable {
  /// What the evidence is, the first of equally early ones.
  public enum Evidence: Int, Sendable, CaseIterable {
    /// foobar2000, or a tag, says when it was added.
    case added
    /// It was played for the first time.
    case firstPlayed
    /// It was played for the last time.
    case lastPlayed
    /// When its audio arrived: the file's date for what the first scan found, else the moment it was first seen.
    case arrival
    /// indexd saw it.
    case seen
    /// There is none.
    case none

    /// The evidence in words that continue "there since 2019-01-02"; empty for an arrival.
    var words: String {
      switch self {
      case .added: " (added)"
      case .firstPlayed: " (first played)"
      case .lastPlayed: " (last played)"
      case .seen: " (seen by indexd)"
      case .arrival, .none: ""
      }
    }
  }

  /// 1990-01-01: nobody kept a library of files before.
  static let earliest = 631_152_000.0
  /// 2200-01-01: the latest time that can be a time at all.
  public static let latest = 7_258_118_400.0

  /// The time, in seconds since 1970-01-01 UTC; infinite where nothing tells it.
  public var time: Double
  /// What tells it.
  public var evidence: Evidence

  /// Presence since a time.
  public init(time: Double, evidence: Evidence) {
    self.time = time
    self.evidence = evidence
  }

  /// Nothing is known.
  static let unknown = Presence(time: .infinity, evidence: .none)

  /// Whether a time, in seconds since 1970-01-01 UTC, can be one of a library: finite, not before 1990 and not after
  /// `latest`.
  static func isPlausible(_ time: Double, until latest: Double = Presence.latest) -> Bool {
    time >= earliest && time <= latest
  }

  /// The earlier of two.
  func merged(with other: Presence) -> Presence {
    (other.time, other.evidence.rawValue) < (time, evidence.rawValue) ? other : self
  }
}

extension LabellingFile {
  /// Since when the file was there: the earliest of its adding, its plays and its sighting. Its arrival, which may be
  /// the file's date and that of a download, counts only where no adding is known. Times that cannot be are no evidence.
  var presence: Presence {
    let times: [(Double?, Presence.Evidence)] = [
      (history.added, .added), (history.firstPlayed, .firstPlayed), (history.lastPlayed, .lastPlayed),
      (history.added.map { Presence.isPlausible($0) } ?? false ? nil : arrival, .arrival), (seenAt, .seen),
    ]
    return times.reduce(Presence.unknown) { best, found in
      guard let time = found.0, Presence.isPlausible(time) else { return best }
      return best.merged(with: Presence(time: time, evidence: found.1))
    }
  }
}
