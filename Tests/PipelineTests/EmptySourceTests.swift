import Foundation
import MusicIndex
import Pipeline
import TestSupport
import Testing
import Tracks

/// A source that is there and in which nothing lies yet, or any more.
@Suite struct EmptySourceTests {
  private func library(_ sources: String...) async throws -> ListenedLibrary {
    var library = try await ListenedLibrary(["a.flac", "b.flac"])
    for source in sources where source != "gone" {
      try FileManager.default.createDirectory(atPath: library.folder[source], withIntermediateDirectories: true)
    }
    library.configuration.sources = sources.map { FilePath(library.folder[$0]) }
    library.configuration.now = { Date().timeIntervalSince1970 }
    return library
  }

  private func look(_ library: ListenedLibrary) async throws -> Status {
    _ = try await library.pipeline.importInbox()
    _ = try await library.pipeline.label(incrementally: true)
    return try library.status()
  }

  @Test func itIsThereAndEmptyAndIsToldWhatToSaveThere() async throws {
    let library = try await library("gone", "exports")
    let status = try await look(library)
    #expect(status.sources.map(\.state) == [.away, .empty])
    let place = library.folder["exports"]
    #expect(
      status.sources[1].detail
        == "\(place): is there and empty; exports that are saved there are imported by themselves")
    #expect(status.advice.contains { $0.contains("as .m3u8, and save both into \(place)") }, "\(status.advice)")
    #expect(!status.advice.contains { $0.contains("inbox") }, "\(status.advice)")
  }

  @Test func whatLiesInFoldersOfItIsNotTaken() async throws {
    let library = try await library("exports")
    try library.folder.write(library.statistics(["a.flac": 9]), to: "exports/of today/Statistics.xml")
    let detail = try await look(library).sources[0].detail
    #expect(
      detail?.contains("is there, but nothing that can be imported lies directly in it") == true, "\(detail ?? "")")
  }

  @Test func emptiedItKeepsWhatWasRead() async throws {
    let library = try await library("exports")
    try library.folder.write(library.list(["a.flac"]), to: "exports/Active.m3u8")
    let before = try await look(library)
    #expect(before.sources.map(\.state) == [.read])
    #expect(
      before.advice.contains { $0.contains("as well, and save the file into \(library.folder["exports"])") },
      "\(before.advice)")
    try FileManager.default.removeItem(atPath: library.folder["exports/Active.m3u8"])
    let after = try await look(library)
    #expect(after.sources.map(\.state) == [.empty])
    #expect(after.sources[0].detail?.hasSuffix("is its disk mounted? What was read of it before stands") == true)
    #expect(after.imports.count == 1)
  }

  @Test func whereNoneAnswersTheAdviceNamesThemAll() async throws {
    let library = try await library("gone")
    let advice = try await look(library).advice
    #expect(advice.contains { $0.contains("to what `sources` names: \(library.folder["gone"])") }, "\(advice)")
    var without = library
    without.configuration.sources = []
    let plain = try await look(without).advice
    #expect(plain.contains { $0.contains("drop both into ") && $0.contains("/inbox") }, "\(plain)")
  }
}
