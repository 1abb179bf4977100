import AnalysisWorker
import TasteModel
import Testing
import Tracks

@testable import Pipeline

/// Judgements beside a model's own are made anew only when enough songs have changed.
@Suite struct JudgedBesideTests {
  private func track(_ song: Int, liked: Bool? = nil, artist: String? = nil) -> TasteTrack {
    TasteTrack(
      identity: [UInt8(song)], liked: liked ?? (song % 3 == 0), tags: TrackTags(artist: artist ?? "\(song % 9)"),
      folder: Array("/m".utf8), summary: [Float(song)])
  }

  private func beside(_ tracks: [TasteTrack], _ recipe: String = "1") -> JudgedBeside {
    JudgedBeside(TasteDataset(tracks: tracks), recipe)
  }

  private let judgements = [
    ModelBreakdown.Judgement(source: .audio, split: .song, auc: 0.7, aucLow: 0.6, aucHigh: 0.8, songs: 100)
  ]

  @Test func oneSongInTwentyMayDiffer() {
    let tracks = (0..<100).map { track($0) }
    let earlier = beside(tracks).with(judgements)
    #expect(beside(tracks).known(by: earlier) == judgements)
    #expect(beside(tracks).known(by: nil).isEmpty)
    #expect(beside(tracks, "2").known(by: earlier).isEmpty)
    // New songs, songs that are gone, other opinions, other tags.
    func changed(_ count: Int, _ change: (Int) -> TasteTrack?) -> JudgedBeside {
      beside(tracks.indices.compactMap { $0 < count ? change($0) : tracks[$0] })
    }
    let more = tracks + (100..<105).map { track($0) }
    #expect(beside(more).known(by: earlier) == judgements)
    #expect(beside(more + [track(105)]).known(by: earlier).isEmpty)
    #expect(changed(4) { _ in nil }.known(by: earlier) == judgements)
    #expect(changed(6) { _ in nil }.known(by: earlier).isEmpty)
    #expect(changed(5) { track($0, liked: $0 % 3 != 0) }.known(by: earlier) == judgements)
    #expect(changed(6) { track($0, liked: $0 % 3 != 0) }.known(by: earlier).isEmpty)
    #expect(changed(6) { track($0, artist: "Another") }.known(by: earlier).isEmpty)
  }

  @Test func smallChangesAddUp() {
    let tracks = (0..<100).map { track($0) }
    let earlier = beside(tracks).with(judgements)
    // Each retraining is compared with the songs that were judged, not with those of the retraining before.
    let kept = (1...9).map { beside(tracks + (100..<(100 + $0)).map { track($0) }).known(by: earlier).isEmpty }
    #expect(kept == [false, false, false, false, false, true, true, true, true])
  }

  @Test func retrainingsTakeThemOver() async throws {
    let names = (0..<84).map { "song \($0).flac" }
    let taught = try await TaughtLibrary(names)
    func trained(force: Bool = false) async throws -> [ModelBreakdown.Judgement] {
      let outcome = try await taught.pipeline.train(force: force)
      #expect(outcome != .unchanged, "\(outcome)")
      return try #require(try ModelList.rows(taught.index).first?.breakdown).judgements
    }
    try await taught.judge(0..<80) { $0 % 20 < 8 ? .good : .bad }
    let first = try await trained()
    #expect(first.map(\.songs) == [80, 80, 80])
    #expect(first.map(\.source) == [.audioAndTags, .audio, .audioAndTags] && first[2].split == .artist)
    try await taught.judge(80..<83) { $0 % 2 == 0 ? .good : .bad }
    let second = try await trained()
    #expect(second.map(\.songs) == [83, 80, 80] && second.dropFirst() == first.dropFirst())
    #expect(second[0] != first[0])
    // A sixth song in all is one too many, and somebody who asks for a training gets all of it.
    try await taught.judge(0..<3) { $0 % 20 < 8 ? .bad : .good }
    #expect(try await trained().map(\.songs) == [83, 83, 83])
    try await taught.judge(83..<84) { _ in .good }
    #expect(try await trained(force: true).map(\.songs) == [84, 84, 84])
    await taught.pool.shutdown()
  }
}
