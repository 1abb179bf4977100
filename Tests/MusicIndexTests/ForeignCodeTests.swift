import Foundation
import MusicIndex
import TestSupport
import Testing
import Tracks

/// Triggers, views and the like that somebody put into an index.
struct ForeignCodeTests {
  private let folder: TemporaryFolder
  private let file: FilePath

  init() throws {
    folder = try TemporaryFolder()
    file = FilePath(folder["index.sqlite"])
    try MusicIndex(file).close()
  }

  private func change(_ statements: String) throws {
    let process = try Process.run(
      URL(fileURLWithPath: "/usr/bin/env"), arguments: ["sqlite3", file.display, statements])
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  @Test(
    .enabled(if: BuiltProgram.isInstalled("sqlite3"), "sqlite3 is not installed"),
    arguments: [
      "CREATE TRIGGER planted AFTER INSERT ON note BEGIN DELETE FROM file; END;", "CREATE VIEW planted AS SELECT 1;",
      "CREATE VIRTUAL TABLE planted USING fts5(a);",
      "DROP TRIGGER fileIsNew; CREATE TRIGGER fileIsNew AFTER INSERT ON file BEGIN DELETE FROM correction; END;",
    ]) func areRefusedByEverybody(statements: String) throws
  {
    try change(statements)
    for readOnly in [true, false] {
      let failure = try #require(throws: IndexFailure.self) { _ = try MusicIndex(file, readOnly: readOnly) }
      #expect(failure.reason == .damaged && failure.detail.contains("which indexd did not make"), "\(failure)")
    }
  }

  @Test func theProgramsOwnAreNotForeign() throws {
    try MusicIndex(file).close()
    #expect(try MusicIndex(file, readOnly: true).integrityFaults().isEmpty)
  }
}
