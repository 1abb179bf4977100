import GRDB

extension Schema {
  /// Refuses a database that holds triggers, views or virtual tables of somebody else: they would run with the rights of
  /// whoever opens it. What is this program's own is known by its words, of every version.
  ///
  /// - Throws: `IndexFailure` with `.damaged`: what is stored in its tables can be taken over.
  static func refuseForeignCode(_ database: Database, file: String) throws {
    let found = try Row.fetchAll(
      database, sql: "SELECT name, sql FROM sqlite_master WHERE type NOT IN ('table', 'index') OR rootpage = 0")
    guard !found.isEmpty else { return }
    let own = try ownCode.get()
    for row in found where !own.contains((row[1] as String?) ?? "") {
      throw IndexFailure(
        reason: .damaged, file: file, detail: "it holds \(row[0] as String? ?? "something"), which indexd did not make")
    }
  }

  /// The words of the triggers of every version of the schema.
  private static let ownCode = Result<Set<String>, any Error> {
    var words: Set<String> = []
    let queue = try DatabaseQueue()
    try queue.writeWithoutTransaction { database in
      for step in steps {
        try database.execute(sql: step)
        words.formUnion(
          try String.fetchAll(database, sql: "SELECT sql FROM sqlite_master WHERE type NOT IN ('table', 'index')"))
      }
    }
    return words
  }
}
