import Foundation
import GRDB
public import Tracks

/// A record as it is stored, when the file that it came from is read again.
public struct StoredRecord: Sendable, Equatable {
  /// Its number.
  public var id: Int64
  /// What it says.
  public var record: ListeningRecord
  /// What was found for it; `nil` where nothing was looked for yet.
  public var outcome: RecordOutcome?
  /// Whether the newest state of the file does not hold it any more.
  public var isPast: Bool
}

extension IndexTransaction {
  /// The accepted imports of a file, the newest first.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func imports(of path: FilePath) throws -> [ImportRow] {
    try Array(
      rows(
        "SELECT * FROM import WHERE path = ? AND refusal IS NULL ORDER BY exportedAt DESC, id DESC", [Data(path.bytes)]
      ).map(Self.importRow))
  }

  /// A record.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func record(_ id: Int64) throws -> StoredRecord? {
    try row("SELECT \(Self.recordColumns) FROM record WHERE id = ?", [id]).map(Self.storedRecord)
  }

  /// Stores what a record of an import says now, and that its newest state holds it.
  ///
  /// - Parameter isLookedFor: Whether the files that it means are to be found anew.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func updateRecord(_ id: Int64, _ record: ListeningRecord, isLookedFor: Bool) throws {
    try run(
      """
      UPDATE record SET locations = ?, plays = ?, firstPlayed = ?, lastPlayed = ?, added = ?, rating = ?, duration = ?,
        title = ?, artist = ?, album = ?, albumArtist = ?, trackNumber = ?, discNumber = ?, skips = ?,
        lastSkipped = ?, past = 0, outcome = iif(?, NULL, outcome) WHERE id = ?
      """,
      [
        Self.bytes(of: record.locations), record.playCount, record.firstPlayed, record.lastPlayed, record.added,
        record.rating, record.duration, record.tags.title, record.tags.artist, record.tags.album,
        record.tags.albumArtist, record.tags.trackNumber, record.tags.discNumber, record.skipCount,
        record.lastSkipped, isLookedFor, id,
      ])
  }

  /// Notes that the newest state of the file does not hold a record any more.
  ///
  /// - Parameter import: The import that it belongs to from now on.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setPast(_ record: Int64, import: Int64) throws {
    try run("UPDATE record SET past = 1, import = ? WHERE id = ?", [`import`, record])
    try run("DELETE FROM doubt WHERE record = ?", [record])
  }

  /// Forgets a record.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeRecord(_ id: Int64) throws {
    try run("DELETE FROM record WHERE id = ?", [id])
  }

  /// Notes that labels do not follow any more from what is stored.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setStale() throws {
    try run("INSERT OR IGNORE INTO note (key, value) VALUES (?, '1')", [Schema.staleNote])
  }

  /// Whether files, or what records without a file were, changed since `setMatched`.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func isUnmatched() throws -> Bool {
    try text(of: Schema.unmatchedNote) != nil
  }

  /// Notes that the files that records mean were found with the library as it is, or with `false` that they are to be.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setMatched(_ isMatched: Bool) throws {
    try setText(of: Schema.unmatchedNote, isMatched ? nil : "1")
  }

  /// The first location of a record on a drive or a share of Windows; `nil` where none tells of Windows.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func windowsLocation() throws -> String? {
    let found: Data? = try value(
      """
      SELECT locations FROM record WHERE CAST(locations AS TEXT) GLOB '*:[A-Za-z]:[\\/]*'
        OR CAST(locations AS TEXT) GLOB '*:\\\\*' LIMIT 1
      """)
    return found.flatMap { data in
      Self.locations(data).map(\.path).first { path in
        path.hasPrefix("\\\\") || path.dropFirst().hasPrefix(":\\") || path.dropFirst().hasPrefix(":/")
      }
    }
  }
}
