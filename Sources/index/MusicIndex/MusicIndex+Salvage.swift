import GRDB
public import Tracks

/// What was saved from a damaged index.
public struct Salvage: Sendable, Equatable {
  /// The owner's words on tracks.
  public var corrections = 0
  /// Tracks of which is known when they were recommended.
  public var recommendations = 0
  /// Files of which is known when they came, missing ones included.
  public var files = 0
  /// Imports of exports, each whole.
  public var imports = 0
  /// The tables of which a part, or everything, could not be read.
  public var unreadable: [String] = []

  /// Nothing was saved.
  public init() {}
}

extension MusicIndex {
  /// Copies out of a damaged index what could not be found out again: the owner's words, what was recommended, when
  /// files came and went, and the imports. Labels, features, models and scores are made anew: what is left of them in a
  /// damaged file cannot be trusted.
  ///
  /// This index must be new.
  ///
  /// - Parameter progress: Called again and again as long as it lasts.
  /// - Throws: `IndexFailure` where this index cannot be written; what cannot be read of the other is in the result.
  public func salvage(from damaged: FilePath, progress: () -> Void = {}) throws -> Salvage {
    var salvage = Salvage()
    let source: DatabaseQueue
    do {
      source = try DatabaseQueue(path: damaged.display, configuration: .distrusting(isReadOnly: true))
    } catch {
      salvage.unreadable = Self.salvaged.map(\.name)
      return salvage
    }
    let hasTracks = DamagedTable(name: "track", source: source).columns != nil
    for table in Self.salvaged {
      progress()
      // Older indexes kept what the track of a whole file is with the file.
      let isInFile = table.name == "track" && !hasTracks
      let stored = DamagedTable(name: isInFile ? "file" : table.name, source: source)
      guard var columns = stored.columns, let found = stored.read(progress) else {
        salvage.unreadable.append(table.name)
        continue
      }
      var rows = found.rows
      if isInFile, let number = columns.firstIndex(of: "id") {
        columns.append("file")
        for index in rows.indices { rows[index].append(rows[index][number]) }
      }
      if !found.isWhole { salvage.unreadable.append(table.name) }
      let kept = try write { try $0.keep(table.name, columns: columns, rows, instead: table.instead, progress) }
      switch table.name {
      case "correction": salvage.corrections = kept
      case "recommendation": salvage.recommendations = kept
      case "file": salvage.files = kept
      default: break
      }
    }
    salvage.imports = try write { transaction in
      try transaction.completeTracks()
      return try transaction.dropPartialImports()
    }
    // The file may be past closing too.
    try? source.close()
    return salvage
  }

  /// The tables in the order in which their rows refer to each other, and what is written instead of what stands in a
  /// column.
  private static let salvaged: [(name: String, instead: [String: String])] = [
    ("correction", [:]), ("recommendation", [:]), ("root", [:]), ("audio", [:]),
    ("file", ["state": "'waiting'"]), ("track", ["failure": "NULL", "failureDetail": "NULL"]),
    ("import", [:]), ("record", [:]), ("judgement", [:]),
  ]
}

extension IndexTransaction {
  /// Inserts rows as far as they fit this index's own table and rules.
  ///
  /// - Returns: how many were kept.
  fileprivate func keep(
    _ table: String, columns: [String], _ rows: [[DatabaseValue]], instead: [String: String],
    _ progress: () -> Void
  ) throws -> Int {
    let own = try database.columns(in: table).map(\.name)
    let common = columns.enumerated().filter { own.contains($0.element) && instead[$0.element] == nil }
    let fixed = instead.filter { own.contains($0.key) }.sorted { $0.key < $1.key }
    let names = common.map { "\"\($0.element)\"" } + fixed.map { "\"\($0.key)\"" }
    let values = common.map { _ in "?" } + fixed.map(\.value)
    let statement = try database.makeStatement(
      sql: "INSERT OR IGNORE INTO \(table) (\(names.joined(separator: ", "))) "
        + "VALUES (\(values.joined(separator: ", ")))")
    var kept = 0
    for (number, row) in rows.enumerated() {
      if number % salvagedAtOnce == 0 { progress() }
      do {
        try statement.execute(arguments: StatementArguments(common.map { row[$0.offset] }))
        kept += database.changesCount
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
        // Damaged bytes that break a rule, or a row that refers to a lost one, are lost too.
        continue
      }
    }
    return kept
  }

  /// Gives every file the track of the whole of it.
  fileprivate func completeTracks() throws {
    try database.execute(
      sql: """
        DELETE FROM track WHERE id <> file AND id IN (SELECT id FROM file);
        INSERT INTO track (id, file) SELECT id, id FROM file WHERE id NOT IN (SELECT id FROM track);
        """)
  }

  /// Removes imports of which entries are lost: read again from the inbox they are whole.
  ///
  /// - Returns: how many are left.
  fileprivate func dropPartialImports() throws -> Int {
    try database.execute(
      sql: """
        DELETE FROM import WHERE refusal IS NOT NULL
          OR entries <> (SELECT count(*) FROM record r WHERE r.import = import.id)
        """)
    return try Int.fetchOne(database, sql: "SELECT count(*) FROM import") ?? 0
  }
}

/// The rows after which progress is told.
private let salvagedAtOnce = 1_000

/// Reads a table from both ends up to where it is damaged.
private struct DamagedTable {
  let name: String
  let source: DatabaseQueue

  /// The names of the columns, `nil` where not even they can be read.
  var columns: [String]? {
    // Not to be readable is what this is about.
    try? source.read { database in
      // A view of that name is none of this program's, and could go on for ever.
      let isStored = try Bool.fetchOne(
        database, sql: "SELECT rootpage > 0 FROM sqlite_master WHERE type = 'table' AND name = ?", arguments: [name])
      guard isStored == true else { return nil }
      // What a column of somebody else's computes is nothing that was stored.
      return try String.fetchAll(
        database, sql: "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", arguments: [name])
    }
  }

  /// The rows in the order of their keys, and whether they are all there; `nil` where none can be read.
  func read(_ progress: () -> Void) -> (rows: [[DatabaseValue]], isWhole: Bool)? {
    guard let columns, let key = try? source.read({ try $0.primaryKey(name).columns.first ?? "rowid" }) else {
      return nil
    }
    let (forward, isWhole) = rows(columns, by: "\(key.quotedDatabaseIdentifier) ASC", progress)
    if isWhole { return (forward, true) }
    var known = Set(forward.map { $0.map(\.description).joined(separator: "\u{0}") })
    let backward = rows(columns, by: "\(key.quotedDatabaseIdentifier) DESC", progress).rows.reversed().filter {
      known.insert($0.map(\.description).joined(separator: "\u{0}")).inserted
    }
    return (forward + backward, false)
  }

  private func rows(
    _ columns: [String], by order: String, _ progress: () -> Void
  ) -> (rows: [[DatabaseValue]], isWhole: Bool) {
    let names = columns.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
    var found: [[DatabaseValue]] = []
    do {
      try source.read { database in
        let cursor = try Row.fetchCursor(database, sql: "SELECT \(names) FROM \(name) ORDER BY \(order)")
        while let row = try cursor.next() {
          found.append(Array(row.databaseValues))
          if found.count % salvagedAtOnce == 0 { progress() }
        }
      }
      return (found, true)
    } catch {
      return (found, false)
    }
  }
}
