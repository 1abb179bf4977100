import Playlists
import Testing
import Tracks

@Suite struct SelectionTests {
  private func candidate(
    _ id: Int64, _ probability: Double, artist: String? = nil, album: String? = nil, listed: Bool = false,
    seconds: Double = 200
  ) -> PlaylistCandidate {
    PlaylistCandidate(
      id: id, tieBreak: [UInt8(id)], probability: probability, seconds: seconds, artist: artist, album: album,
      isListed: listed)
  }

  @Test func takesEverythingAboveTheThresholdBestFirst() {
    let chosen = PlaylistSelection.select(
      [candidate(1, 0.5), candidate(2, 0.9), candidate(3, 0.7), candidate(4, 0.69)], stay: 0.7, enter: 0.7,
      rules: SelectionRules(atLeast: 0))
    #expect(chosen.map(\.id) == [2, 3])
  }

  @Test func fillsUpToAtLeastWhereNothingIsPromised() {
    let candidates = (1...9).map { candidate($0, Double($0) / 10) }
    let chosen = PlaylistSelection.select(candidates, stay: nil, enter: nil, rules: SelectionRules(atLeast: 4))
    #expect(chosen.map(\.id) == [9, 8, 7, 6])
    #expect(PlaylistSelection.select(candidates, stay: nil, enter: nil, rules: SelectionRules(atLeast: 0)).isEmpty)
  }

  @Test func neverFillsUpWhereSomethingIsPromised() {
    let candidates = (1...9).map { candidate($0, Double($0) / 10) }
    let chosen = PlaylistSelection.select(candidates, stay: 0.75, enter: 0.75, rules: SelectionRules(atLeast: 5))
    #expect(chosen.map(\.id) == [9, 8])
  }

  @Test func capsArtistsAndAlbumsButNotTheUntagged() {
    let candidates =
      (1...5).map { candidate($0, 0.9, artist: "a") } + (6...9).map { candidate($0, 0.8, album: "b") }
      + (10...14).map { candidate($0, 0.75) }
    let chosen = PlaylistSelection.select(candidates, stay: 0.7, enter: 0.7, rules: SelectionRules())
    #expect(chosen.map(\.id) == [1, 2, 3, 6, 7, 10, 11, 12, 13, 14])
  }

  @Test func listedTracksStayWhereOthersMayNotEnter() {
    let candidates = [candidate(1, 0.71, listed: true), candidate(2, 0.72), candidate(3, 0.69, listed: true)]
    let chosen = PlaylistSelection.select(candidates, stay: 0.7, enter: 0.75, rules: SelectionRules(atLeast: 0))
    #expect(chosen.map(\.id) == [1])
  }

  @Test func neverHoldsMoreThanAtMost() {
    let candidates = (1...50).map { candidate($0, 0.9) }
    let chosen = PlaylistSelection.select(
      candidates.shuffled(), stay: 0.5, enter: 0.5, rules: SelectionRules(atLeast: 40, atMost: 10))
    #expect(chosen.map(\.id) == Array(1...10))
  }

  @Test func everyCandidateGetsItsVerdict() {
    let candidates = [
      candidate(1, 0.95, artist: "a", album: "x"), candidate(2, 0.94, artist: "a", album: "y"),
      candidate(3, 0.93, album: "x"), candidate(4, 0.92, seconds: 9.9), candidate(5, 0.91, seconds: 10),
      candidate(6, 0.9), candidate(7, 0.69, listed: true), candidate(8, .nan), candidate(9, 0.74),
    ]
    let rules = SelectionRules(atMost: 2, perArtist: 1, perAlbum: 1, shortest: 10)
    let verdicts = PlaylistSelection.verdicts(candidates.reversed(), stay: 0.7, enter: 0.75, rules: rules)
    let expected: [Int64: PlaylistSelection.Verdict] = [
      1: .chosen, 2: .artistHasEnough, 3: .albumHasEnough, 4: .tooShort, 5: .chosen, 6: .noPlace(of: 2),
      7: .noPlace(of: 2), 8: .tooUnlikely(least: 0.75), 9: .noPlace(of: 2),
    ]
    #expect(Dictionary(uniqueKeysWithValues: verdicts.map { ($0.candidate.id, $0.verdict) }) == expected)
    // While there is a place, what scores too low is told so.
    let room = PlaylistSelection.verdicts(candidates, stay: 0.7, enter: 0.75, rules: SelectionRules(atMost: 20))
    let low = room.filter { $0.candidate.id >= 7 }.map { ($0.candidate.id, $0.verdict) }
    #expect(
      Dictionary(uniqueKeysWithValues: low)
        == [7: .tooUnlikely(least: 0.7), 8: .tooUnlikely(least: 0.75), 9: .tooUnlikely(least: 0.75)])
    #expect(PlaylistSelection.verdicts(candidates, stay: nil, enter: nil, rules: rules).last?.candidate.id == 8)
  }
}
