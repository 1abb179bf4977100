import GRDBSQLite
import Glibc
import Platform
import Tracks

/// What bounds the queries on somebody else's database: their time, and that they only read what is stored.
///
/// SQLite keeps a pointer to it: it has to live as long as the connection.
final class QueryBound {
  /// The time of the steady clock after which nothing is read any more.
  private let end: Double

  /// The steps of SQLite's machine between two looks at the clock.
  private static let steps: CInt = 200
  /// What any database may take, in seconds; a second more for every so many bytes.
  private static let (seconds, bytesASecond) = (10.0, 2.0 * 1_048_576)

  /// The bound for a database file, which counts from now.
  init(_ file: FilePath) {
    var status = stat()
    let size = file.withCString { stat($0, &status) } == 0 ? Double(status.st_size) : 0
    end = Clock.steady() + Self.seconds + size / Self.bytesASecond
  }

  /// Bounds every query on a connection from now on.
  func attach(to connection: OpaquePointer) {
    sqlite3_progress_handler(
      connection, Self.steps,
      { context in
        guard let context else { return 0 }
        let bound = Unmanaged<QueryBound>.fromOpaque(context).takeUnretainedValue()
        // Whoever waits for the daemon's end does not wait for a database.
        return Task.isCancelled || Clock.steady() > bound.end ? 1 : 0
      }, Unmanaged.passUnretained(self).toOpaque())
    sqlite3_set_authorizer(connection, { _, action, _, _, _, _ in QueryBound.verdict(action) }, nil)
  }

  /// Functions are none of a query's here: one in a view, a column or a rule of the file is the file's.
  private static func verdict(_ action: CInt) -> CInt {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_PRAGMA: SQLITE_OK
    default: SQLITE_DENY
    }
  }
}
