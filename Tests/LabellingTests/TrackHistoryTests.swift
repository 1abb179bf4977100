import TestSupport
import Testing

@testable import Labelling

@Suite struct TrackHistoryTests {
  @Test func historiesMergeInAnyOrder() {
    var random = SeededGenerator(seed: 5)
    func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }
    for _ in 0..<200 {
      let histories = (0..<4).map { _ in
        TrackHistory(
          plays: maybe(Int.random(in: 0...9, using: &random)),
          firstPlayed: maybe(Double.random(in: 0...9, using: &random)),
          lastPlayed: maybe(Double.random(in: 0...9, using: &random)),
          added: maybe(Double.random(in: 0...9, using: &random)),
          rating: maybe(Int.random(in: 1...5, using: &random)),
          hearing: Bool.random(using: &random) ? [.tag] : [])
      }
      func merged(_ list: [TrackHistory]) -> TrackHistory { list.reduce(TrackHistory()) { $0.merged(with: $1) } }
      let all = merged(histories)
      #expect(merged(histories.shuffled(using: &random)) == all)
      #expect(merged(histories + histories) == all)
      #expect(histories[0].merged(with: histories[1]).merged(with: merged(Array(histories[2...]))) == all)
    }
  }

  @Test func nothingIsEverLowered() {
    let older = TrackHistory(plays: 5, firstPlayed: 100, lastPlayed: 200, added: 50, rating: 2)
    let newer = TrackHistory(plays: 7, firstPlayed: 100, lastPlayed: 300, rating: 4)
    let both = older.merged(with: newer)
    #expect(both == TrackHistory(plays: 7, firstPlayed: 100, lastPlayed: 300, added: 50, rating: 4))
    #expect(newer.merged(with: older) == both)
    #expect(both.merged(with: TrackHistory(plays: 0)) == both)
  }
}
