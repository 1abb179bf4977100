import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct DealtOpinionsTests {
  private func grouping(_ albums: [Int]) -> Grouping {
    Grouping(
      albums.enumerated().map { song, album in
        TasteTrack(identity: [UInt8(song)], liked: true, tags: TrackTags(album: "Album \(album)"), summary: [])
      }, by: .album)
  }

  @Test func opinionsOfAnAlbumStayTogether() {
    // Twenty albums of five songs, in turns; each album is of one opinion.
    let albums = (0..<100).map { $0 % 20 }
    let liked = albums.map { $0 < 6 }
    let grouping = grouping(albums)
    var random = SplitMix64(seed: 3)
    var differing = 0
    for _ in 0..<10 {
      let dealt = Checks.dealt(liked, grouping, &random)
      #expect(dealt.count { $0 } == 30)
      for album in 0..<20 {
        #expect(Set(albums.indices.filter { albums[$0] == album }.map { dealt[$0] }).count == 1)
      }
      if dealt != liked { differing += 1 }
    }
    #expect(differing == 10)
  }

  @Test func albumsOfOtherSizesLoseNoOpinion() {
    let albums = [0, 0, 0, 1, 2, 2, 3, 3, 3, 3]
    var random = SplitMix64(seed: 5)
    for _ in 0..<20 {
      let dealt = Checks.dealt(
        [true, true, true, false, false, false, true, false, true, true], grouping(albums), &random)
      #expect(dealt.count { $0 } == 6)
    }
  }
}
