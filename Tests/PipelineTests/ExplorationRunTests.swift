import AnalysisWorker
import Foundation
import MusicIndex
import Playlists
import Testing
import Tracks

@testable import Pipeline

/// The tracks that stand on the list to teach the model.
@Suite struct ExplorationRunTests {
  @Test func theyStandBehindTheListAreToldApartAndStayUntilTheyAreHeard() async throws {
    let names = (0..<60).map { "song \($0).flac" } + (0..<30).map { "new \($0).flac" } + ["line\nbreak.flac"]
    let taught = try await TaughtLibrary(names) { configuration in
      (configuration.selection.atLeast, configuration.selection.atMost) = (5, 5)
      configuration.selection.explore = 4
      configuration.selection.shortest = 0
    }
    try await taught.judge(0..<60) { $0 % 20 < 8 ? .good : .bad }
    _ = try await taught.pipeline.train()
    _ = try await taught.pipeline.score()
    let outcome = try await taught.pipeline.writePlaylist()
    #expect(outcome.tracks == 9, "\(outcome)")
    let (listed, exploring) = try taught.index.read { (try $0.playlist(), try $0.exploredFiles()) }
    #expect(listed.count == 9 && Array(listed.suffix(4)) == exploring && Set(listed).count == 9)
    let text = try String(contentsOfFile: #require(outcome.file).display, encoding: .utf8)
    #expect(text.contains("The last 4 tracks are there to teach the model (`playlist.explore`): nothing is promised"))
    var status = try taught.library.status()
    #expect(status.playlist.tracks == 9 && status.playlist.exploring == 4 && status.playlist.standing?.tracks == 5)
    #expect(status.trackRecord.recommended == 5 && status.trackRecord.explored == (4, 0, 0))
    let rows = try ScoreList.rows(taught.index)
    #expect(rows.count { $0.explores } == 4 && rows.count { $0.isInPlaylist } == 9)
    let teachers = rows.filter(\.explores)
    let teacher = try #require(teachers.first)
    let told = try Pipeline.explain(teacher.track, index: taught.index, configuration: taught.library.configuration)
    #expect(told.explores && told.isInPlaylist && told.listing?.contains("to teach the model") == true, "\(told)")

    // A second look changes nothing; a judged one makes room for another, the others stay.
    #expect(try await taught.pipeline.writePlaylist().isChange == false)
    let heard = try taught.index.read { try $0.track(exploring[1], version: FeatureVariant.dense.version) }
    let identity = try #require(heard?.identity)
    let number = try #require(taught.identities.firstIndex(of: identity))
    try await taught.judge(number..<(number + 1)) { _ in .bad }
    _ = try await taught.pipeline.writePlaylist()
    let next = try taught.index.read { try $0.exploredFiles() }
    #expect(next.count == 4 && Array(next.prefix(3)) == [exploring[0], exploring[2], exploring[3]])
    #expect(!next.contains(exploring[1]))
    status = try taught.library.status()
    #expect(status.trackRecord.explored == (5, 0, 1) && status.trackRecord.rejected == 0)
    #expect(status.trackRecord.recommended == status.playlist.standing?.tracks)

    // What teaches does not hold its place on the list itself: without the part the list is the same.
    let chosen = try taught.index.read { try $0.playlist() }.prefix(5)
    var configuration = taught.library.configuration
    configuration.selection.explore = 0
    let plain = PlaylistRun(index: taught.index, configuration: configuration)
    #expect(try plain.run().tracks == 5)
    #expect(try taught.index.read { try $0.playlist() } == Array(chosen))
    #expect(try taught.index.read { try $0.exploredFiles() }.isEmpty)
    // The same tracks with some that teach are another list; and what teaches gets no bonus for being listed already.
    var others: [Int64] = []
    try taught.index.read { try $0.forEachCandidate { others.append($0.id) } }
    others.removeAll { chosen.contains($0) }
    for (files, exploring) in [(Array(chosen), 2), (others, others.count)] {
      let entries = try taught.index.read { transaction in
        try files.compactMap { file in
          try transaction.track(file, version: FeatureVariant.dense.version)?.identity.map { (file, $0, 0.5) }
        }
      }
      try taught.index.write { try $0.setPlaylist(entries, at: ListenedLibrary.now, exploring: exploring) }
      _ = try plain.run()
      #expect(try taught.index.read { try $0.playlist() } == Array(chosen))
      #expect(try taught.index.read { try $0.exploredFiles() }.isEmpty)
    }
    try chooseAmong(taught)
    await taught.pool.shutdown()
  }

  /// What is chosen beside what stays, what is on the list, what no list can name, and what is too short.
  private func chooseAmong(_ taught: TaughtLibrary) throws {
    var unheard: [PlaylistCandidate] = []
    try taught.index.read { transaction in
      try transaction.forEachCandidate { file in
        unheard.append(
          PlaylistCandidate(
            id: file.id, tieBreak: file.identity.bytes, probability: file.probability, seconds: file.seconds,
            artist: nil,
            album: nil, isListed: false))
      }
    }
    func chosen(
      besides: [Int64] = [], before: [Int64] = [], shortest: Double = 0, unnamed: [Int64] = []
    ) throws -> [Int64] {
      try ExplorationRun(index: taught.index, count: 3, shortest: shortest).tracks(
        among: unheard, besides: unheard.filter { besides.contains($0.id) }, before: before
      ) { !unnamed.contains($0.id) }.map(\.id)
    }
    let first = try chosen()
    let last = try #require(unheard.map(\.id).last { !first.contains($0) })
    #expect(first.count == 3 && Set(first).count == 3)
    // What was there to be heard stays first, however little it teaches, and counts as heard for the choice of the others.
    let kept = try chosen(before: [last])
    #expect(kept.count == 3 && kept[0] == last && !kept.dropFirst().contains(last))
    #expect(try chosen(before: [first[0]]) == first && chosen(before: [first[0], first[1]]) == first)
    #expect(try chosen(before: [last, first[2]], unnamed: [last]).first == first[2])
    for others in [try chosen(besides: first), try chosen(unnamed: first)] {
      #expect(others.count == 3 && Set(others).isDisjoint(with: first))
    }
    #expect(try chosen(shortest: 1e6).isEmpty)
  }
}
