import Foundation
import Glibc
import MusicIndex
import Pipeline
import TestSupport
import Testing
import Tracks

/// What the owner names under `sources`: read where it lies, again and again.
@Suite(.enabled(if: BuiltProgram.isInstalled("python3"), "python3 is not installed")) struct SourceTests {
  private static let names = ["a.flac", "b.flac", "c.flac", "d.flac", "e.flac", "f.flac"]

  /// A library with a profile that another process holds open: a to d were played, and are active with e.
  private func setUp(_ plays: [Int] = [9, 8, 2, 1]) async throws -> (ListenedLibrary, LiveProfile) {
    var library = try await ListenedLibrary(Self.names)
    let profile = try LiveProfile(library.folder["profile"])
    try profile.put(zip(Self.names, plays).map { (library.file($0), $1) })
    try profile.list("Active", Self.names.prefix(5).map(library.file))
    library.configuration.sources = [FilePath(profile.path)]
    library.configuration.now = { Date().timeIntervalSince1970 }
    return (library, profile)
  }

  private func look(_ library: ListenedLibrary) async throws -> [ImportOutcome] {
    let outcomes = try await library.pipeline.importInbox()
    _ = try await library.pipeline.label(incrementally: true)
    return outcomes
  }

  private func records(_ library: ListenedLibrary) throws -> Int {
    try library.index.read { transaction in
      var count = 0
      for row in try transaction.imports() { try transaction.forEachRecord(of: row.id) { _ in count += 1 } }
      return count
    }
  }

  private func isImported(_ outcome: ImportOutcome) -> Bool {
    if case .imported = outcome { true } else { false }
  }

  @Test func aSourceIsOneImportHoweverOftenItChanges() async throws {
    let (library, profile) = try await setUp()
    _ = try await look(library)
    #expect(try library.labels()["c.flac"] == "undecided tooFewPlays 2")
    #expect(try library.labels()["f.flac"]?.hasPrefix("bad archivedNotActive") == true)
    let before = (try records(library), try library.index.read { try $0.imports() }.map(\.id).sorted())
    for count in 3...12 {
      try profile.play(library.file("c.flac"), count: count)
      let outcomes = try await look(library)
      #expect(outcomes.count(where: isImported) == 1)
      #expect(try library.labels()["c.flac"]?.hasSuffix(" \(count)") == true)
    }
    let after = (try records(library), try library.index.read { try $0.imports() }.map(\.id).sorted())
    #expect(after == before, "\(after) \(before)")
    #expect(try library.status().imports.count == 2 && library.status().imports.allSatisfy { $0.missing == 0 })
    #expect(try library.status().sources.map(\.state) == [.read])
    // Only what changed is matched: nothing is due.
    #expect(try !library.pipeline.isMatchingDue())
    #expect(try await look(library).allSatisfy { !isImported($0) })
  }

  @Test func countsNeverFallAndWhatIsGoneKeepsItsPlays() async throws {
    let (library, profile) = try await setUp()
    _ = try await look(library)
    try profile.play(library.file("a.flac"), count: 3)
    try profile.send("drop \(library.file("b.flac"))")
    _ = try await look(library)
    let labels = try library.labels()
    #expect(labels["a.flac"] == "good plays 9" && labels["b.flac"] == "good plays 8", "\(labels)")
    let row = try #require(try library.status().imports.first { $0.kind == "metadb" })
    #expect((row.entries, row.matched, row.missing) == (3, 3, 0))
    // And back again, with more.
    try profile.play(library.file("b.flac"), count: 20)
    _ = try await look(library)
    #expect(try library.labels()["b.flac"] == "good plays 20")
    #expect(try library.index.read { try $0.imports() }.count == 2)
  }

  @Test func whatWasLostChangesNoLabel() async throws {
    let (library, profile) = try await setUp()
    _ = try await look(library)
    let labels = try library.labels()
    // Gone for a while, then there as new as after a reinstallation, then as it was.
    let away = library.folder["away"]
    try profile.kill()
    try FileManager.default.moveItem(atPath: profile.path, toPath: away)
    _ = try await look(library)
    #expect(try library.labels() == labels)
    #expect(try library.status().sources.map(\.state) == [.away])
    #expect(try library.status().advice.contains { $0.contains("\(profile.path): is not there") })
    let fresh = try LiveProfile(profile.path, plays: [(library.file("a.flac"), 1)])
    _ = try await look(library)
    #expect(try library.labels() == labels, "of a wiped profile nothing is taken back")
    try fresh.kill()
    try FileManager.default.removeItem(atPath: profile.path)
    try FileManager.default.moveItem(atPath: away, toPath: profile.path)
    let again = try LiveProfile(profile.path)
    try again.play(library.file("c.flac"), count: 7)
    _ = try await look(library)
    #expect(try library.labels()["c.flac"] == "good plays 7")
    #expect(try library.index.read { try $0.imports() }.count == 2, "and all states are one import again")
    #expect(try library.status().sources.map(\.state) == [.read])
  }

  @Test func nothingIsWrittenIntoASource() async throws {
    let (library, profile) = try await setUp()
    let before = try profile.contents()
    _ = try await look(library)
    #expect(try profile.contents() == before)
    // Nor where its writer is gone, and SQLite would make an index of the log.
    try profile.kill()
    try FileManager.default.removeItem(atPath: profile.path + "/metadb.sqlite-shm")
    let crashed = try profile.contents()
    #expect(crashed.contains { $0.hasPrefix("metadb.sqlite-wal") && !$0.contains(" 0 ") })
    _ = try await library.pipeline.importInbox()
    #expect(try profile.contents() == crashed)
  }

  /// Copies that a program is still making, or has torn: half of it, room for it without its bytes, one page of another.
  @Test(arguments: ["half", "zeros", "empty", "mixed"]) func aTornCopyIsNotTaken(kind: String) async throws {
    let (library, profile) = try await setUp([9, 8, 2, 1])
    _ = try await look(library)
    let labels = try library.labels()
    try profile.put((1...400).map { (library.folder["elsewhere/\($0).flac"], $0) })
    try profile.play(library.file("c.flac"), count: 7)
    try profile.send("sql PRAGMA wal_checkpoint(TRUNCATE)")
    try profile.kill()
    let database = profile.path + "/metadb.sqlite"
    let whole = try Data(contentsOf: URL(fileURLWithPath: database))
    var torn = whole
    switch kind {
    case "half": torn = whole.prefix(whole.count / 2)
    case "zeros": torn.replaceSubrange(8_192..., with: Data(count: whole.count - 8_192))
    case "empty": torn = Data()
    default:
      for page in stride(from: 8_192, to: whole.count, by: 8_192) {
        torn.replaceSubrange(page..<page + 4_096, with: whole[4_096..<8_192])
      }
    }
    try torn.write(to: URL(fileURLWithPath: database))
    let outcomes = try await look(library)
    #expect(!outcomes.contains(where: isImported), "\(outcomes)")
    #expect(try library.labels() == labels)
    let source = try #require(try library.status().sources.first)
    #expect(source.state == .failing && source.detail?.contains("tried again") == true, "\(source)")
    #expect(try library.status().imports.allSatisfy { $0.refusal == nil })
    try whole.write(to: URL(fileURLWithPath: database))
    _ = try await look(library)
    #expect(try library.labels()["c.flac"] == "good plays 7")
    #expect(try library.status().sources.map(\.state) == [.read])
  }

  /// Whoever writes all the time keeps nobody from reading a state that was there.
  @Test func aWriterAtWorkIsReadConsistently() async throws {
    let (library, profile) = try await setUp()
    try profile.play(library.file("d.flac"), count: 2)
    let running = Task.detached {
      for count in 3..<200 {
        try profile.put([(library.file("c.flac"), count), (library.file("d.flac"), count)])
      }
    }
    var looks = 0
    repeat {
      let outcomes = try await library.pipeline.importInbox()
      #expect(outcomes.allSatisfy { if case .refused = $0 { false } else { true } })
      let plays = try library.index.read { transaction in
        var plays: [String: Int] = [:]
        for row in try transaction.imports() where row.kind == "metadb" {
          try transaction.forEachRecord(of: row.id) { stored in
            plays[FilePath(stored.record.locations[0].path).name.display] = stored.record.playCount
          }
        }
        return plays
      }
      #expect(plays["c.flac"] == plays["d.flac"] || plays["c.flac"] == 2, "\(plays)")
      looks += 1
    } while looks < 5
    try await running.value
    _ = try await look(library)
    #expect(try library.labels()["d.flac"] == "good plays 199")
  }

  @Test func linksFoldersAndFilesAreSources() async throws {
    var (library, profile) = try await setUp()
    let link = library.folder["link"]
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: profile.path)
    try library.folder.write(library.statistics(["e.flac": 7]), to: "saved/Statistics.xml")
    try library.folder.write("a note", to: "saved/read me.txt")
    try library.folder.write("\0\u{1}\u{2}", to: "saved/theme.fth")
    let single = try library.folder.write(library.list(["f.flac"]), to: "one/Active two.m3u8")
    library.configuration.sources = [link, library.folder["saved"], single, library.folder["none"]].map { FilePath($0) }
    _ = try await look(library)
    let status = try library.status()
    #expect(status.sources.map(\.state) == [.read, .read, .read, .away], "\(status.sources)")
    #expect(Set(status.imports.map(\.file.name.display)).count == 4, "\(status.imports)")
    #expect(status.imports.allSatisfy { $0.refusal == nil && $0.missing == 0 })
    let labels = try library.labels()
    #expect(labels["e.flac"] == "good plays 7" && labels["f.flac"]?.hasPrefix("unheard") == true, "\(labels)")
    // A folder in which nothing is of use says so.
    try FileManager.default.removeItem(atPath: library.folder["saved/Statistics.xml"])
    _ = try await look(library)
    #expect(try library.status().sources[1].state == .failing)
  }

  @Test func anEmptiedListAndALostIndexTakeNothingAway() async throws {
    let (library, profile) = try await setUp()
    _ = try await look(library)
    let labels = try library.labels()
    try profile.list("Active", [])
    _ = try await look(library)
    #expect(try library.labels() == labels)
    try profile.list("Active", Self.names.prefix(4).map(library.file))
    try FileManager.default.removeItem(atPath: profile.path + "/playlists-v2.0/index.txt")
    _ = try await look(library)
    #expect(try library.labels()["f.flac"]?.hasPrefix("bad") == true)
    #expect(try library.status().imports.map(\.kind).sorted() == ["fplite", "metadb"])
    // The list under its name again, without one that was there: that one is archived.
    try profile.list("Active", Self.names.prefix(4).map(library.file))
    _ = try await look(library)
    #expect(try library.labels()["e.flac"]?.hasPrefix("bad archivedNotActive") == true)
  }

  @Test func anOlderFileInItsPlaceIsNoNewerState() async throws {
    var library = try await ListenedLibrary(Self.names)
    library.configuration.sources = [FilePath(library.folder["exports"])]
    _ = try library.export(library.statistics(["a.flac": 9]), as: "s.xml", daysAgo: 9)
    _ = try library.export(library.list(["a.flac", "b.flac"]), as: "Active.m3u8", daysAgo: 1)
    _ = try await look(library)
    let labels = try library.labels()
    #expect(labels["c.flac"]?.hasPrefix("bad") == true)
    _ = try library.export(library.list(["a.flac"]), as: "Active.m3u8", daysAgo: 5)
    _ = try await look(library)
    #expect(try library.labels() == labels)
    _ = try library.export(library.list(["a.flac", "b.flac", "c.flac"]), as: "Active.m3u8", daysAgo: 0.5)
    _ = try await look(library)
    #expect(try library.labels()["c.flac"]?.hasPrefix("unheard") == true)
    #expect(try library.index.read { try $0.imports() }.count == 2)
  }

  @Test func aPlantedPipeInASourceKeepsNobodyWaiting() async throws {
    var (library, profile) = try await setUp()
    for (name, target) in [("x.m3u8", "/dev/zero"), ("loop.xml", "loop.xml")] {
      try FileManager.default.createSymbolicLink(atPath: profile.path + "/" + name, withDestinationPath: target)
    }
    #expect(mkfifo(profile.path + "/pipe.m3u8", 0o644) == 0)
    library.configuration.sources.append(FilePath(profile.path + "/pipe.m3u8"))
    _ = try await look(library)
    #expect(try library.labels()["a.flac"] == "good plays 9")
    #expect(try library.status().sources.map(\.state) == [.read, .away])
  }
}
