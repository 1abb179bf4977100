import Foundation
import GRDB
public import Tracks

extension IndexTransaction {
  // Files that came since every record was matched.

  /// Files that came, or changed after they came, and that no record was tried on since, at most `limit`.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func untriedFiles(limit: Int) throws -> [Int64] {
    try Array(
      rows("SELECT file FROM newFile INDEXED BY newFileUntried WHERE isTried = 0 LIMIT ?", [limit]).map { $0[0] })
  }

  /// Notes that files have nothing in common with any record.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setTried(_ files: [Int64]) throws {
    for file in files { try run("UPDATE newFile SET isTried = 1 WHERE file = ?", [file]) }
  }

  /// Notes that every record was matched with the files up to a number.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeNewFiles(through last: Int64) throws { try run("DELETE FROM newFile WHERE file <= ?", [last]) }

  /// Whether a file that every record was matched with is there below a folder.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func holdsOldFile(below folder: FilePath) throws -> Bool {
    let start = folder.bytes.last == 0x2F ? folder.bytes.dropLast() : folder.bytes[...]
    return try value(
      """
      SELECT EXISTS (SELECT 1 FROM file f WHERE f.path > ? AND f.path < ? AND f.missingSince IS NULL
        AND NOT EXISTS (SELECT 1 FROM newFile n WHERE n.file = f.id))
      """, [Data(start + [0x2F]), Data(start + [0x30])]) ?? false
  }

  /// The most lists of keys that lie beside each other.
  private static let mostKeyLists = 32

  /// Stores what records are found by, ascending: beside what is stored, or instead of it.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func addMatchKeys(_ keys: [UInt64], replacing: Bool) throws {
    guard replacing || !keys.isEmpty else { return }
    var keys = keys
    let isFull = try !replacing && (value("SELECT count(*) FROM matchKeys") ?? 0) >= Self.mostKeyLists
    if isFull { keys = Array(Set(try matchKeys().joined()).union(keys)).sorted() }
    if replacing || isFull { try run("DELETE FROM matchKeys") }
    guard !keys.isEmpty else { return }
    try run("INSERT INTO matchKeys (keys) VALUES (?)", [keys.map(\.littleEndian).withUnsafeBytes { Data($0) }])
  }

  /// What records are found by, in lists that ascend each.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func matchKeys() throws -> [[UInt64]] {
    try Array(
      rows("SELECT keys FROM matchKeys ORDER BY id").map { row in
        let data: Data = row[0]
        return data.withUnsafeBytes { bytes in
          (0..<bytes.count / 8).map {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
          }
        }
      })
  }

  // MARK: Names

  /// Forgets by which names records may find files.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeFileNames() throws { try run("DELETE FROM fileName") }

  /// Stores by which names records may find a file, as numbers.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setFileNames(_ names: [UInt64], of file: Int64) throws {
    try run("DELETE FROM fileName WHERE file = ?", [file])
    for name in names {
      try run("INSERT OR IGNORE INTO fileName (name, file) VALUES (?, ?)", [Int64(bitPattern: name), file])
    }
  }

  /// The files of these names, in no particular order; missing ones too.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func files(named names: [UInt64]) throws -> [Int64] {
    try Array(
      rows(
        "SELECT DISTINCT n.file FROM json_each(?) j CROSS JOIN fileName n ON n.name = j.value",
        [Self.list(names.map { Int64(bitPattern: $0) })]
      ).map { $0[0] })
  }

  /// The records that no file was ever looked for, with the number of the import, by this and by their own number.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func newRecords() throws -> [(import: Int64, stored: StoredRecord)] {
    try Array(
      rows(
        """
        SELECT \(Self.recordColumns), import FROM record INDEXED BY recordUnmatched WHERE outcome IS NULL
        ORDER BY import, id
        """
      ).map { ($0[18], Self.storedRecord($0)) })
  }
}
