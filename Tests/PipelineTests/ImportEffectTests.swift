import Foundation
import Labelling
import MusicIndex
import Pipeline
import TestSupport
import Testing
import Tracks

/// What imports change, and what is told of it before and after.
@Suite struct ImportEffectTests {
  private static let names = ["a.flac", "b.flac", "c.flac", "d.flac", "e.flac", "f.flac"]

  @Test func theStatusTellsWhatTheNewestImportChanged() async throws {
    let library = try await ListenedLibrary(Self.names)
    #expect(try library.status().changes == nil)
    try await library.imported([
      try library.export(library.statistics(["a.flac": 9, "b.flac": 2]), as: "s.xml", daysAgo: 9),
      try library.export(library.list(["a.flac", "b.flac", "c.flac", "d.flac"]), as: "Active.m3u8", daysAgo: 9),
    ])
    #expect(try library.status().changes?.words == "1 newly good, 2 newly bad")
    // b left the playlist, e came back, c was played.
    try await library.imported([
      try library.export(library.statistics(["a.flac": 9, "b.flac": 2, "c.flac": 6]), as: "s.xml", daysAgo: 1),
      try library.export(library.list(["a.flac", "c.flac", "d.flac", "e.flac"]), as: "Active.m3u8", daysAgo: 1),
    ])
    #expect(try library.status().changes?.words == "1 newly good, 1 newly bad, 1 no longer bad")
    #expect(try library.labels()["b.flac"] == "bad archivedNotActive 2")
    #expect(try library.labels()["e.flac"] == "unheard neverPlayed -")
    // A labelling without an import takes nothing of that away.
    _ = try await library.pipeline.label()
    #expect(try library.status().changes?.words == "1 newly good, 1 newly bad, 1 no longer bad")
    let told = try Pipeline.explain(
      TrackPlace(path: FilePath(library.file("e.flac"))), index: library.index, configuration: library.configuration)
    #expect(told.past.count == 2)
    #expect(told.past[0].words("Monday").hasPrefix("On Monday it became bad (archived, not active)"))
    #expect(told.past[1].words("").contains("unheard") && told.rules.last?.contains("unheard") == true)
  }

  /// A file that is moved as a copy and a deletion: the copy has what was told of the other, and keeps it when that is
  /// forgotten.
  @Test func aCopyInheritsFromTheFileThatIsGone() async throws {
    let library = try await ListenedLibrary(Self.names)
    let all = Self.names + ["good.flac", "active.flac"]
    try await library.imported([
      try library.export(library.statistics(["a.flac": 9, "b.flac": 2]), as: "s.xml", daysAgo: 9),
      try library.export(library.list(["a.flac", "c.flac"]), as: "Active.m3u8", daysAgo: 9),
    ])
    for (from, to) in [("a.flac", "good.flac"), ("c.flac", "active.flac")] {
      try FileManager.default.copyItem(atPath: library.file(from), toPath: library.file(to))
    }
    _ = try await library.pipeline.scan()
    try library.index.write { transaction in
      for (from, to) in [("a.flac", "good.flac"), ("c.flac", "active.flac")] {
        let file = try #require(try transaction.file(at: FilePath(library.file(to))))
        let number = Self.names.firstIndex(of: from)!
        let probed = ProbedAudio(
          properties: AudioProperties(
            codec: "flac", sampleRate: 44_100, channels: 2, frames: Int64((100 + 7 * Double(number)) * 44_100)),
          tags: TrackTags(),
          identity: AudioIdentity(scheme: .flacMD5, digest: Array(repeating: UInt8(number + 1), count: 16)))
        _ = try transaction.setProbed(
          file.id, probed, version: FeatureVariant.dense.version, at: ListenedLibrary.now)
      }
    }
    _ = try await library.pipeline.label()
    #expect(try all.map { try library.labels()[$0] ?? "" }.filter { $0.hasPrefix("excluded duplicate") }.count == 2)
    for name in ["a.flac", "c.flac"] { try FileManager.default.removeItem(atPath: library.file(name)) }
    #expect(try await library.pipeline.scan().missing == 2)
    _ = try await library.pipeline.label()
    func expectTheHistory() throws {
      #expect(try library.labels()["good.flac"] == "good plays 9")
      #expect(try library.labels()["active.flac"] == "unheard neverPlayed -")
    }
    try expectTheHistory()
    #expect(try library.index.write { try $0.forgetFiles(missingBefore: .infinity) } == 2)
    _ = try await library.pipeline.label()
    try expectTheHistory()
  }

