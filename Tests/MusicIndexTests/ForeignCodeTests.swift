import Foundation
import MusicIndex
import TestSupport
import Testing
import Tracks

/// Triggers, views, rules and the like that somebody put into an index.
struct ForeignCodeTests {
  private let folder: TemporaryFolder
  private let file: FilePath

  init() throws {
    folder = try TemporaryFolder()
    file = FilePath(folder["index.sqlite"])
    try MusicIndex(file).close()
  }

  private func change(_ statements: String, in other: FilePath? = nil) throws {
    let process = try Process.run(
      URL(fileURLWithPath: "/usr/bin/env"), arguments: ["sqlite3", (other ?? file).display, statements])
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  @Test(
    .enabled(if: BuiltProgram.isInstalled("sqlite3"), "sqlite3 is not installed"),
    arguments: [
      "CREATE TRIGGER planted AFTER INSERT ON note BEGIN DELETE FROM file; END;", "CREATE VIEW planted AS SELECT 1;",
      "CREATE VIRTUAL TABLE planted USING fts5(a);",
      "DROP TRIGGER fileIsNew; CREATE TRIGGER fileIsNew AFTER INSERT ON file BEGIN DELETE FROM correction; END;",
      "DROP TABLE loss; CREATE TABLE loss (import INTEGER CHECK (import > abs(random())));",
      "ALTER TABLE note ADD COLUMN planted TEXT AS (hex(zeroblob(1000000))) VIRTUAL;",
      "CREATE INDEX planted ON note(lower(value));", "CREATE TABLE planted (a);",
      "DROP INDEX fileOfInode; CREATE INDEX fileOfInode ON file(inode, device) WHERE length(path) > 9;",
      "CREATE TABLE backup (name TEXT PRIMARY KEY NOT NULL CHECK (name > ''));",
    ]) func areRefusedByEverybody(statements: String) throws
  {
    try change(statements)
    for readOnly in [true, false] {
      let failure = try #require(throws: IndexFailure.self) { _ = try MusicIndex(file, readOnly: readOnly) }
      #expect(failure.reason == .damaged && failure.detail.contains("which indexd did not make"), "\(failure)")
    }
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("sqlite3"), "sqlite3 is not installed"))
  func anIndexWithoutItsTriggerIsRefused() throws {
    try change("DROP TRIGGER fileIsNew;")
    let failure = try #require(throws: IndexFailure.self) { _ = try MusicIndex(file) }
    #expect(failure.reason == .damaged && failure.detail.contains("it lacks"), "\(failure)")
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("sqlite3"), "sqlite3 is not installed"))
  func theProgramsOwnAreNotForeign() throws {
    // The owner may have run this for speed.
    try change("ANALYZE;")
    try MusicIndex(file).close()
    #expect(try MusicIndex(file, readOnly: true).integrityFaults().isEmpty)
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("sqlite3"), "sqlite3 is not installed"))
  func aBackupHoldsItsOwnTableAndNoOther() throws {
    let backup = FilePath(folder["backup"])
    try MusicIndex(file).copy(to: backup)
    try BackupFile.add([BackupFile(name: "configuration", path: FilePath("/c"), contents: [1])], to: backup)
    #expect(try BackupFile.read(backup).map(\.contents) == [[1]])
    try change("CREATE INDEX planted ON note(hex(key))", in: backup)
    let failure = try #require(throws: IndexFailure.self) { _ = try BackupFile.read(backup) }
    #expect(failure.reason == .refused && failure.detail.contains("planted"), "\(failure)")
  }

  /// What is saved of a refused index is what was stored, not what its columns compute; a view is not asked.
  @Test(.enabled(if: BuiltProgram.isInstalled("sqlite3"), "sqlite3 is not installed"))
  func whatColumnsComputeIsNotSaved() throws {
    let slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    try change(
      """
      INSERT INTO correction VALUES (zeroblob(17), 'good', 1);
      ALTER TABLE correction ADD COLUMN planted TEXT AS (hex(zeroblob(900000000))) VIRTUAL;
      DROP TABLE judgement;
      CREATE VIEW judgement AS \(slow);
      """)
    let fresh = try MusicIndex(FilePath(folder["fresh.sqlite"]))
    #expect(try fresh.salvage(from: file).corrections == 1)
  }
}
