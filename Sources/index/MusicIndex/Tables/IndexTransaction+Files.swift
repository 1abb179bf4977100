import Foundation
import GRDB
public import Tracks

extension IndexTransaction {
  // MARK: Music folders

  /// The number of a music folder, registered when new.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func root(_ path: FilePath) throws -> Int64 {
    if let known: Int64 = try value("SELECT id FROM root WHERE path = ?", [Data(path.bytes)]) { return known }
    try run("INSERT INTO root (path) VALUES (?)", [Data(path.bytes)])
    return database.lastInsertedRowID
  }

  /// The registered music folders.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func roots() throws -> [(id: Int64, path: FilePath, firstScan: Double?)] {
    try Array(
      rows("SELECT id, path, firstScan FROM root ORDER BY path").map {
        ($0[0], FilePath(bytes: Array($0[1] as Data)), $0[2])
      })
  }

  /// Notes that every file of a music folder is missing that was not before.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setMissing(root: Int64, since time: Double) throws {
    try run("UPDATE file SET missingSince = ? WHERE root = ? AND missingSince IS NULL", [time, root])
  }

  /// Whether a file that is there was not looked at yet.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func isFileWaiting() throws -> Bool {
    try value(
      "SELECT EXISTS (SELECT 1 FROM file INDEXED BY fileWaiting WHERE state = 'waiting' AND missingSince IS NULL)"
    ) ?? false
  }

  /// Forgets a music folder that is no longer configured, with its files; the imported records that mean one of them mean
  /// one that is there with the same audio instead, if there is one. The audio and its features stay.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func forgetRoot(_ root: Int64) throws {
    try bequeath("f.root = ?", [root])
    try run("DELETE FROM root WHERE id = ?", [root])
  }

  /// Gives every file below a folder to a music folder.
  ///
  /// - Parameter others: Folders inside it whose files stay as they are.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func moveFiles(inside folder: FilePath, butFor others: [FilePath], to root: Int64) throws {
    let others = others.map(Self.range)
    let range = Self.range(folder)
    try run(
      "UPDATE file SET root = ? WHERE root <> ? AND path > ? AND path < ?"
        + String(repeating: " AND NOT (path > ? AND path < ?)", count: others.count),
      StatementArguments([root, root, range.low, range.high] + others.flatMap { [$0.low, $0.high] }))
  }

  /// Every path inside a folder lies between "folder/" and "folder0", "0" being what follows "/" in ASCII.
  private static func range(_ folder: FilePath) -> (low: Data, high: Data) {
    let low = folder.bytes.last == 0x2F ? folder.bytes : folder.bytes + [0x2F]
    return (Data(low), Data(Array(low.dropLast()) + [0x30]))
  }

  /// Notes that a music folder's first scan has ended.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func endFirstScan(of root: Int64, at time: Double) throws {
    try run("UPDATE root SET firstScan = ? WHERE id = ? AND firstScan IS NULL", [time, root])
  }

  // MARK: Files on disk

  /// Files below `folder` (itself a music folder or inside one) in the order of their paths' bytes, missing ones
  /// included, each with whether a cue sheet of its name lies beside it and the stamp of its folder's sheets.
  ///
  /// - Parameters:
  ///   - last: the path after which to begin, `nil` for the first.
  ///   - limit: the largest number of files to return.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func files(under folder: FilePath, root: Int64, after last: FilePath?, limit: Int) throws
    -> [(file: FileRow, hasCueFile: Bool, sheets: Int64)]
  {
    // Every path inside the folder lies between "folder/" and "folder0", "0" being what follows "/" in ASCII.
    let low = folder.bytes.last == 0x2F ? folder.bytes : folder.bytes + [0x2F]
    let high = Array(low.dropLast()) + [0x30]
    return try Array(
      rows(
        """
        SELECT \(Self.fileColumns), hasCueFile, sheets
        FROM file WHERE root = ? AND path > ? AND path < ? ORDER BY path LIMIT ?
        """, [root, Data(last?.bytes ?? low), Data(high), limit]
      ).map { (Self.file($0), $0[11], $0[12]) })
  }

  /// The number of files of a music folder that are not missing.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func presentFileCount(root: Int64) throws -> Int {
    try value("SELECT count(*) FROM file WHERE root = ? AND missingSince IS NULL", [root]) ?? 0
  }

  /// The file at a path.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func file(at path: FilePath) throws -> FileRow? {
    try row("SELECT \(Self.fileColumns) FROM file WHERE path = ?", [Data(path.bytes)]).map(Self.file)
  }

  /// The identity of the audio of the file at a path.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func identity(at path: FilePath) throws -> AudioIdentity? {
    let bytes: Data? = try value(
      "SELECT a.identity FROM file f JOIN track t ON t.id = f.id JOIN audio a ON a.id = t.audio WHERE f.path = ?",
      [Data(path.bytes)])
    return bytes.flatMap { AudioIdentity(bytes: Array($0)) }
  }

  /// The files that have an inode.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func files(inode: UInt64, device: UInt64) throws -> [FileRow] {
    try Array(
      rows(
        "SELECT \(Self.fileColumns) FROM file WHERE inode = ? AND device = ? ORDER BY path",
        [Int64(bitPattern: inode), Int64(bitPattern: device)]
      ).map(Self.file))
  }

  /// The columns that `file` reads.
  static let fileColumns = """
    file.id, root, path, size, modified, changed, inode, device, state,
    (SELECT audio FROM track WHERE track.id = file.id), missingSince
    """

  static func file(_ row: Row) -> FileRow {
    let path: Data = row[2]
    let inode: Int64 = row[6]
    let device: Int64 = row[7]
    return FileRow(
      id: row[0], root: row[1], path: FilePath(bytes: Array(path)),
      stamp: FileStamp(
        size: row[3], modified: row[4], changed: row[5], inode: UInt64(bitPattern: inode),
        device: UInt64(bitPattern: device)),
      // The schema allows no other word.
      state: FileRow.State(rawValue: row[8]) ?? .waiting, audio: row[9], missingSince: row[10])
  }

  /// Adds a file that waits to be looked at.
  ///
  /// - Parameter sheets: The stamp of the cue sheets in its folder, 0 for none.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func insertFile(
    root: Int64, path: FilePath, stamp: FileStamp, hasCueFile: Bool, sheets: Int64 = 0, at time: Double
  ) throws {
    try run(
      """
      INSERT INTO file (id, root, path, size, modified, changed, inode, device, firstSeen, state, hasCueFile, sheets,
        awaitsSheets) VALUES ((SELECT coalesce(max(id), 0) + 1 FROM track), ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?)
      """,
      [
        root, Data(path.bytes), stamp.size, stamp.modified, stamp.changed, Int64(bitPattern: stamp.inode),
        Int64(bitPattern: stamp.device), time, hasCueFile, sheets, sheets != 0,
      ])
    let file = database.lastInsertedRowID
    try run("INSERT INTO track (id, file) VALUES (?, ?)", [file, file])
  }

  /// Adds a second name of an audio that is already known (a hard link), with the tags of the first.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func insertFile(
    root: Int64, path: FilePath, stamp: FileStamp, hasCueFile: Bool, sheets: Int64 = 0, copying file: Int64,
    at time: Double
  ) throws {
    try insertFile(root: root, path: path, stamp: stamp, hasCueFile: hasCueFile, sheets: sheets, at: time)
    let copy = database.lastInsertedRowID
    try run(
      """
      UPDATE track SET (audio, failure, failureDetail, title, artist, album, albumArtist, genre, date, trackNumber,
        discNumber)
      = (SELECT audio, failure, failureDetail, title, artist, album, albumArtist, genre, date, trackNumber,
        discNumber FROM track WHERE id = ?) WHERE id = ?
      """, [file, copy])
    try run(
      """
      UPDATE file SET (state, cueSheet, statistics) = (SELECT state, cueSheet, statistics FROM file WHERE id = ?)
      WHERE id = ?
      """, [file, copy])
    try run("UPDATE file SET awaitsSheets = 1 WHERE id = ? AND cueSheet IS NOT NULL", [copy])
  }

  /// Notes that a file's contents may have changed: it waits to be looked at again. Until then its last known audio
  /// and tags stand.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setChanged(_ file: Int64, stamp: FileStamp) throws {
    try setStamp(file, stamp)
    try run("UPDATE file SET state = 'waiting', missingSince = NULL WHERE id = ?", [file])
    try run("UPDATE track SET failure = NULL, failureDetail = NULL WHERE id = ?", [file])
  }

  /// Notes a new stamp of a file whose contents are the same.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setStamp(_ file: Int64, _ stamp: FileStamp) throws {
    try run(
      """
      UPDATE file SET size = ?, modified = ?, changed = ?, inode = ?, device = ?, missingSince = NULL WHERE id = ?
      """,
      [
        stamp.size, stamp.modified, stamp.changed, Int64(bitPattern: stamp.inode), Int64(bitPattern: stamp.device),
        file,
      ])
    try endPauses(of: file)
  }

  /// Notes that a file has another path now.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func moveFile(_ file: Int64, root: Int64, to path: FilePath, stamp: FileStamp) throws {
    try run("UPDATE file SET root = ?, path = ? WHERE id = ?", [root, Data(path.bytes), file])
    try setStamp(file, stamp)
  }

  /// Notes whether a cue sheet lies beside a file.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setHasCueFile(_ file: Int64, _ has: Bool) throws {
    try run("UPDATE file SET hasCueFile = ? WHERE id = ? AND hasCueFile <> ?", [has, file, has])
  }

  /// Notes that a file is missing on disk, if it was not missing before.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setMissing(_ file: Int64, since time: Double) throws {
    try run("UPDATE file SET missingSince = ? WHERE id = ? AND missingSince IS NULL", [time, file])
  }

  /// Notes that a missing file is there again, unchanged.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setPresent(_ file: Int64) throws {
    try run("UPDATE file SET missingSince = NULL WHERE id = ?", [file])
    try endPauses(of: file)
  }

  /// Forgets the files that are missing since before a time, and the audio that no file has any more. The imported
  /// records that mean such a file mean one that is there with the same audio instead, if there is one.
  ///
  /// - Returns: the number of files forgotten.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func forgetFiles(missingBefore time: Double) throws -> Int {
    try bequeath("f.missingSince < ?", [time])
    try run("DELETE FROM file WHERE missingSince < ?", [time])
    let forgotten = database.changesCount
    if forgotten > 0 {
      try run("DELETE FROM audio WHERE id NOT IN (SELECT audio FROM track WHERE audio IS NOT NULL)")
    }
    return forgotten
  }

  /// Has the records that mean a track of the files of a condition mean one that is there with the same audio too.
  private func bequeath(_ condition: String, _ arguments: StatementArguments) throws {
    try run(
      """
      INSERT OR IGNORE INTO match (record, track)
      SELECT m.record, (SELECT min(h.id) FROM track h JOIN file other ON other.id = h.file
        WHERE h.audio = t.audio AND other.missingSince IS NULL) AS heir
      FROM file f JOIN track t ON t.file = f.id JOIN match m ON m.track = t.id
      WHERE \(condition) AND heir IS NOT NULL
      """, arguments)
  }
}