  @Test func aDryRunTellsWhatTheImportThenDoes() async throws {
    let library = try await ListenedLibrary(Self.names)
    try await library.imported([
      try library.export(library.statistics(["a.flac": 9, "b.flac": 2]), as: "s.xml", daysAgo: 9),
      try library.export(library.list(Self.names), as: "Active.m3u8", daysAgo: 9),
    ])
    let exports = [
      try library.export(library.statistics(["a.flac": 9, "b.flac": 2, "c.flac": 6]), as: "s.xml", daysAgo: 1),
      try library.export(library.list(["a.flac", "c.flac", "d.flac"]), as: "Active.m3u8", daysAgo: 1),
      try library.export("garbage", as: "garbage.bin"),
    ]
    let before = try library.state()
    let preview = try ImportPreview(exports, index: library.index, configuration: library.configuration)
    #expect(try library.state() == before)
    #expect(preview.files.map(\.isRefused) == [false, false, true])
    #expect(preview.files[0].words.contains("3 would match") && preview.files[0].words.contains("1 track would rise"))
    #expect(preview.files[1].words.contains("\"Active\" is an active one"))
    #expect(preview.before == [.good: 1, .undecided: 1, .unheard: 4])
    #expect(preview.after == [.good: 2, .bad: 3, .unheard: 1])
    try await library.imported(exports)
    #expect(try library.status().labels.filter { $0.value > 0 } == preview.after)
    let known = try ImportPreview(
      Array(exports.prefix(2)), index: library.index, configuration: library.configuration)
    #expect(known.changes.count == 0 && known.files.allSatisfy { $0.words.contains("imported before") })
  }

  @Test func whereNothingIsBadTheOptionalRulesAreProposedWithCounts() async throws {
    let library = try await ListenedLibrary(Self.names)
    let day = 864_000_000_000
    let now = (Int(ListenedLibrary.now) + 11_644_473_600) * 10_000_000
    func entry(_ name: String, _ attributes: String) -> String {
      "<Entry ID=\"\(name.utf8.first ?? 0)\" \(attributes)><Item Path=\"\(library.file(name))\"/></Entry>\n"
    }
    let text = library.document(
      entry("a.flac", "Count=\"9\" Rating=\"234\"") + entry("b.flac", "Count=\"1\" Rating=\"63\"")
        + entry("c.flac", "Count=\"2\" LastPlayed=\"\(now - 200 * day)\" Added=\"\(now - 400 * day)\"")
        + entry("d.flac", "Count=\"2\" LastPlayed=\"\(now - 20 * day)\" Added=\"\(now - 400 * day)\""))
    try await library.imported([try library.export(text, as: "s.xml")])
    let advice = try library.status().advice.joined(separator: "\n")
    #expect(advice.contains("`labels: {ratings: on}` would make 1 track good (4 and 5 stars) and 1 bad"))
    #expect(advice.contains("`labels: {neglected: on}` would make 1 track bad"))
    var strict = library
    strict.configuration.rules.usesRatings = true
    strict.configuration.rules.usesNeglect = true
    _ = try await strict.pipeline.label()
    let labels = try strict.labels()
    #expect(labels["a.flac"] == "good rated 9" && labels["b.flac"] == "bad rated 1")
    #expect(labels["c.flac"] == "bad neglected 2" && labels["d.flac"] == "undecided tooFewPlays 2")
    #expect(try !strict.status().advice.contains { $0.contains("labels: {") })
  }
}
