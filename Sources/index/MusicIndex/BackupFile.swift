import Foundation
import GRDB
public import Tracks

/// A file that lies in a backup beside the index.
public struct BackupFile: Sendable, Equatable {
  /// What it is, in one word.
  public var name: String
  /// Where it lay.
  public var path: FilePath
  /// What is in it.
  public var contents: [UInt8]

  /// A file of these parts.
  public init(name: String, path: FilePath, contents: [UInt8]) {
    self.name = name
    self.path = path
    self.contents = contents
  }

  /// The table that makes an index a backup.
  static let table =
    "CREATE TABLE backup (name TEXT PRIMARY KEY NOT NULL, path BLOB NOT NULL, contents BLOB NOT NULL) STRICT"

  /// Adds files to a copy of the index, which makes a backup of it.
  ///
  /// - Throws: `IndexFailure`.
  public static func add(_ files: [BackupFile], to copy: FilePath) throws {
    try change(copy) { database in
      try database.execute(sql: table)
      for file in files {
        try database.execute(
          sql: "INSERT INTO backup (name, path, contents) VALUES (?, ?, ?)",
          arguments: [file.name, Data(file.path.bytes), Data(file.contents)])
      }
    }
  }

  /// Takes the files out of a copy of a backup, which makes an index of it.
  ///
  /// - Throws: `IndexFailure`.
  public static func strip(_ copy: FilePath) throws {
    try change(copy) { try $0.execute(sql: "DROP TABLE backup") }
  }

  /// The files in a backup.
  ///
  /// - Throws: `IndexFailure`: `.newerVersion`, or `.refused` for what is no backup or cannot be read.
  public static func read(_ backup: FilePath) throws -> [BackupFile] {
    let index = try open(backup)
    let files = try index.read { transaction in
      try Array(
        transaction.rows("SELECT name, path, contents FROM backup ORDER BY name").map { row in
          BackupFile(
            name: row[0], path: FilePath(bytes: Array(row[1] as Data)), contents: Array(row[2] as Data))
        })
    }
    try index.close()
    return files
  }

  /// Opens a backup for reading.
  ///
  /// - Throws: `IndexFailure`: `.newerVersion`, or `.refused` for what is no backup or cannot be read.
  public static func open(_ backup: FilePath) throws -> MusicIndex {
    guard let path = backup.string else {
      throw IndexFailure(reason: .cannotOpen, file: backup.display, detail: "the name is not UTF-8; rename the file")
    }
    do {
      let index = try MusicIndex(backup: path)
      let isBackup = try index.read { transaction in
        try transaction.value("SELECT count(*) FROM sqlite_master WHERE name = 'backup'") ?? 0
      }
      if isBackup > 0 { return index }
    } catch let failure as IndexFailure where failure.reason == .damaged {
      throw IndexFailure(
        reason: .refused, file: path, detail: "this is no backup of indexd, or a damaged one: \(failure.detail)")
    }
    throw IndexFailure(reason: .refused, file: path, detail: "this is no backup of indexd")
  }

  private static func change(_ file: FilePath, _ body: (Database) throws -> Void) throws {
    do {
      let queue = try DatabaseQueue(path: file.display, configuration: .distrusting(isReadOnly: false))
      try queue.write(body)
      try queue.close()
    } catch {
      throw MusicIndex.failure(error, file: file.display)
    }
  }
}
