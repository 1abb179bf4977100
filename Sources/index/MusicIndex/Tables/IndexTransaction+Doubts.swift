import Foundation
import GRDB
public import Tracks

/// A track that a record without a single file may mean.
public struct DoubtRow: Sendable, Hashable {
  /// The record's number.
  public var record: Int64
  /// The track's number in the index.
  public var track: Int64
  /// Why the record may mean it.
  public var kind: DoubtKind

  /// A doubt of these values.
  public init(record: Int64, track: Int64, kind: DoubtKind) {
    self.record = record
    self.track = track
    self.kind = kind
  }
}

extension IndexTransaction {
  /// What the records of an import may mean, ordered by track and record.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func doubts(of import: Int64) throws -> [DoubtRow] {
    let cursor = try rows(
      """
      SELECT d.record, d.track, d.kind FROM doubt d CROSS JOIN record r ON r.id = d.record WHERE r.import = ?
      ORDER BY 2, 1
      """, [`import`])
    var found: [DoubtRow] = []
    while let row = try cursor.next() {
      if let kind = DoubtKind(rawValue: row[2]) { found.append(DoubtRow(record: row[0], track: row[1], kind: kind)) }
    }
    return found
  }

  /// What is wrong with the records of an import, the most frequent cause first.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func losses(of import: Int64) throws -> [EntryLoss] {
    let cursor = try rows(
      "SELECT cause, entries, example, folder, local FROM loss WHERE import = ? ORDER BY entries DESC, cause",
      [`import`])
    var found: [EntryLoss] = []
    while let row = try cursor.next() {
      guard let cause = LossCause(rawValue: row[0]) else { continue }
      let local: Data? = row[4]
      found.append(
        EntryLoss(
          cause: cause, entries: row[1], example: row[2], folder: row[3],
          local: local.map { FilePath(bytes: Array($0)) }))
    }
    return found
  }

  /// Stores what the records of an import may mean and what is wrong with them. Only what differs is written.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setDoubts(_ doubts: [DoubtRow], _ losses: [EntryLoss], of import: Int64) throws {
    var stored = Set(try self.doubts(of: `import`))
    for doubt in doubts where stored.remove(doubt) == nil {
      try run(
        "INSERT OR REPLACE INTO doubt (record, track, kind) VALUES (?, ?, ?)",
        [doubt.record, doubt.track, doubt.kind.rawValue])
    }
    // One that only changed its kind was just replaced.
    let pairs = Set(doubts.map { [$0.record, $0.track] })
    for old in stored where !pairs.contains([old.record, old.track]) {
      try run("DELETE FROM doubt WHERE record = ? AND track = ?", [old.record, old.track])
    }
    guard try self.losses(of: `import`) != losses else { return }
    try run("DELETE FROM loss WHERE import = ?", [`import`])
    for loss in losses {
      try run(
        "INSERT INTO loss (import, cause, entries, example, folder, local) VALUES (?, ?, ?, ?, ?, ?)",
        [
          `import`, loss.cause.rawValue, loss.entries, loss.example, loss.folder, loss.local.map { Data($0.bytes) },
        ])
    }
  }

  /// What the records of an import name, for those that may mean a track: the first location, else artist and title.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func doubtfulEntries(of import: Int64) throws -> [Int64: String] {
    let cursor = try rows(
      """
      SELECT r.id, r.locations, r.artist, r.title FROM record r WHERE r.import = ? AND r.id IN (SELECT record FROM doubt)
      """, [`import`])
    var found: [Int64: String] = [:]
    while let row = try cursor.next() {
      found[row[0]] = Self.entry(locations: row[1], artist: row[2], title: row[3])
    }
    return found
  }
}
