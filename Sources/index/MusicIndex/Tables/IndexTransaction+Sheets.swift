import Foundation
import GRDB
public import Tracks

extension IndexTransaction {
  /// Lets every file wait for its sheets beside which a sheet lies, or in which one named tracks.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func letSheetsBeReadAgain() throws {
    try run(
      """
      UPDATE file SET awaitsSheets = 1 WHERE awaitsSheets = 0
        AND (sheets <> 0 OR cueSheet IS NOT NULL OR id IN (SELECT file FROM track WHERE number IS NOT NULL))
      """)
  }

  /// The files at these paths that are there and were looked at, ordered by path.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func probedFiles(at paths: [FilePath], version: Int) throws -> [TrackRow] {
    try paths.sorted().compactMap { path in
      let id: Int64? = try value(
        "SELECT id FROM file WHERE path = ? AND state = 'probed' AND missingSince IS NULL", [Data(path.bytes)])
      return try id.flatMap { try track($0, version: version) }
    }
  }

  /// The tracks that cue sheets name in a file, as they were stored, ordered by where they begin.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func sheetTracks(of file: Int64) throws -> [SheetTrack] {
    let cursor = try rows(
      """
      SELECT t.number, t.sheet, t.start, t.end, a.identity, t.title, t.artist, t.album, t.albumArtist, t.genre, t.date,
        t.trackNumber, t.discNumber
      FROM track t LEFT JOIN audio a ON a.id = t.audio WHERE t.file = ? AND t.number IS NOT NULL
      ORDER BY t.start, t.number
      """, [file])
    return try Array(
      cursor.map { row in
        let sheet: Data? = row[1]
        let (start, end): (Double?, Double?) = (row[2], row[3])
        let identity: Data? = row[4]
        let span = start.flatMap { start in end.map { AudioSpan(start: start, end: $0) } }
        return SheetTrack(
          number: row[0], sheet: sheet.map { FilePath(bytes: Array($0)) }, span: span,
          identity: span == nil ? nil : identity.flatMap { AudioIdentity(bytes: Array($0)) },
          tags: span == nil
            ? TrackTags()
            : TrackTags(
              title: row[5], artist: row[6], album: row[7], albumArtist: row[8], genre: row[9], date: row[10],
              trackNumber: row[11], discNumber: row[12]))
      })
  }

  /// Lets the files wait for their sheets in which sheets of other folders named tracks, but for some.
  ///
  /// - Parameter isThere: whether a file can be seen at present: what lies on a disk that is away stays as it is.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func letFilesOfOutsideSheetsWait(exceptOf kept: Set<FilePath>, isThere: (FilePath) -> Bool) throws {
    let cursor = try rows(
      """
      SELECT id, path FROM file WHERE id IN (SELECT file FROM track WHERE number IS NOT NULL AND instr(sheet, X'2F') > 0)
        AND awaitsSheets = 0 AND missingSince IS NULL
      """)
    let stale = try Array(cursor.map { ($0[0] as Int64, FilePath(bytes: Array($0[1] as Data))) })
      .filter { !kept.contains($0.1) && isThere($0.1) }
    for (file, _) in stale { try run("UPDATE file SET awaitsSheets = 1 WHERE id = ?", [file]) }
  }
}
