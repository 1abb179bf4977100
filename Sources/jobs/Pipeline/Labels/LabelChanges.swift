import Foundation
import Labelling
public import MusicIndex
public import Tracks

/// How the labels differ from those before.
public struct LabelChanges: Sendable, Equatable, Codable {
  /// The number of tracks whose label became another, by old and new label; `nil` where there was or is none.
  public var moves: [Move: Int] = [:]

  /// A change from one label to another.
  public struct Move: Hashable, Sendable, Codable {
    /// The label before.
    public var from: TrackLabel?
    /// The label now.
    public var to: TrackLabel?
  }

  /// No change.
  public init() {}

  /// The difference between labels that were and that are.
  init(_ before: [Int64: TrackLabel], _ now: [LabelAssignment]) {
    var left = before
    for new in now {
      let old = left.removeValue(forKey: new.id)
      if old != new.label { moves[Move(from: old, to: new.label), default: 0] += 1 }
    }
    for old in left.values { moves[Move(from: old, to: nil), default: 0] += 1 }
  }

  /// Counts other changes in.
  mutating func add(_ more: LabelChanges) {
    moves.merge(more.moves, uniquingKeysWith: +)
  }

  /// The number of tracks whose label changed.
  public var count: Int { moves.values.reduce(0, +) }

  /// The number of tracks that became or ceased to be good or bad: what a model depends on.
  public var judged: Int {
    moves.filter { move, _ in [move.from, move.to].contains { $0 == .good || $0 == .bad } }.values.reduce(0, +)
  }

  /// The changes in words, the most frequent first.
  public var words: String {
    moves.sorted { ($1.value, Self.name($0.key)) < ($0.value, Self.name($1.key)) }.map {
      "\($0.value) \(Self.name($0.key))"
    }.joined(separator: ", ")
  }

  private static func name(_ move: Move) -> String {
    switch (move.from, move.to) {
    case (nil, let to?): "new as \(to.rawValue)"
    case (let from?, nil): "no longer \(from.rawValue)"
    case (let from?, let to?): "from \(from.rawValue) to \(to.rawValue)"
    case (nil, nil): ""
    }
  }
}

/// What the newest import changed among the judged tracks.
public struct ImportChanges: Sendable, Equatable, Codable {
  /// When it was imported, in seconds since 1970.
  public var since: Double
  /// Tracks that became good.
  public var newlyGood = 0
  /// Tracks that became bad.
  public var newlyBad = 0
  /// Tracks that are there and good no longer.
  public var noLongerGood = 0
  /// Tracks that are there and bad no longer.
  public var noLongerBad = 0

  /// Whether every import has been matched and its changes are known.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public static func areKnown(_ transaction: IndexTransaction) throws -> Bool {
    try transaction.note(.importUnlabelled) == nil
  }

  /// What changes of labels come to.
  init(since: Double, _ changes: LabelChanges) {
    self.since = since
    for (move, count) in changes.moves {
      if move.to == .good { newlyGood += count }
      if move.to == .bad { newlyBad += count }
      if move.from == .good, move.to != nil { noLongerGood += count }
      if move.from == .bad, move.to != nil { noLongerBad += count }
    }
  }

  /// The changes in words.
  public var words: String {
    let parts = [
      (newlyGood, "newly good"), (newlyBad, "newly bad"), (noLongerGood, "no longer good"),
      (noLongerBad, "no longer bad"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
  }
}

extension IndexNote where Value == ImportChanges {
  /// What the newest imports changed.
  static var importChanges: Self { Self(record: "importChanges") }
}
