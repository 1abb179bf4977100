import Foundation
import GRDB
public import Tracks

extension IndexTransaction {
  // MARK: Labels

  /// The label of every track that is there, by its number.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func labels() throws -> [Int64: TrackLabel] {
    var labels: [Int64: TrackLabel] = [:]
    let cursor = try rows(
      """
      SELECT l.track, l.label FROM label l JOIN track t ON t.id = l.track JOIN file f ON f.id = t.file
      WHERE f.missingSince IS NULL
      """)
    while let row = try cursor.next() {
      if let label = TrackLabel(rawValue: row[1]) { labels[row[0]] = label }
    }
    return labels
  }

  /// The label of every track that is there, ordered by path; behind each file the tracks of its cue sheets.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachLabel(
    _ body: (
      _ track: Int64, _ path: FilePath, _ label: TrackLabel, _ reason: String, _ detail: String?, _ partner: Int64?,
      _ plays: Int?
    ) throws -> Void
  ) throws {
    let cursor = try rows(
      """
      SELECT f.path, t.id, l.label, l.reason, l.detail, l.partner, l.plays
      FROM file f CROSS JOIN track t ON t.file = f.id CROSS JOIN label l ON l.track = t.id
      WHERE f.missingSince IS NULL ORDER BY f.path, t.number
      """)
    while let row = try cursor.next() {
      guard let label = TrackLabel(rawValue: row[2]) else { continue }
      try body(row[1], FilePath(bytes: Array(row[0] as Data)), label, row[3], row[4], row[5], row[6])
    }
  }

  /// The number of files that are there whose own tags hold statistics of plays.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func taggedFileCount() throws -> Int {
    try value(
      "SELECT count(*) FROM file INDEXED BY fileWithStatistics WHERE statistics IS NOT NULL AND statistics LIKE '%PLAY%' AND missingSince IS NULL"
    ) ?? 0
  }

  /// The number of files that are there, by label.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func labelCounts() throws -> [TrackLabel: Int] {
    var counts: [TrackLabel: Int] = [:]
    let cursor = try rows(
      """
      SELECT l.label, count(*) FROM label l JOIN file f ON f.id = l.track WHERE f.missingSince IS NULL GROUP BY l.label
      """)
    while let row = try cursor.next() {
      if let label = TrackLabel(rawValue: row[0]) { counts[label] = row[1] }
    }
    return counts
  }

  /// The labels of the audios that were ever recommended, by identity. Of several files the one that is judged counts; for
  /// one that is excluded, what is judged of the song whose copy or version it is, else what was judged of itself last;
  /// so too for an audio whose files are gone.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func labelsOfRecommended() throws -> [AudioIdentity: TrackLabel] {
    var found: [AudioIdentity: TrackLabel] = [:]
    let cursor = try rows(
      """
      SELECT r.identity, l.label, l.partner FROM recommendation r CROSS JOIN audio a ON a.identity = r.identity
        CROSS JOIN track t ON t.audio = a.id CROSS JOIN label l ON l.track = t.id
      ORDER BY 1, 2, 3
      """)
    while let row = try cursor.next() {
      guard let identity = AudioIdentity(bytes: Array(row[0] as Data)), var label = TrackLabel(rawValue: row[1])
      else { continue }
      if label == .excluded, let partner = row[2] as Int64? { label = try self.label(standingFor: partner) ?? label }
      if label == .good || label == .bad || found[identity] == nil { found[identity] = label }
    }
    let past = try rows(
      """
      SELECT r.identity, j.after FROM recommendation r JOIN judgement j ON j.identity = r.identity
      ORDER BY r.identity, j.at DESC, j.id DESC
      """)
    var told: AudioIdentity?
    while let row = try past.next() {
      guard let identity = AudioIdentity(bytes: Array(row[0] as Data)), identity != told else { continue }
      told = identity
      if found[identity] ?? .excluded == .excluded, let last = TrackLabel(rawValue: row[1]) { found[identity] = last }
    }
    return found
  }

  /// The label of a track or, where it is itself excluded for the sake of another, of that one.
  private func label(standingFor track: Int64) throws -> TrackLabel? {
    var track = track
    // Tracks that stand for each other in a circle would have no end.
    for _ in 0..<8 {
      guard let row = try row("SELECT label, partner FROM label WHERE track = ?", [track]),
        let label = TrackLabel(rawValue: row[0])
      else { return nil }
      guard label == .excluded, let partner = row[1] as Int64? else { return label }
      track = partner
    }
    return nil
  }

  /// Remembers that a track's label became or ceased to be a judgement.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func addJudgement(
    of identity: AudioIdentity, before: TrackLabel?, after: TrackLabel, reason: String, at time: Double
  ) throws {
    try run(
      "INSERT INTO judgement (identity, at, before, after, reason) VALUES (?, ?, ?, ?, ?)",
      [Data(identity.bytes), time, before?.rawValue, after.rawValue, reason])
  }

  /// How the judgement of an audio changed, the oldest first.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func judgements(
    of identity: AudioIdentity
  ) throws -> [(at: Double, before: TrackLabel?, after: TrackLabel, reason: String)] {
    var found: [(at: Double, before: TrackLabel?, after: TrackLabel, reason: String)] = []
    let cursor = try rows(
      "SELECT at, before, after, reason FROM judgement WHERE identity = ? ORDER BY at, id", [Data(identity.bytes)])
    while let row = try cursor.next() {
      guard let after = TrackLabel(rawValue: row[2]) else { continue }
      found.append((row[0], (row[1] as String?).flatMap(TrackLabel.init), after, row[3]))
    }
    return found
  }

  /// The owner's lasting corrections by identity.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func corrections() throws -> [(identity: AudioIdentity, word: Correction, at: Double)] {
    var found: [(AudioIdentity, Correction, Double)] = []
    let cursor = try rows("SELECT identity, word, at FROM correction ORDER BY identity")
    while let row = try cursor.next() {
      if let identity = AudioIdentity(bytes: Array(row[0] as Data)), let word = Correction(rawValue: row[1]) {
        found.append((identity, word, row[2]))
      }
    }
    return found
  }

  /// Stores what the owner says of an audio, or forgets it with `nil`.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setCorrection(_ word: Correction?, of identity: AudioIdentity, at time: Double) throws {
    if let word {
      try run(
        "INSERT OR REPLACE INTO correction (identity, word, at) VALUES (?, ?, ?)",
        [Data(identity.bytes), word.rawValue, time])
    } else {
      try run("DELETE FROM correction WHERE identity = ?", [Data(identity.bytes)])
    }
  }
}
