import GRDB
import GRDBSQLite
import Glibc
public import Tracks

extension MusicIndex {
  /// Gives memory that SQLite only keeps for speed back to the system.
  public func releaseMemory() {
    queue.releaseMemory()
  }

  /// Closes the file. Whatever is asked of the index afterwards fails.
  ///
  /// - Throws: `IndexFailure`.
  public func close() throws {
    do {
      try queue.close()
    } catch {
      throw Self.failure(error, file: file.display)
    }
  }

  /// What SQLite's own check of the whole file finds, an empty list for a sound one.
  ///
  /// - Parameter isQuick: Leaves out whether the indices agree with their tables, which takes most of the time.
  /// - Throws: `IndexFailure`.
  public func integrityFaults(isQuick: Bool = false) throws -> [String] {
    do {
      return try queue.read { database in
        try String.fetchAll(database, sql: "PRAGMA \(isQuick ? "quick_check" : "integrity_check")(20)")
          .filter { $0 != "ok" }
      }
    } catch {
      throw Self.failure(error, file: file.display)
    }
  }

  /// Writes a complete copy of the index, as it is at one moment, to a file that is new or empty. Others may write the
  /// index meanwhile.
  ///
  /// - Throws: `IndexFailure` where the copy cannot be written.
  public func copy(to target: FilePath) throws {
    do {
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "VACUUM INTO ?", arguments: [target.display])
      }
    } catch {
      throw Self.failure(error, file: target.display)
    }
  }

  /// The size in bytes of the write-ahead log beside an index; 0 where there is none.
  public static func logSize(_ index: FilePath) -> Int {
    var status = stat()
    return FilePath(bytes: index.bytes + Array("-wal".utf8)).withCString { stat($0, &status) } == 0
      ? Int(clamping: status.st_size) : 0
  }

  /// Brings all of the write-ahead log into the index and empties it, so that the index is whole without it.
  ///
  /// - Throws: `IndexFailure`.
  public func emptyLog() throws {
    do {
      try queue.writeWithoutTransaction { database in
        _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      }
    } catch {
      throw Self.failure(error, file: file.display)
    }
  }

  /// Brings the write-ahead log into the index and cuts it where it has grown large; never waits for anybody.
  ///
  /// - Returns: whether the log is small now; a reader that looks at an old state keeps it large.
  /// - Throws: `IndexFailure`.
  public func trimLog() throws -> Bool {
    guard Self.logSize(file) > Self.logLimit else { return true }
    do {
      try queue.writeWithoutTransaction { database in
        // Waiting for a reader here would hold up everything that is to be written.
        try database.execute(sql: "PRAGMA busy_timeout = 0")
        defer { sqlite3_busy_timeout(database.sqliteConnection, CInt(Self.busySeconds * 1_000)) }
        // Answers with a row that says "busy" instead of failing.
        _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      }
    } catch {
      throw Self.failure(error, file: file.display)
    }
    return Self.logSize(file) <= Self.logLimit
  }
}
