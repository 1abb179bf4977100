import AnalysisWorker
import Foundation
import MusicIndex
import Playlists
import TasteModel
import Testing
import Tracks

@testable import Pipeline

/// Why a list became longer or shorter, and what keeps tracks from it.
@Suite struct ListChangeTests {
  /// Sixty judged songs and some unheard ones, none of a promise.
  private func taught(
    _ unheard: [String], _ change: @escaping (inout PipelineConfiguration) -> Void
  ) async throws -> TaughtLibrary {
    let taught = try await TaughtLibrary((0..<60).map { "song \($0).flac" } + unheard) { configuration in
      configuration.selection.shortest = 0
      change(&configuration)
    }
    try await taught.judge(0..<60) { $0 % 20 < 8 ? .good : .bad }
    _ = try await taught.pipeline.train()
    _ = try await taught.pipeline.score()
    return taught
  }

  private func pipeline(_ taught: TaughtLibrary, _ change: (inout PipelineConfiguration) -> Void) -> Pipeline {
    var configuration = taught.library.configuration
    change(&configuration)
    return Pipeline(
      configuration: configuration, index: taught.index, pool: taught.pool, logger: taught.pipeline.logger)
  }

  @Test func aLargeChangeIsOneOfAQuarterAndThreeTracks() {
    for (before, after) in [(4, 9), (9, 4), (0, 1), (1, 0), (12, 9), (100, 75)] {
      #expect(ListChange.isLarge(before, after), "\(before) \(after)")
    }
    for (before, after) in [(5, 5), (0, 0), (4, 6), (13, 10), (100, 76)] {
      #expect(!ListChange.isLarge(before, after), "\(before) \(after)")
    }
  }

  @Test func whatIsHeldBackIsCounted() async throws {
    // Artists repeat every twenty names: 60 to 79 are by twenty artists, 80 and 81 by the first two again.
    let taught = try await taught((0..<22).map { "new \($0).flac" }) { configuration in
      (configuration.selection.atLeast, configuration.selection.atMost) = (21, 21)
      configuration.selection.perArtist = 1
    }
    #expect(try await taught.pipeline.writePlaylist().tracks == 20)
    var expected = HeldBack()
    expected.perArtist = 2
    #expect(try taught.library.status().playlist.heldBack == expected)
    #expect(expected.words == "not on it: 2 good enough, but `playlist.perArtist` takes no more")
    _ = try await pipeline(taught) {
      ($0.selection.atLeast, $0.selection.atMost, $0.selection.perArtist) = (5, 5, 3)
    }.writePlaylist()
    expected = HeldBack()
    expected.noPlace = 17
    #expect(try taught.library.status().playlist.heldBack == expected)
    _ = try await pipeline(taught) {
      ($0.selection.atLeast, $0.selection.atMost) = (22, 22)
      $0.selection.shortest = 100 + 7 * 80
    }.writePlaylist()
    expected = HeldBack()
    expected.tooShort = 20
    #expect(try taught.library.status().playlist.heldBack == expected)
    await taught.pool.shutdown()
  }

  @Test func whatNoListCanNameIsCountedApart() async throws {
    let taught = try await taught(["line\nbreak.flac", "plain.flac"]) { _ in }
    _ = try await taught.pipeline.writePlaylist()
    var expected = HeldBack()
    expected.unnameable = 1
    #expect(try taught.library.status().playlist.heldBack == expected)
    await taught.pool.shutdown()
  }

  @Test func aJumpSaysWhatHasChanged() async throws {
    let taught = try await taught((0..<20).map { "new \($0).flac" }) { configuration in
      (configuration.selection.atLeast, configuration.selection.atMost) = (12, 12)
    }
    // The first list has none before it.
    #expect(try await taught.pipeline.writePlaylist().change == nil)
    let settings = pipeline(taught) { ($0.selection.atLeast, $0.selection.atMost) = (20, 20) }
    let longer = try #require(try await settings.writePlaylist().change)
    #expect((longer.before, longer.after) == (12, 20) && longer.causes == [.settings], "\(longer)")
    #expect(longer.words == "20 tracks instead of 12: its settings were changed")
    // The owner heard seven, and three files are gone; nothing else has changed.
    try await taught.judge(60..<67) { _ in .bad }
    for song in 77..<80 {
      try FileManager.default.removeItem(atPath: taught.library.file("new \(song - 60).flac"))
    }
    _ = try await taught.pipeline.scan()
    let shorter = try #require(try await settings.writePlaylist().change)
    #expect(shorter.causes == [.judged(7), .missing(3), .fewer(10)], "\(shorter)")
    #expect(
      shorter.words == "10 tracks instead of 20: 7 of it were heard or judged; 3 of it are missing on disk; there are "
        + "10 unheard tracks less")
    // It is told until the next one, whatever is written between them.
    try await taught.judge(67..<68) { _ in .bad }
    #expect(try await settings.writePlaylist().change == nil)
    #expect(try taught.index.note(.listChange) == shorter)
    try taught.pipeline.forgetModel()
    #expect(try await settings.writePlaylist().change?.causes == [.noModel])
    #expect(try taught.library.status().playlist.heldBack == nil)
    #expect(try await taught.pipeline.train() == .accepted)
    _ = try await taught.pipeline.score()
    let other = try #require(try await settings.writePlaylist().change)
    #expect(other.before == 0 && other.after > 0 && other.causes == [.model], "\(other)")
    await taught.pool.shutdown()
  }

  @Test func scoresThatLookAlikeAreToldApart() {
    let change = ListChange(at: 0, before: 4, after: 9, causes: [.score(before: 0.8101, now: 0.7304), .more(7)])
    #expect(
      change.words == "9 tracks instead of 4: a track needs a score of 0.730 now and 0.810 before; there are 7 more "
        + "unheard tracks")
    #expect(ListChange(at: 0, before: 4, after: 9, causes: []).words.hasSuffix("what changed is not recorded"))
  }
}
