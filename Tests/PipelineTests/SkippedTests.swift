import Foundation
import Labelling
import MusicIndex
import Pipeline
import TestSupport
import Testing
import Tracks

/// Skips on their way from an export to a label, and through an export that changes.
@Suite struct SkippedTests {
  @Test func skipsReachTheLabelAndAreRenewed() async throws {
    var library = try await ListenedLibrary(["a.flac", "b.flac", "c.flac", "d.flac"])
    library.configuration.rules.usesSkips = true
    library.configuration.now = { Date().timeIntervalSince1970 }
    library.configuration.sources = [FilePath(library.folder["source"])]
    func look(_ rows: [(name: String, plays: String, skips: String)]) async throws -> [String: String] {
      let lines = rows.map { "\(library.file($0.name))\t\($0.plays)\t\($0.skips)\n" }
      try library.folder.write("path\tplay_count\tskip_count\n" + lines.joined(), to: "source/table.txt")
      _ = try await library.pipeline.importInbox()
      _ = try await library.pipeline.label(incrementally: true)
      return try library.labels()
    }
    func told(_ name: String) throws -> [String] {
      try Pipeline.explain(
        TrackPlace(path: FilePath(library.file(name))), index: library.index, configuration: library.configuration
      ).rules
    }
    let first = try await look([("a.flac", "1", "3"), ("b.flac", "1", "2"), ("c.flac", "", "5"), ("d.flac", "1", "0")])
    #expect(first["a.flac"] == "bad skipped 1" && first["b.flac"] == "undecided tooFewPlays 1")
    #expect(try told("a.flac").contains("Skips: 3 skips.") && told("c.flac").contains("Skips: 5 skips."))
    // One skip more, and nothing else, is a change; what is gone is remembered, and a count never falls.
    let second = try await look([("a.flac", "1", "1"), ("b.flac", "1", "3"), ("d.flac", "1", "0")])
    #expect(second["b.flac"] == "bad skipped 1" && second["a.flac"] == "bad skipped 1")
    #expect(try told("c.flac").contains("Skips: 5 skips.") && told("a.flac").contains("Skips: 3 skips."))
  }
}
