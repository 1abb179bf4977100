import Foundation
import GRDB
public import Tracks

extension IndexTransaction {
  /// Stores an import without its records.
  ///
  /// - Returns: its number.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func insertImport(_ row: ImportRow) throws -> Int64 {
    try run(
      """
      INSERT INTO import (path, digest, kind, playlist, exportedAt, importedAt, entries, malformed, matched, ambiguous,
        missing, refusal, warnings, refusalReason, reader) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        Data(row.path.bytes), Data(row.digest), row.kind, row.playlist, row.exportedAt, row.importedAt, row.entries,
        row.malformed, row.matched, row.ambiguous, row.missing, row.refusal, try Self.text(row.warnings),
        row.refusalReason, row.reader,
      ])
    return database.lastInsertedRowID
  }

  /// Stores what may change of an import: everything but its number.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func updateImport(_ row: ImportRow) throws {
    try run(
      """
      UPDATE import SET path = ?, digest = ?, kind = ?, playlist = ?, exportedAt = ?, importedAt = ?, entries = ?,
        malformed = ?, matched = ?, ambiguous = ?, missing = ?, refusal = ?, warnings = ?, refusalReason = ?,
        reader = ? WHERE id = ?
      """,
      [
        Data(row.path.bytes), Data(row.digest), row.kind, row.playlist, row.exportedAt, row.importedAt, row.entries,
        row.malformed, row.matched, row.ambiguous, row.missing, row.refusal, try Self.text(row.warnings),
        row.refusalReason, row.reader, row.id,
      ])
  }

  /// The imports, the oldest first, refused ones included.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func imports() throws -> [ImportRow] {
    try Array(rows("SELECT * FROM import ORDER BY importedAt, id").map(Self.importRow))
  }

  /// The imports, the oldest first; of the refused ones only the newest.
  ///
  /// - Parameter refused: the most refused ones.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func imports(refused: Int) throws -> [ImportRow] {
    try Array(
      rows(
        """
        SELECT * FROM import WHERE refusal IS NULL OR id IN (SELECT id FROM import WHERE refusal IS NOT NULL
          ORDER BY importedAt DESC, id DESC LIMIT ?) ORDER BY importedAt, id
        """, [refused]
      ).map(Self.importRow))
  }

  /// The number and the file of each refused import, in no particular order.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func refusedImports() throws -> [(id: Int64, path: FilePath)] {
    try Array(
      rows("SELECT id, path FROM import WHERE refusal IS NOT NULL").map { row in
        (row[0], FilePath(bytes: Array(row[1] as Data)))
      })
  }

  /// The number of refused imports.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func refusedImportCount() throws -> Int {
    try value("SELECT count(*) FROM import WHERE refusal IS NOT NULL") ?? 0
  }

  /// The import of a file with these bytes.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func importRow(digest: [UInt8]) throws -> ImportRow? {
    try row("SELECT * FROM import WHERE digest = ?", [Data(digest)]).map(Self.importRow)
  }

  /// Forgets an import and its records.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeImport(_ id: Int64) throws {
    try run("DELETE FROM import WHERE id = ?", [id])
  }

  /// The latest time at which something was imported or a music folder first scanned, in seconds since 1970: a time
  /// that is over, whatever the clock says. `nil` where there was none.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func latestEvent() throws -> Double? {
    try value(
      """
      SELECT max(time) FROM (SELECT importedAt AS time FROM import WHERE refusal IS NULL UNION ALL
        SELECT firstScan FROM root)
      """)
  }

  /// Forgets what was refused of a file.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeRefusals(of path: FilePath) throws {
    try run("DELETE FROM import WHERE refusal IS NOT NULL AND path = ?", [Data(path.bytes)])
  }

  private static func text(_ warnings: [String]) throws -> String {
    String(decoding: try JSONEncoder().encode(warnings), as: UTF8.self)
  }

  static func importRow(_ row: Row) throws -> ImportRow {
    let warnings: String = row["warnings"]
    return ImportRow(
      id: row["id"], path: FilePath(bytes: Array(row["path"] as Data)), digest: Array(row["digest"] as Data),
      kind: row["kind"], playlist: row["playlist"], exportedAt: row["exportedAt"], importedAt: row["importedAt"],
      entries: row["entries"], malformed: row["malformed"], matched: row["matched"], ambiguous: row["ambiguous"],
      missing: row["missing"], refusal: row["refusal"], refusalReason: row["refusalReason"], reader: row["reader"],
      warnings: try JSONDecoder().decode([String].self, from: Data(warnings.utf8)))
  }

  // MARK: Records

  /// Stores a record of an import.
  ///
  /// - Returns: its number.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  @discardableResult
  public func insertRecord(_ record: ListeningRecord, import: Int64) throws -> Int64 {
    try run(
      """
      INSERT INTO record (import, locations, plays, firstPlayed, lastPlayed, added, rating, duration, title, artist,
        album, albumArtist, trackNumber, discNumber, skips, lastSkipped)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        `import`, Self.bytes(of: record.locations), record.playCount, record.firstPlayed, record.lastPlayed,
        record.added, record.rating, record.duration, record.tags.title, record.tags.artist, record.tags.album,
        record.tags.albumArtist, record.tags.trackNumber, record.tags.discNumber, record.skipCount, record.lastSkipped,
      ])
    return database.lastInsertedRowID
  }

  /// The records of an import in the order of its file.
  ///
  /// - Parameter unmatched: only those that no file was found for.
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachRecord(of import: Int64, unmatched: Bool = false, _ body: (StoredRecord) throws -> Void) throws {
    let condition = unmatched ? "AND outcome IS NOT 'matched'" : ""
    let cursor = try rows(
      "SELECT \(Self.recordColumns) FROM record WHERE import = ? \(condition) ORDER BY id", [`import`])
    while let row = try cursor.next() { try body(Self.storedRecord(row)) }
  }

  static let recordColumns =
    "id, locations, plays, firstPlayed, lastPlayed, added, rating, duration, title, artist, album, albumArtist, "
    + "trackNumber, discNumber, outcome, past, skips, lastSkipped"

  static func storedRecord(_ row: Row) -> StoredRecord {
    StoredRecord(
      id: row[0],
      record: ListeningRecord(
        locations: locations(row[1]),
        tags: TrackTags(
          title: row[8], artist: row[9], album: row[10], albumArtist: row[11], trackNumber: row[12],
          discNumber: row[13]),
        duration: row[7], playCount: row[2], firstPlayed: row[3], lastPlayed: row[4], added: row[5], rating: row[6],
        skipCount: row[16], lastSkipped: row[17]),
      outcome: (row[14] as String?).flatMap(RecordOutcome.init), isPast: row[15])
  }

  /// The number of records that an import's newest state holds by what was found for them; those never looked for are
  /// left out.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func outcomeCounts(of import: Int64) throws -> [RecordOutcome: Int] {
    var counts: [RecordOutcome: Int] = [:]
    let cursor = try rows(
      "SELECT outcome, count(*) FROM record WHERE import = ? AND past = 0 GROUP BY outcome", [`import`])
    while let row = try cursor.next() {
      if let outcome = (row[0] as String?).flatMap(RecordOutcome.init) { counts[outcome] = row[1] }
    }
    return counts
  }

  /// The number of records that no file was ever looked for, at most `limit`.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func newRecordCount(limit: Int) throws -> Int {
    try value("SELECT count(*) FROM (SELECT 1 FROM record WHERE outcome IS NULL LIMIT ?)", [limit]) ?? 0
  }

  /// The number of records that an import's newest state holds and that say they were never played.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func unplayedRecordCount(of import: Int64) throws -> Int {
    try value(
      """
      SELECT count(*) FROM record WHERE import = ? AND past = 0 AND plays = 0 AND firstPlayed IS NULL
        AND lastPlayed IS NULL
      """, [`import`]) ?? 0
  }

  /// Stores which tracks a record means; of one that is not matched, which ones it may mean.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setMatch(of record: Int64, outcome: RecordOutcome, tracks: [Int64]) throws {
    try run("UPDATE record SET outcome = ? WHERE id = ?", [outcome.rawValue, record])
    try run("DELETE FROM match WHERE record = ?", [record])
    for track in tracks { try run("INSERT OR IGNORE INTO match (record, track) VALUES (?, ?)", [record, track]) }
  }

  /// The tracks that each record of an import means, or may mean, ascending, by the record's number.
  ///
  /// - Parameter unmatched: only those of records that are not matched.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func matches(of import: Int64, unmatched: Bool = false) throws -> [Int64: [Int64]] {
    var found: [Int64: [Int64]] = [:]
    let condition = unmatched ? "AND r.outcome IS NOT 'matched'" : ""
    let cursor = try rows(
      """
      SELECT m.record, m.track FROM record r CROSS JOIN match m ON m.record = r.id WHERE r.import = ? \(condition)
      ORDER BY m.record, m.track
      """, [`import`])
    while let row = try cursor.next() { found[row[0], default: []].append(row[1]) }
    return found
  }

  /// The tracks that the records of an import mean, with what the record says, ordered by record and track.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachMatch(
    of import: Int64,
    _ body: (
      _ record: Int64, _ track: Int64, _ plays: Int?, _ firstPlayed: Double?, _ lastPlayed: Double?, _ added: Double?,
      _ rating: Int?, _ skips: Int?, _ lastSkipped: Double?, _ isPast: Bool
    ) throws -> Void
  ) throws {
    let cursor = try rows(
      """
      SELECT r.id, m.track, r.plays, r.firstPlayed, r.lastPlayed, r.added, r.rating, r.skips, r.lastSkipped, r.past
      FROM record r CROSS JOIN match m ON m.record = r.id WHERE r.import = ? AND r.outcome = 'matched'
      ORDER BY r.id, m.track
      """, [`import`])
    while let row = try cursor.next() {
      try body(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9])
    }
  }

  /// The tracks that records of an import may mean which mean none for sure, ordered by record and track.
  ///
  /// - Parameter body: is given the track, what was found for the record, and whether the record names several places, and
  ///   whether the import's newest state does not hold it any more.
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachCandidate(
    of import: Int64,
    _ body: (_ track: Int64, _ outcome: RecordOutcome, _ namesSeveral: Bool, _ isPast: Bool) throws -> Void
  ) throws {
    let cursor = try rows(
      """
      SELECT m.track, r.outcome, instr(r.locations, x'00') > 0, r.past
      FROM record r CROSS JOIN match m ON m.record = r.id
      WHERE r.import = ? AND r.outcome <> 'matched' ORDER BY r.id, m.track
      """, [`import`])
    while let row = try cursor.next() {
      guard let outcome = RecordOutcome(rawValue: row[1]) else { continue }
      try body(row[0], outcome, row[2], row[3])
    }
  }

  static func bytes(of locations: [ListeningRecord.Location]) -> Data {
    // A NUL separates the locations: no path can hold one.
    Data(locations.map { "\($0.subsong):\($0.path)" }.joined(separator: "\0").utf8)
  }

  static func locations(_ data: Data) -> [ListeningRecord.Location] {
    data.split(separator: 0).map { part in
      let text = String(decoding: part, as: UTF8.self)
      let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) ?? text.startIndex
      return ListeningRecord.Location(
        path: String(text.utf8[text.utf8.index(after: colon)...]) ?? "", subsong: Int(text[..<colon]) ?? 0)
    }
  }
}
