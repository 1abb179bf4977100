public import Tracks

/// What all imports together say of one track.
///
/// Merging is commutative, associative and idempotent: the order of imports and their repetition change nothing, an
/// older export never lowers what a newer one raised, and what an export does not say overwrites nothing.
public struct TrackHistory: Equatable, Sendable, Codable {
  /// The number of plays: the largest of all counts; `nil` where no import says it.
  public private(set) var playCount: Int?
  /// The earliest first play, in seconds since 1970-01-01 UTC.
  public private(set) var firstPlayed: Double?
  /// The latest last play, in seconds since 1970-01-01 UTC.
  public private(set) var lastPlayed: Double?
  /// The earliest time of adding, in seconds since 1970-01-01 UTC.
  public private(set) var added: Double?
  /// The rating of the newest export that rates the track, 1 to 5 stars.
  public private(set) var rating: Int?
  /// When the export that gave the rating was written, in seconds since 1970-01-01 UTC.
  public private(set) var ratedAt: Double?

  /// A history of which nothing is known.
  public init() {}

  /// What one record of an export written at `exportedAt` (seconds since 1970-01-01 UTC) says.
  public init(_ record: ListeningRecord, exportedAt: Double) {
    playCount = record.playCount
    firstPlayed = record.firstPlayed
    lastPlayed = record.lastPlayed
    added = record.added
    rating = record.rating
    ratedAt = record.rating == nil ? nil : exportedAt
  }

  /// This history and another one of the same track: the larger count, the earlier first play and adding, the later
  /// last play, and the rating of the newer export (of two at the same moment the higher one).
  public func merged(with other: TrackHistory) -> TrackHistory {
    func pick<Value: Comparable>(_ left: Value?, _ right: Value?, _ choose: (Value, Value) -> Value) -> Value? {
      guard let left, let right else { return left ?? right }
      return choose(left, right)
    }
    var result = TrackHistory()
    result.playCount = pick(playCount, other.playCount, max)
    result.firstPlayed = pick(firstPlayed, other.firstPlayed, min)
    result.lastPlayed = pick(lastPlayed, other.lastPlayed, max)
    result.added = pick(added, other.added, min)
    let newer = [self, other].filter { $0.rating != nil }.max {
      ($0.ratedAt ?? -.infinity, $0.rating ?? 0) < ($1.ratedAt ?? -.infinity, $1.rating ?? 0)
    }
    result.rating = newer?.rating
    result.ratedAt = newer?.ratedAt
    return result
  }

  /// The positions of the imports that count for membership: of each playlist name, without regard to case, the newest
  /// export; of two at the same moment the later in the list.
  public static func newestOfEachPlaylist(_ imports: [(name: String, exportedAt: Double)]) -> [Int] {
    var newest: [FoldedText: Int] = [:]
    for (position, candidate) in imports.enumerated() {
      let name = Folding.text(candidate.name)
      if let known = newest[name], imports[known].exportedAt > candidate.exportedAt { continue }
      newest[name] = position
    }
    return newest.values.sorted()
  }
}
