import Playlists
import TestSupport
import Testing
import Tracks

private func candidate(
  _ id: Int64, _ probability: Double, artist: String? = nil, album: String? = nil, isListed: Bool = false,
  seconds: Double = 200
) -> PlaylistCandidate {
  PlaylistCandidate(
    id: id, tieBreak: [UInt8(truncatingIfNeeded: id)], probability: probability, seconds: seconds, artist: artist,
    album: album,
    isListed: isListed)
}

private func select(
  _ candidates: [PlaylistCandidate], stay: Double? = nil, enter: Double? = nil, atLeast: Int = 0, atMost: Int = 100,
  perArtist: Int = 3, perAlbum: Int = 2
) -> [Int64] {
  PlaylistSelection.select(
    candidates, stay: stay, enter: enter,
    rules: SelectionRules(atLeast: atLeast, atMost: atMost, perArtist: perArtist, perAlbum: perAlbum)
  ).map(\.id)
}

@Suite struct SelectionPropertyTests {
  @Test func aFullListKeepsWhatItHoldsAgainstEquals() {
    let listed = [candidate(1, 0.7, isListed: true), candidate(2, 0.72, isListed: true)]
    #expect(select(listed + [candidate(3, 0.73)], stay: 0.6, enter: 0.65, atMost: 2) == [2, 1])
    #expect(select(listed + [candidate(3, 0.76)], stay: 0.6, enter: 0.65, atMost: 2) == [3, 2])
    #expect(select(listed + [candidate(3, 0.705)], atLeast: 2) == [2, 1])
    #expect(select(listed + [candidate(3, 0.8)], atLeast: 2) == [3, 2])
  }

  @Test func artistsAndAlbumsAreLimited() {
    let candidates = (1...6).map { candidate(Int64($0), 0.9 - Double($0) / 100, artist: "A", album: "X\($0 / 3)") }
    #expect(select(candidates, stay: 0.5, enter: 0.5) == [1, 2, 3])
    #expect(select(candidates, stay: 0.5, enter: 0.5, perAlbum: 1) == [1, 3, 6])
    #expect(select(candidates, atLeast: 6) == [1, 2, 3])
    #expect(
      select((1...6).map { candidate(Int64($0), 0.9) }, stay: 0.5, enter: 0.5, perArtist: 1, perAlbum: 1).count == 6)
  }

  @Test func whatIsNoNumberIsNeverChosen() {
    #expect(select([candidate(1, .nan), candidate(2, .infinity), candidate(3, 0.1)], atLeast: 9) == [3])
  }

  @Test(arguments: 1...50 as ClosedRange<UInt64>)
  func whatAlwaysHolds(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var candidates = (1...80).map { id in
      candidate(
        Int64(id), Double(Int.random(in: 0...30, using: &random)) / 30,
        artist: ["A", "B", "C", "D", nil].randomElement(using: &random)!,
        album: ["X", "Y", "Z", nil].randomElement(using: &random)!, isListed: Bool.random(using: &random))
    }
    let rules = SelectionRules(
      atLeast: Int.random(in: 0...20, using: &random), atMost: Int.random(in: 1...40, using: &random),
      perArtist: Int.random(in: 1...9, using: &random), perAlbum: Int.random(in: 1...9, using: &random))
    let stay = Bool.random(using: &random) ? Double.random(in: 0...1, using: &random) : nil
    let enter = stay.map { $0 + 0.05 }
    let chosen = PlaylistSelection.select(candidates, stay: stay, enter: enter, rules: rules)
    #expect(chosen.count <= rules.atMost)
    #expect(zip(chosen, chosen.dropFirst()).allSatisfy { $0.probability >= $1.probability })
    for artist in Set(chosen.compactMap(\.artist)) { #expect(chosen.count { $0.artist == artist } <= rules.perArtist) }
    for album in Set(chosen.compactMap(\.album)) { #expect(chosen.count { $0.album == album } <= rules.perAlbum) }
    let below = chosen.filter { $0.probability < ($0.isListed ? stay : enter) ?? 2 }
    if stay == nil { #expect(chosen.count <= rules.atLeast) } else { #expect(below.isEmpty) }
    // The order of the candidates does not matter.
    candidates.shuffle(using: &random)
    #expect(PlaylistSelection.select(candidates, stay: stay, enter: enter, rules: rules) == chosen)
    // A list that is chosen again from itself stays.
    let listed = Set(chosen.map(\.id))
    let again = candidates.map { candidate in
      var candidate = candidate
      candidate.isListed = listed.contains(candidate.id)
      return candidate
    }
    let second = PlaylistSelection.select(again, stay: stay, enter: enter, rules: rules)
    #expect(second.map(\.id) == chosen.map(\.id), "seed \(seed)")
  }
}
