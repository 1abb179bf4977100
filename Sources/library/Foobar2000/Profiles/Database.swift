import CSQLite
import GRDBSQLite
import Tracks

/// A SQLite database of somebody else's, closed when it goes.
struct Database: ~Copyable {
  private let handle: OpaquePointer
  private let original: FilePath
  private let bound: QueryBound

  /// Opens a private copy. `original` is the file that complaints name.
  ///
  /// What a hostile file may do is limited to being read: its tables' stored columns, without functions, views or triggers
  /// of its own, and no longer than its size justifies.
  init(_ copy: FilePath, named original: FilePath) throws(ImportFailure) {
    var handle: OpaquePointer?
    let code = copy.withCString { sqlite3_open_v2($0, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil) }
    guard code == SQLITE_OK, let handle else {
      let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(handle)
      throw ImportFailure(.damaged, original, "cannot be opened as a database: \(message)")
    }
    guard indexd_sqlite_distrust(handle) == SQLITE_OK else {
      sqlite3_close_v2(handle)
      throw ImportFailure(.damaged, original, "cannot be opened as a database without trusting it")
    }
    self.handle = handle
    self.original = original
    bound = QueryBound(copy)
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 1 << 24)
    sqlite3_exec(
      handle,
      "PRAGMA cell_size_check = ON; PRAGMA cache_size = -8000;"
        // The rules of a file are its own to compute, also while its structure is checked.
        + "PRAGMA ignore_check_constraints = ON", nil, nil, nil)
    bound.attach(to: handle)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Throws where the structure of a table contradicts itself: reading on could take for ever. Of the file's other tables
  /// nothing is looked at: the authorizer is not asked of what their columns compute.
  func check(_ table: String) throws {
    var verdict = ""
    try each("PRAGMA quick_check(\(table))") { if verdict.isEmpty { verdict = $0.text(0) ?? "" } }
    guard verdict == "ok" else {
      throw ImportFailure(
        .damaged, original, "is damaged: \(verdict). Close foobar2000, and import the profile again")
    }
  }

  /// Whether there is an ordinary table of that name: one that is stored, not a view or a module's.
  ///
  /// - Throws: `ImportFailure` where a column of it is computed.
  func hasTable(_ name: String) throws -> Bool {
    var found = false
    try each("SELECT 1 FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name = '\(name)'") { _ in
      found = true
    }
    guard found else { return false }
    try each("PRAGMA table_xinfo(\(name))") { column in
      guard column.integer(6) == 0 else {
        throw ImportFailure(.damaged, original, "is no database of foobar2000's: it has a computed column in \(name)")
      }
    }
    return true
  }

  /// The names of all tables, at most a thousand.
  func tables() throws -> Set<String> {
    var names: Set<String> = []
    try each("SELECT name FROM sqlite_master WHERE type = 'table' LIMIT 1000") {
      if let name = $0.text(0) { names.insert(name) }
    }
    return names
  }

  /// Calls `body` with every row of a query.
  func each(_ query: String, _ body: (borrowing Statement) throws -> Void) throws {
    let statement = try Statement(handle, query, original)
    while try statement.step() { try body(statement) }
  }

  /// A prepared query, finalized when it goes.
  struct Statement: ~Copyable {
    private let handle: OpaquePointer
    private let database: OpaquePointer
    private let original: FilePath

    init(_ database: OpaquePointer, _ query: String, _ original: FilePath) throws(ImportFailure) {
      var handle: OpaquePointer?
      guard sqlite3_prepare_v2(database, query, -1, &handle, nil) == SQLITE_OK, let handle else {
        throw Self.failure(database, original)
      }
      self.handle = handle
      self.database = database
      self.original = original
    }

    deinit { sqlite3_finalize(handle) }

    /// Moves to the next row; `false` after the last.
    func step() throws(ImportFailure) -> Bool {
      switch sqlite3_step(handle) {
      case SQLITE_ROW: return true
      case SQLITE_DONE: return false
      default: throw Self.failure(database, original)
      }
    }

    func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(_ column: CInt) -> String? {
      sqlite3_column_text(handle, column).map { String(cString: $0) }
    }

    /// A blob's bytes; empty where the column is null.
    func bytes(_ column: CInt) -> [UInt8] {
      guard let start = sqlite3_column_blob(handle, column) else { return [] }
      return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private static func failure(_ database: OpaquePointer, _ original: FilePath) -> ImportFailure {
      if sqlite3_errcode(database) & 0xFF == SQLITE_INTERRUPT {
        return ImportFailure(
          .damaged, original, "takes longer to read than a database of its size can; import an export instead")
      }
      if sqlite3_errcode(database) & 0xFF == SQLITE_AUTH {
        return ImportFailure(
          .damaged, original, "is no database of foobar2000's: it computes something when it is read")
      }
      return failureOfReading(database, original)
    }

    private static func failureOfReading(_ database: OpaquePointer, _ original: FilePath) -> ImportFailure {
      let words = "cannot be read: \(String(cString: sqlite3_errmsg(database)))"
      // What the machine lacks for now says nothing of the file.
      let passing = [SQLITE_FULL, SQLITE_IOERR, SQLITE_NOMEM, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_CANTOPEN]
      if passing.contains(sqlite3_errcode(database) & 0xFF) { return ImportFailure(.cannotRead, original, words) }
      return ImportFailure(.damaged, original, "\(words). Close foobar2000, and import the profile again")
    }
  }
}
