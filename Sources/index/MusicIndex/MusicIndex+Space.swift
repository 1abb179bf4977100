import GRDB
import GRDBSQLite
import Glibc
import Tracks

extension MusicIndex {
  /// How much of the file is empty.
  public struct Space: Sendable, Equatable {
    /// The size of the file in bytes.
    public var size: Int
    /// The bytes of it that hold nothing.
    public var free: Int
    /// Whether free pages can be given back a few at a time; otherwise only by writing the whole file anew.
    public var isIncremental: Bool

    /// Whether giving the free pages back is worth the work: 64 MiB or more, and a quarter of the file or more.
    public var isWorthwhile: Bool { free >= 64 << 20 && free * 4 >= size }
  }

  /// How much of the file is empty.
  ///
  /// - Throws: `IndexFailure`.
  public func space() throws -> Space {
    do {
      return try queue.read { database in
        func number(_ pragma: String) throws -> Int { try Int.fetchOne(database, sql: "PRAGMA \(pragma)") ?? 0 }
        let page = try number("page_size")
        return Space(
          size: try number("page_count") * page, free: try number("freelist_count") * page,
          isIncremental: try number("auto_vacuum") == 2)
      }
    } catch {
      throw Self.failure(error, file: file.display)
    }
  }

  /// Gives some free pages at the end of the file back to the file system.
  ///
  /// - Parameter pages: the most pages to give back; a few thousand take a part of a second.
  /// - Throws: `IndexFailure`.
  public func giveBack(pages: Int) throws {
    do {
      try queue.writeWithoutTransaction { database in
        // Each row of the answer is a page.
        _ = try Row.fetchAll(database, sql: "PRAGMA incremental_vacuum(\(pages))")
      }
    } catch {
      throw Self.failure(error, file: file.display)
    }
  }

  /// Writes the whole file anew without its free pages, so that from then on they can be given back a few at a time. What is
  /// given up half-way changes nothing.
  ///
  /// - Parameter goesOn: is asked again and again whether to go on.
  /// - Returns: whether it was done.
  /// - Throws: `IndexFailure`.
  public func rewrite(while goesOn: @escaping @Sendable () -> Bool) throws -> Bool {
    guard goesOn() else { return false }
    let question = Unmanaged.passRetained(Question(goesOn))
    defer { question.release() }
    do {
      try queue.writeWithoutTransaction { database in
        sqlite3_progress_handler(
          database.sqliteConnection, 1_000,
          { context in
            guard let context else { return 0 }
            return Unmanaged<Question>.fromOpaque(context).takeUnretainedValue().body() ? 0 : 1
          }, question.toOpaque())
        defer { sqlite3_progress_handler(database.sqliteConnection, 0, nil, nil) }
        try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
        try database.execute(sql: "VACUUM")
      }
      return true
    } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
      return false
    } catch {
      throw Self.failure(error, file: file.display)
    }
  }

  private final class Question: Sendable {
    let body: @Sendable () -> Bool

    init(_ body: @escaping @Sendable () -> Bool) {
      self.body = body
    }
  }
}
