import GRDB

extension Schema {
  /// Refuses a database whose schema is not the one that this program makes: what triggers, views, virtual tables, checks,
  /// computed columns and indexed expressions of somebody else compute would run with the rights of whoever opens it, and
  /// what is missing would be missed later. What the statement ANALYZE keeps is no part of it.
  ///
  /// - Parameters:
  ///   - version: The version that it claims.
  ///   - more: The statement of the one table that it may hold beside the index's own; `nil` for none.
  /// - Throws: `IndexFailure` with `.damaged`: what is stored in its tables can be taken over.
  static func refuseForeign(_ database: Database, version: Int32, more: String? = nil, file: String) throws {
    let known = try made.get()
    guard known.indices.contains(Int(version)) else {
      throw IndexFailure(reason: .damaged, file: file, detail: "its schema \(version) is none of indexd's")
    }
    let own = known[Int(version)]
    let found = try statements(database)
    let allowed = own.union(kept).union(more.map { [$0] } ?? [])
    if let foreign = found.first(where: { !allowed.contains($0.statement) }) {
      throw IndexFailure(reason: .damaged, file: file, detail: "it holds \(foreign.name), which indexd did not make")
    }
    if let lost = own.subtracting(found.map(\.statement)).min() {
      throw IndexFailure(reason: .damaged, file: file, detail: "it lacks what \"\(lost.prefix(40)) ...\" made")
    }
  }

  /// The schemas that this program makes, by version; none for an empty file.
  private static let made = Result<[Set<String>], any Error> {
    var made: [Set<String>] = [[]]
    let queue = try DatabaseQueue()
    try queue.writeWithoutTransaction { database in
      for step in steps {
        try database.execute(sql: step)
        made.append(Set(try statements(database).map(\.statement)))
      }
    }
    return made
  }

  /// What ANALYZE makes.
  private static let kept: Set<String> = [
    "CREATE TABLE sqlite_stat1(tbl,idx,stat)", "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
  ]

  /// The statements that made a schema, by name, but for the indexes that keys bring with them.
  private static func statements(_ database: Database) throws -> [(name: String, statement: String)] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT name, sql FROM sqlite_master
          WHERE sql IS NOT NULL OR type <> 'index' OR name NOT GLOB 'sqlite_autoindex_*' ORDER BY name
        """
    ).map { row in (row[0] as String? ?? "something", row[1] as String? ?? "") }
  }
}
