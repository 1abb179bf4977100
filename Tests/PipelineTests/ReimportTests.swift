import Foobar2000
import Foundation
import MusicIndex
import Pipeline
import Platform
import TestSupport
import Testing
import Tracks

/// What is imported again: read with other words of the owner's, dated right, from another place.
@Suite struct ReimportTests {
  private static let names = ["a.flac", "b.flac", "c.flac", "d.flac"]

  private func wasImported(_ outcome: ImportOutcome) -> Bool {
    if case .imported = outcome { true } else { false }
  }

  @Test func aCodePageThatIsNamedLaterRepairsTheImport() async throws {
    var library = try await ListenedLibrary(["Песня.flac", "b.flac"])
    let text = "\(library.file(""))".utf8 + [0xCF, 0xE5, 0xF1, 0xED, 0xFF] + ".flac\r\n".utf8
    let path = FilePath(try library.folder.write(Array(text), to: "exports/Active.m3u"))
    #expect(try await library.imported([path]).contains(where: wasImported))
    #expect(try library.status().imports.map(\.matched) == [0])
    library.configuration.reading.codePage = "windows-1251"
    #expect(try await library.imported([path]).contains(where: wasImported))
    #expect(try library.status().imports.map(\.matched) == [1])
    #expect(try library.status().imports.map(\.entries) == [1])
    // And only once.
    #expect(try await !library.imported([path]).contains(where: wasImported))
    // Statistics are Unicode whatever the owner says of other files.
    let statistics = try library.export(library.statistics(["b.flac": 7]), as: "s.xml")
    try await library.imported([statistics])
    library.configuration.reading.codePage = "windows-1252"
    #expect(try await !library.imported([statistics]).contains(where: wasImported))
  }

  @Test func aDateThatIsSetRightCountsInTheSamePlace() async throws {
    let library = try await ListenedLibrary(Self.names)
    let list = library.list(["a.flac"])
    let path = try library.export(list, as: "Active.m3u8", daysAgo: 1)
    try await library.imported([path])
    let first = try library.index.read { try $0.imports() }[0].exportedAt
    _ = try library.export(list, as: "Active.m3u8", daysAgo: 30)
    try await library.imported([path])
    let second = try library.index.read { try $0.imports() }[0].exportedAt
    #expect(first - second == 29 * 86_400)
    // A copy elsewhere that is older says nothing of the list here.
    try await library.imported([try library.export(list, as: "old/Active.m3u8", daysAgo: 60)])
    #expect(try library.index.read { try $0.imports() }.map(\.exportedAt) == [second])
  }

  @Test func aNameThatMakesAListActiveBringsItsDateAtOnce() async throws {
    let library = try await ListenedLibrary(Self.names)
    let list = library.list(["a.flac"])
    try await library.imported([try library.export(list, as: "Foo.m3u8", daysAgo: 1)])
    let first = try library.index.read { try $0.imports() }[0].exportedAt
    let active = try library.export(list, as: "Active.m3u8", daysAgo: 30)
    try await library.imported([active])
    let row = try library.index.read { try $0.imports() }[0]
    #expect(row.playlist == "Active" && first - row.exportedAt == 29 * 86_400)
    #expect(try await !library.imported([active]).contains(where: wasImported))
  }

  @Test func aDryRunTellsOfAListThatIsExportedAnew() async throws {
    var library = try await ListenedLibrary(Self.names)
    let full = library.list(Self.names)
    for (text, daysAgo) in [(full, 9.0), (library.list(["a.flac"]), 6)] {
      library.configuration.now = { ListenedLibrary.now - (daysAgo - 1) * 86_400 }
      try await library.imported([try library.export(text, as: "Active.m3u8", daysAgo: daysAgo)])
    }
    #expect(try library.status().labels[.bad] == Self.names.count - 1)
    library.configuration.now = { ListenedLibrary.now }
    let anew = try library.export(full, as: "Active.m3u8", daysAgo: 1)
    let preview = try ImportPreview([anew], index: library.index, configuration: library.configuration)
    #expect(preview.before[.bad] == Self.names.count - 1 && preview.after[.bad] == nil)
    #expect(preview.files[0].words.contains("4 would match"))
    try await library.imported([anew])
    #expect(try library.status().labels[.bad] ?? 0 == 0)
    let again = try ImportPreview([anew], index: library.index, configuration: library.configuration)
    #expect(again.files[0].words.contains("nothing would change"))
  }

  @Test func theInboxHoldsCopiesAndNoLinks() async throws {
    let library = try await ListenedLibrary(Self.names)
    let export = try library.export(library.statistics(["a.flac": 9]), as: "real/s.xml")
    let link = library.folder["exports/link.xml"]
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real/s.xml")
    let before = try FileManager.default.attributesOfItem(atPath: export.display)[.modificationDate] as? Date
    let copy = try InboxCopy.copy(FilePath(link), to: library.configuration.state, modified: 1_600_000_000)
    #expect(try FileManager.default.attributesOfItem(atPath: copy.display)[.type] as? FileAttributeType == .typeRegular)
    let after = try FileManager.default.attributesOfItem(atPath: export.display)[.modificationDate] as? Date
    #expect(before == after, "the owner's file is not touched")
    try FileManager.default.removeItem(atPath: export.display)
    #expect(try await library.pipeline.importInbox().contains(where: wasImported))
    #expect(throws: PipelineFailure.self) {
      let song = try library.folder.write("fLaC and no export", to: "exports/song.flac")
      try InboxCopy.copy(FilePath(song), to: library.configuration.state)
    }
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("sqlite3"))) func aDatabaseComesWithItsLog() async throws {
    let library = try await ListenedLibrary(Self.names)
    let database = library.folder["exports/metadb.sqlite"]
    try library.folder.write("", to: "exports/.keep")
    let script = library.folder["exports/fill.sql"]
    // The shell leaves the log where it is, as foobar2000 does while it runs.
    try library.folder.write(
      """
      PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
      CREATE TABLE t (x); INSERT INTO t VALUES (7);
      .shell cp '\(database)' '\(database)-wal' '\(library.folder["exports/"])live/'
      """, to: "exports/fill.sql")
    try library.folder.write("", to: "exports/live/.keep")
    try shell("sqlite3 '\(database)' < '\(script)'")
    let live = FilePath(library.folder["exports/live/metadb.sqlite"])
    let copy = library.folder["state/inbox/copy.sqlite"]
    try ExportCopy.write(live, to: FilePath(copy))
    #expect(!FileManager.default.fileExists(atPath: copy + "-wal"))
    #expect(try shell("sqlite3 '\(copy)' 'SELECT x FROM t'") == "7\n")
    // Without its log the database knows nothing of that.
    try FileManager.default.removeItem(atPath: live.display + "-wal")
    #expect(try shell("sqlite3 '\(live.display)' 'SELECT count(*) FROM sqlite_master'") == "0\n")
  }

  @discardableResult
  private func shell(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }
}
