import Testing
import Tracks

@testable import TasteModel

@Suite struct GroupingTests {
  private func track(
    _ number: Int, album: String? = nil, artist: String? = nil, albumArtist: String? = nil, folder: [UInt8] = [],
    copies: String? = nil
  ) -> TasteTrack {
    TasteTrack(
      identity: [UInt8(number)], liked: number % 2 == 0,
      tags: TrackTags(artist: artist, album: album, albumArtist: albumArtist), folder: folder, copyGroup: copies,
      summary: [])
  }

  @Test func songsStandAloneButForTheirVersions() {
    let tracks = [track(0), track(1, copies: "a"), track(2), track(3, copies: "a"), track(4, copies: "b")]
    let grouping = Grouping(tracks, by: .song)
    #expect(grouping.group == [0, 1, 2, 1, 3])
    #expect(grouping.count == 4)
    #expect(grouping.named == 0)
  }

  @Test func anAlbumOfATenthIsAGroupAndALargerOneIsNot() {
    // 20 songs: an album of two is a tenth, one of three is more.
    var tracks = (0..<15).map { track($0) }
    tracks += (15..<17).map { track($0, album: "Small") } + (17..<20).map { track($0, album: "Large") }
    let grouping = Grouping(tracks, by: .album)
    #expect(grouping.group[15] == grouping.group[16])
    #expect(Set(grouping.group[17...]).count == 3)
    #expect(grouping.named == 1)
    #expect(grouping.divided == 1)
  }

  @Test func versionsStayTogetherEvenInADividedAlbum() {
    var tracks = (0..<10).map { track($0) }
    tracks += (10..<13).map { track($0, album: "Large", copies: $0 == 12 ? nil : "a") }
    let grouping = Grouping(tracks, by: .album)
    #expect(grouping.group[10] == grouping.group[11])
    #expect(grouping.group[11] != grouping.group[12])
  }

  @Test func versionsJoinTheirAlbums() {
    var tracks = (0..<40).map { track($0) }
    tracks += [track(40, album: "A"), track(41, album: "A", copies: "x"), track(42, album: "B", copies: "x")]
    tracks += [track(43, album: "B")]
    let grouping = Grouping(tracks, by: .album)
    #expect(Set(grouping.group[40...]).count == 1)
  }

  @Test func albumsOfOneNameAreToldApartByTheirArtistAndNotBySpelling() {
    var tracks = (0..<40).map { track($0) }
    tracks += [
      track(40, album: "Best Of", albumArtist: "One"), track(41, album: " best  of", albumArtist: "ONE"),
      track(42, album: "Best Of", albumArtist: "Two"),
    ]
    let grouping = Grouping(tracks, by: .album)
    #expect(grouping.group[40] == grouping.group[41])
    #expect(grouping.group[40] != grouping.group[42])
  }

  @Test func theFolderStandsInForAMissingAlbum() {
    var tracks = (0..<40).map { track($0) }
    tracks += [
      track(40, folder: [1]), track(41, folder: [1]), track(42, folder: [2]), track(43, album: "", folder: [2]),
    ]
    let grouping = Grouping(tracks, by: .album)
    #expect(grouping.group[40] == grouping.group[41])
    #expect(grouping.group[42] == grouping.group[43])
    #expect(grouping.group[40] != grouping.group[42])
  }

  @Test func artistsGroupAcrossAlbums() {
    var tracks = (0..<40).map { track($0) }
    tracks += [track(40, album: "A", artist: "x"), track(41, album: "B", artist: "X"), track(42, albumArtist: "x")]
    let grouping = Grouping(tracks, by: .artist)
    #expect(Set(grouping.group[40...]).count == 1)
  }

  @Test func aPartIsNumberedAnew() {
    let tracks = [track(0, copies: "a"), track(1), track(2, copies: "a"), track(3, copies: "a")]
    let part = Grouping(tracks, by: .song).restricted(to: [1, 2, 3])
    #expect(part.group == [0, 1, 1])
    #expect(part.count == 2)
  }
}
