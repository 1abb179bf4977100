import AnalysisWorker
import Foundation
import MusicIndex
import Playlists
import TasteModel
import Testing
import Tracks

@testable import Pipeline

/// What a model depends on, and what the list is chosen from.
@Suite struct TaughtLibraryTests {
  @Test func tracksThatNoListCanNameLeaveTheirPlacesToOthers() async throws {
    let judged = (0..<60).map { "song \($0).flac" }
    let unheard = (0..<5).map { "line\nbreak \($0).flac" } + (0..<3).map { "plain \($0).flac" }
    let taught = try await TaughtLibrary(judged + unheard) { configuration in
      (configuration.selection.atLeast, configuration.selection.atMost) = (3, 3)
      configuration.selection.shortest = 0
    }
    try await taught.judge(0..<60) { $0 % 20 < 8 ? .good : .bad }
    _ = try await taught.pipeline.train()
    #expect(try await taught.pipeline.score() == 68)
    let outcome = try await taught.pipeline.writePlaylist()
    #expect(outcome.tracks == 3, "\(outcome)")
    #expect(!outcome.warnings.isEmpty && outcome.warnings.allSatisfy { $0.contains("line break") })
    let text = try String(contentsOfFile: #require(outcome.file).display, encoding: .utf8)
    #expect(text.split(separator: "\n").count { $0.hasSuffix(".flac") && $0.contains("plain") } == 3, "\(text)")
    #expect(try taught.library.status().playlist.standing?.tracks == 3)
    // What the owner thinks of them is the record that bounds the next list, with the probabilities that were stated.
    let model = try #require(try ActiveModel.load(taught.index)?.model)
    let stated = try taught.index.read { try $0.recommendations().map(\.probability) }
    #expect(try taught.index.read { try RecommendationRecord.newest($0, model) } == RecommendationRecord())
    try await taught.judge(65..<68) { $0 == 65 ? .good : .bad }
    let record = try taught.index.read { try RecommendationRecord.newest($0, model) }
    #expect(record.judged == 3 && record.liked == 1 && record.probabilities.sorted() == stated.sorted())
    await taught.pool.shutdown()
  }

  @Test func aSongWithoutAnAlbumThatMovesIsANewReasonToTrain() async throws {
    let names = (0..<60).map { "folder \($0 % 6)/song \($0).flac" }
    let taught = try await TaughtLibrary(names)
    try await taught.judge(0..<60) { $0 % 20 < 8 ? .good : .bad }
    #expect(try await taught.pipeline.train() == .accepted)
    #expect(try await taught.pipeline.train() == .unchanged)
    // Its folder stands in for the album that it does not name.
    let place = taught.library.file("another/song 0.flac")
    try FileManager.default.createDirectory(
      atPath: taught.library.file("another"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: taught.library.file(names[0]), toPath: place)
    _ = try await taught.pipeline.scan()
    #expect(try taught.index.read { try $0.file(at: FilePath(place)) } != nil)
    #expect(try await taught.pipeline.train() != .unchanged)
    await taught.pool.shutdown()
  }
}
