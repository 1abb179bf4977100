import Foobar2000
import Foundation
import Labelling
import MusicIndex
import Pipeline
import ServiceState
import TestSupport
import Testing
import Tracks

@Suite struct ImportTests {
  private static let names = ["a.flac", "b.flac", "c.flac", "d.flac", "e.flac", "f.flac"]

  private func wasImported(_ outcome: ImportOutcome) -> Bool {
    if case .imported = outcome { true } else { false }
  }

  @Test func theSameExportTwiceChangesNothing() async throws {
    let library = try await ListenedLibrary(Self.names)
    let exports = [
      try library.export(library.statistics(["a.flac": 9, "b.flac": 2, "c.flac": 0, "d.flac": 1]), as: "s.xml"),
      try library.export(library.list(["a.flac", "c.flac"]), as: "Active.m3u8"),
    ]
    try await library.imported(exports)
    #expect(
      try library.labels() == [
        "a.flac": "good plays 9", "b.flac": "bad archivedNotActive 2", "c.flac": "unheard neverPlayed 0",
        "d.flac": "bad archivedNotActive 1", "e.flac": "bad archivedNotActive -", "f.flac": "bad archivedNotActive -",
      ])
    let before = try library.state()
    let again = try await library.imported(exports)
    #expect(!again.contains(where: wasImported))
    #expect(try library.state() == before)
    // A copy under another name is the same export, even if the copying dated it anew.
    let copies = [
      try library.export(library.statistics(["a.flac": 9, "b.flac": 2, "c.flac": 0, "d.flac": 1]), as: "s (1).xml"),
      try library.export(library.list(["a.flac", "c.flac"]), as: "Active (1).m3u8", daysAgo: 0),
    ]
    #expect(try await !library.imported(copies).contains(where: wasImported))
    #expect(try library.state() == before)
  }

  @Test func aCopyNeverKeepsAnOldListAlive() async throws {
    let library = try await ListenedLibrary(Self.names)
    let old = library.list(Self.names)
    try await library.imported([
      try library.export(old, as: "Active.m3u8", daysAgo: 9),
      try library.export(old, as: "Active (1).m3u8", daysAgo: 8),
      try library.export(library.list(["a.flac"]), as: "Active.m3u8 new/Active.m3u8", daysAgo: 1),
    ])
    #expect(try library.status().labels[.bad] == 5)
  }

  /// What was true once, then was not, can be true again.
  @Test func theSameListExportedAnewIsTheNewest() async throws {
    var library = try await ListenedLibrary(Self.names)
    let full = library.list(Self.names)
    func arrives(_ text: String, daysAgo: Double, on day: Double) async throws {
      library.configuration.now = { ListenedLibrary.now - day * 86_400 }
      try await library.imported([try library.export(text, as: "Active.m3u8", daysAgo: daysAgo)])
    }
    try await arrives(full, daysAgo: 9, on: 8)
    #expect(try library.status().labels[.bad] ?? 0 == 0)
    try await arrives(library.list(["a.flac", "b.flac", "c.flac"]), daysAgo: 6, on: 5)
    #expect(try library.status().labels[.bad] == Self.names.count - 3)
    try await arrives(full, daysAgo: 2, on: 1)
    #expect(try library.status().labels[.bad] ?? 0 == 0)
  }

  @Test func aListThatIsGivenAnActiveNameBecomesActive() async throws {
    let library = try await ListenedLibrary(Self.names)
    let list = library.list(["a.flac"])
    try await library.imported([try library.export(list, as: "favourites.m3u8")])
    #expect(try library.status().labels[.bad] ?? 0 == 0)
    try await library.imported([try library.export(list, as: "active.m3u8")])
    #expect(try library.status().labels[.bad] == 5)
    // And it stays so when the other name comes round again.
    try await library.imported([try library.export(list, as: "favourites.m3u8")])
    #expect(try library.status().labels[.bad] == 5 && library.status().imports.count == 1)
  }

  @Test func anOlderExportNeverLowersACountAndTwoMachinesMergeByMaximum() async throws {
    let library = try await ListenedLibrary(Self.names)
    try await library.imported([
      try library.export(library.statistics(["a.flac": 9, "b.flac": 1]), as: "new.xml", daysAgo: 1)
    ])
    try await library.imported([
      try library.export(library.statistics(["a.flac": 3, "b.flac": 7, "c.flac": 6]), as: "old.xml", daysAgo: 90)
    ])
    let labels = try library.labels()
    #expect(labels["a.flac"] == "good plays 9" && labels["b.flac"] == "good plays 7")
    #expect(labels["c.flac"] == "good plays 6")
  }

  /// Two exports that were put together name a history twice.
  @Test func aHistoryThatStandsTwiceCountsOnce() async throws {
    let library = try await ListenedLibrary(Self.names)
    let item = "<Item Path=\"\(library.file("a.flac"))\"/>"
    let twice = [5, 9, 7].map { "<Entry ID=\"ab\" Count=\"\($0)\">\(item)</Entry>\n" }.joined()
    try await library.imported([try library.export(library.document(twice), as: "s.xml")])
    #expect(try library.labels()["a.flac"] == "good plays 9")
  }

  @Test func aCountThatGrewIsTakenAsItIs() async throws {
    let library = try await ListenedLibrary(Self.names)
    for (plays, days) in [(9, 3.0), (11, 2)] {
      try await library.imported([
        try library.export(library.statistics(["a.flac": plays]), as: "s.xml", daysAgo: days)
      ])
    }
    #expect(try library.labels()["a.flac"] == "good plays 11")
  }

  @Test func filesThatShareAHistoryCountOnce() async throws {
    let same = TrackTags(title: "Song", artist: "Band", album: "Album", trackNumber: "1")
    let names = ["x/song.flac", "y/song.mp3", "untagged 1.flac", "untagged 2.flac"]
    let library = try await ListenedLibrary(
      names, tags: [names[0]: same, names[1]: same, names[2]: TrackTags(), names[3]: TrackTags()],
      seconds: [names[0]: 201.5, names[1]: 200, names[2]: 150, names[3]: 150])
    func items(_ files: [String]) -> String { files.map { "<Item Path=\"\(library.file($0))\"/>" }.joined() }
    let both = items(Array(names.prefix(2)))
    let others = items(Array(names.suffix(2)))
    try await library.imported([
      try library.export(
        library.document(
          "<Entry ID=\"1\" Count=\"7\">\(both)</Entry>\n<Entry ID=\"2\" Count=\"8\">\(others)</Entry>\n"), as: "s.xml")
    ])
    let labels = try library.labels()
    #expect(labels[names[0]] == "good plays 7" && labels[names[1]] == "excluded duplicate 7")
    // Tracks without tags share a history only because foobar2000 cannot tell them apart.
    #expect(labels.values.filter { $0.contains("duplicate") }.count == 1)
  }

  @Test func hashOnlyStatisticsAreJoinedByTimeWithAnotherExport() async throws {
    let library = try await ListenedLibrary(Self.names)
    let first = 1_600_000_000
    func ticks(_ seconds: Int) -> Int { (seconds + 11_644_473_600) * 10_000_000 }
    let hashes = Self.names.enumerated().map { number, _ in
      "<Entry ID=\"\(number)f\" Count=\"\(number + 4)\" FirstPlayed=\"\(ticks(first + number * 60))\"/>\n"
    }.joined()
    let export = try library.export(library.document(hashes), as: "old.xml")
    guard case .refused(let row) = try await library.imported([export])[0] else {
      Issue.record("a hash-only export has no tracks")
      return
    }
    #expect(row.refusal?.contains("Text Tools") == true && row.refusalReason == "hashOnly")
    // Told once, and remembered.
    #expect(try await library.imported([export]) == [.known(try library.index.read { try $0.imports()[0] })])

    var text = "path\tfirst_played\n"
    for (number, name) in Self.names.enumerated() where name != "f.flac" {
      let date = Date(timeIntervalSince1970: Double(first + number * 60)).formatted(.iso8601)
      text += "\(library.file(name))\t\(date.dropLast().replacingOccurrences(of: "T", with: " "))\n"
    }
    var utc = library
    utc.configuration.reading.timeZone = "UTC"
    let table = try utc.export(text, as: "table.txt")
    // The companion may come in the same breath, before or after, or long before.
    let outcomes = try await utc.imported([export, table])
    #expect(outcomes.allSatisfy(wasImported))
    let labels = try utc.labels()
    #expect(labels["a.flac"] == "undecided tooFewPlays 4" && labels["c.flac"] == "good plays 6")
    #expect(labels["e.flac"] == "good plays 8" && labels["f.flac"] == "unheard neverPlayed -")
    let joined = try #require(try utc.status().imports.first { $0.file == export })
    #expect(joined.warnings.contains { $0.contains("5 of 6 were named by their times in table.txt") })
  }

  @Test func statisticsInTagsAddToWhatImportsSay() async throws {
    func tags(_ statistics: [String: String]) -> TrackTags {
      TrackTags(title: statistics.description, artist: "x", statistics: statistics)
    }
    let library = try await ListenedLibrary(
      ["a.flac", "b.flac", "c.flac"],
      tags: [
        "a.flac": tags(["PLAY_COUNT": "8", "FIRST_PLAYED_TIMESTAMP": "132174539906814579"]),
        "b.flac": tags(["PLAY_COUNT": "8"]), "c.flac": tags(["RATING": "5"]),
      ])
    _ = try await library.pipeline.label()
    #expect(try library.labels()["a.flac"] == "good plays 8" && library.labels()["b.flac"] == "good plays 8")
    #expect(try library.labels()["c.flac"] == "unheard neverPlayed -")
    try await library.imported([try library.export(library.statistics(["a.flac": 11, "b.flac": 2]), as: "s.xml")])
    #expect(try library.labels()["a.flac"] == "good plays 11")
    #expect(try library.labels()["b.flac"] == "good plays 8" && library.status().taggedFiles == 2)
    var rated = library
    rated.configuration.rules.usesRatings = true
    _ = try await rated.pipeline.label()
    #expect(try rated.labels()["c.flac"] == "good rated -")
  }

  @Test func aTruncatedFileIsRefusedWholeAndRememberedByItsContents() async throws {
    let library = try await ListenedLibrary(Self.names)
    let text = library.statistics(["a.flac": 9, "b.flac": 8])
    let half = String(text.dropLast(30))
    let refused = try library.export(half, as: "s.xml")
    guard case .refused = try await library.imported([refused])[0] else {
      Issue.record("a truncated export is refused")
      return
    }
    #expect(try library.labels()["a.flac"] == "unheard neverPlayed -")
    guard case .known = try await library.imported([try library.export(half, as: "other.xml")])[0] else {
      Issue.record("the same damage under another name is told once")
      return
    }
    #expect(try library.status().imports.map(\.refusal).count == 1)
    // Whole again, it is imported.
    #expect(try await library.imported([try library.export(text, as: "s.xml")]).contains(where: wasImported))
    #expect(try library.labels()["a.flac"] == "good plays 9")
    // What is malformed costs itself.
    let broken = text.replacingOccurrences(of: "Count=\"8\"", with: "Count=\"8 \" <")
    try await library.imported([try library.export(broken + " ", as: "broken.xml")])
    #expect(try library.status().imports.contains { $0.entries == 1 && $0.warnings.count >= 1 })
  }

  @Test func garbageInTheInboxIsToldOnceAndListedAsLongAsItLiesThere() async throws {
    let library = try await ListenedLibrary(Self.names)
    let inbox = library.configuration.state.inbox.display
    try Data("nothing of interest".utf8).write(to: URL(fileURLWithPath: inbox + "/notes.doc"))
    guard case .refused? = try await library.pipeline.importInbox().first else {
      Issue.record("garbage is refused")
      return
    }
    for _ in 0..<2 {
      let again = try await library.pipeline.importInbox()
      guard case .known(let row)? = again.first else {
        Issue.record("garbage is told once")
        return
      }
      #expect(row.refusal != nil && again.count == 1)
    }
    #expect(try library.status().imports.map { $0.refusal != nil } == [true])
    try FileManager.default.removeItem(atPath: inbox + "/notes.doc")
    #expect(try await library.pipeline.importInbox().isEmpty)
    #expect(try library.status().imports.isEmpty)
  }
}
