import CSQLite
import GRDB

extension Configuration {
  /// For a file that somebody else may have written: its schema runs nothing but what is known to be harmless, and what is
  /// stored in it is not read past its cells.
  ///
  /// - Parameter isReadOnly: Whether nothing is to be written.
  static func distrusting(isReadOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.prepareDatabase { database in
      let code = indexd_sqlite_distrust(database.sqliteConnection)
      guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
      try database.execute(sql: "PRAGMA cell_size_check = ON")
    }
    return configuration
  }
}
