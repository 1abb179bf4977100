import CSQLite
import GRDBSQLite
import Glibc
public import Tracks

/// A copy of an export as one file that says all that the original says.
public enum ExportCopy {
  /// Copies a file's bytes; of a SQLite database with a write-ahead log, the state that both together hold. The original
  /// is only read, also where the path is a link to it.
  ///
  /// - Throws: `ImportFailure` where something cannot be read or written, or where foobar2000 writes all the time.
  public static func write(_ file: FilePath, to target: FilePath) throws(ImportFailure) {
    guard file.log.isRegularFile, try isDatabase(file) else { return try PrivateCopy.copyFile(file, target) }
    try PrivateCopy.copyWhole(file, to: target)
    guard target.log.isRegularFile else { return }
    var handle: OpaquePointer?
    defer { sqlite3_close_v2(handle) }
    // Leaving the mode writes the log into the database and removes it.
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
    guard target.withCString({ sqlite3_open_v2($0, &handle, flags, nil) }) == SQLITE_OK,
      let handle, indexd_sqlite_distrust(handle) == SQLITE_OK,
      sqlite3_exec(handle, "PRAGMA journal_mode = DELETE", nil, nil, nil) == SQLITE_OK
    else {
      let words = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      throw ImportFailure(.damaged, file, "its write-ahead log cannot be read: \(words)")
    }
  }

  private static func isDatabase(_ file: FilePath) throws(ImportFailure) -> Bool {
    var bytes: [UInt8] = []
    _ = try InputFile(file).read(16, into: &bytes)
    return bytes.starts(with: "SQLite format 3\0".utf8)
  }
}
