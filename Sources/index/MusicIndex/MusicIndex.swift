import GRDB
import GRDBSQLite
import Glibc
import Platform
public import Tracks

/// The one SQLite file that holds everything indexd knows.
///
/// The daemon (or `try`) opens it for writing, everybody else read only. The file is in WAL mode and keeps its `-wal`
/// and `-shm` files, so that a member of the group who may only read can open it at any time.
public final class MusicIndex: Sendable {
  /// The index file.
  public let file: FilePath
  let queue: DatabaseQueue

  /// Opens the index, making or migrating it when it may be written.
  ///
  /// - Parameters:
  ///   - file: the file; its folder must exist.
  ///   - readOnly: whether to open it for reading only. Then the file must exist and be of this program's version.
  /// - Throws: `IndexFailure`.
  public init(_ file: FilePath, readOnly: Bool = false) throws {
    self.file = file
    guard let path = file.string else {
      throw IndexFailure(reason: .cannotOpen, file: file.display, detail: "the state folder's name is not UTF-8")
    }
    try Self.refuseSpecialFiles(file)
    if readOnly {
      guard file.withCString({ access($0, R_OK) }) == 0 else {
        let words = SystemError.text()
        throw errno == ENOENT
          ? IndexFailure(reason: .missing, file: path, detail: "")
          : IndexFailure(reason: .cannotOpen, file: path, detail: "\(words); its group may read it")
      }
    }
    if !readOnly {
      // What is not this program's to change must be refused before anything is written.
      try Self.check(path)
      // SQLite gives its files the permissions of this one: the group may read, nobody else.
      if let (descriptor, _) = RegularFile.open(file, O_RDWR | O_CREAT, mode: 0o640) { Glibc.close(descriptor) }
    }
    var configuration = Configuration.distrusting(isReadOnly: readOnly)
    configuration.busyMode = .timeout(readOnly ? 10 : Self.busySeconds)
    configuration.foreignKeysEnabled = true
    configuration.label = "index"
    configuration.prepareDatabase { database in
      if !readOnly {
        // Only a file that is still empty takes this; it must come first.
        try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
        try database.execute(sql: "PRAGMA journal_mode = WAL")
        try database.execute(sql: "PRAGMA synchronous = NORMAL")
        // What a long reader made it grow to is given back once the reader is gone.
        try database.execute(sql: "PRAGMA journal_size_limit = \(Self.logLimit)")
        var keep: CInt = 1
        sqlite3_file_control(database.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &keep)
      }
      try database.execute(sql: "PRAGMA cache_size = -8192")
      try database.execute(sql: "PRAGMA mmap_size = 0")
    }
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
      if readOnly {
        try queue.read { database in
          let found = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
          guard found == Schema.version else {
            throw found > Schema.version
              ? IndexFailure(reason: .newerVersion, file: path, detail: "schema \(found)")
              : IndexFailure(reason: .notMigrated, file: path, detail: "schema \(found)")
          }
          try Schema.refuseForeign(database, version: found, file: path)
        }
      } else {
        try queue.writeWithoutTransaction { try Schema.migrate($0, file: path) }
      }
    } catch {
      throw Self.failure(error, file: path)
    }
  }

  /// Refuses a pipe, a device or a socket in the place of the index or of what lies beside it, and a link in the place of
  /// the latter: SQLite would wait for it, or write what it names.
  private static func refuseSpecialFiles(_ file: FilePath) throws(IndexFailure) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
      let path = FilePath(bytes: file.bytes + Array(suffix.utf8))
      var status = stat()
      let isThere = path.withCString { suffix.isEmpty ? stat($0, &status) : lstat($0, &status) } == 0
      guard !isThere || status.st_mode & S_IFMT == S_IFREG else {
        throw IndexFailure(
          reason: .cannotOpen, file: path.display, detail: "it is not a regular file; move it away")
      }
    }
  }

  /// How long a write waits for another process that writes, in seconds.
  static let busySeconds = 90.0

  /// The size in bytes above which the write-ahead log is cut when nobody needs it any more.
  static let logLimit = 8 << 20

  /// Refuses a file that is another program's or a newer indexd's, changing nothing of it.
  private static func check(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0, status.st_size > 0 else { return }
    func look(isReadOnly: Bool) throws {
      var configuration = Configuration.distrusting(isReadOnly: isReadOnly)
      configuration.busyMode = .timeout(10)
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      _ = try queue.writeWithoutTransaction { try Schema.refuseOthers($0, file: path) }
      try queue.close()
    }
    do {
      do {
        try look(isReadOnly: true)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY {
        // What a kill left half written is put right by whoever looks next and may write.
        try look(isReadOnly: false)
      }
    } catch {
      throw failure(error, file: path)
    }
  }

  /// Opens a backup, which may be of an older version, for reading.
  init(backup path: String) throws {
    file = FilePath(path)
    guard access(path, R_OK) == 0 else {
      throw IndexFailure(
        reason: .refused, file: path, detail: "cannot be read (\(SystemError.text()))")
    }
    try Self.refuseSpecialFiles(file)
    do {
      queue = try DatabaseQueue(path: path, configuration: .distrusting(isReadOnly: true))
      let version = try queue.read { try Schema.refuseOthers($0, file: path, more: BackupFile.table) }
      guard version > 0 else { throw IndexFailure(reason: .refused, file: path, detail: "this is no backup of indexd") }
    } catch {
      throw Self.failure(error, file: path)
    }
  }

  /// Runs `body` in one transaction that sees a single state of the index and changes nothing.
  ///
  /// - Throws: `IndexFailure`, or what `body` throws.
  public func read<Result>(_ body: (IndexTransaction) throws -> Result) throws -> Result {
    do {
      return try queue.read { try body(IndexTransaction(database: $0)) }
    } catch {
      throw Self.failure(error, file: file.display)
    }
  }

  /// Runs `body` in one transaction: everything it writes is kept, or nothing when it throws.
  ///
  /// - Throws: `IndexFailure`, or what `body` throws.
  public func write<Result>(_ body: (IndexTransaction) throws -> Result) throws -> Result {
    do {
      return try queue.write { try body(IndexTransaction(database: $0)) }
    } catch {
      throw Self.failure(error, file: file.display)
    }
  }

  static func failure(_ error: any Error, file: String) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    let words = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    let reason: IndexFailure.Reason =
      switch error.resultCode {
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged
      case .SQLITE_FULL: .diskFull
      case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
      case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_IOERR: .cannotOpen
      default: .refused
      }
    return IndexFailure(reason: reason, file: file, detail: words)
  }
}

/// What can be asked of the index and written to it inside one transaction.
///
/// Its functions throw SQLite's errors as they are; `MusicIndex.read` and `MusicIndex.write` turn them into an
/// `IndexFailure` that names the file.
public struct IndexTransaction {
  let database: Database

  /// Runs a statement that is prepared once and kept.
  func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
    try database.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// The rows of a query that is prepared once and kept.
  func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> RowCursor {
    try Row.fetchCursor(try database.cachedStatement(sql: sql), arguments: arguments)
  }

  /// A query's first row.
  func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Row? {
    // A cursor reuses its row; this one is a copy that outlives the cursor.
    try Row.fetchOne(try database.cachedStatement(sql: sql), arguments: arguments)
  }

  /// The first value of a query's first row.
  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ sql: String, _ arguments: StatementArguments = StatementArguments()
  ) throws -> Value? {
    try Value.fetchOne(try database.cachedStatement(sql: sql), arguments: arguments)
  }
}
