import Glibc
import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct TagHistoryTests {
  @Test func anArtistsLogOddsAreSmoothedByTheWhole() {
    // Two of three by A are liked, none of one by B: the share of all is (2 + 1) / (4 + 2) = 1/2.
    let tags = ["A", "A", "A", "B"].map { TrackTags(artist: $0) }
    let history = TagHistory(tags, [true, true, false, false])
    let columns = history.columns(of: [TrackTags(artist: "a"), TrackTags(artist: "B"), TrackTags(artist: "C")])
    #expect(abs(Double(columns[0, 0]) - log((2 + 1) / (1 + 1.0))) < 1e-6)
    #expect(abs(Double(columns[0, 1]) - log(4.0)) < 1e-6)
    #expect(abs(Double(columns[1, 0]) - log(1 / 2.0)) < 1e-6)
    // What was never judged says what the songs in general say, from no songs.
    #expect(columns[2, 0] == 0)
    #expect(columns[2, 1] == 0)
    // Nor is a song without any tag told from others by that.
    #expect(history.columns(of: [TrackTags()]).values == [Float](repeating: 0, count: TagHistory.width))
  }

  @Test func anAlbumIsDrawnTowardsItsArtist() {
    // Three of four by A are liked, the one of album Y is not; the share of all is (3 + 1) / (5 + 2).
    let tags = ["X", "X", "X", "Y"].map { TrackTags(artist: "A", album: $0) } + [TrackTags(artist: "B", album: "Y")]
    let history = TagHistory(tags, [true, true, true, false, false])
    let columns = history.columns(of: [TrackTags(artist: "A", album: "y"), TrackTags(artist: "A", album: "Z")])
    let ofArtist = (3 + 2 * 4.0 / 7) / 6
    #expect(abs(Double(columns[0, 8]) - log(2 * ofArtist / (1 + 2 * (1 - ofArtist)))) < 1e-6)
    #expect(abs(Double(columns[0, 9]) - log(2.0)) < 1e-6)
    // An album that was never judged says what its artist's songs say. An album of that name by another is another one.
    #expect(abs(Double(columns[1, 8]) - log(ofArtist / (1 - ofArtist))) < 1e-6)
    #expect(columns[1, 9] == 0)
  }

  @Test func severalGenresCountTogether() {
    let tags = [TrackTags(genre: "Rock"), TrackTags(genre: "Jazz; Soul"), TrackTags(genre: "Jazz")]
    let history = TagHistory(tags, [true, false, false])
    let columns = history.columns(of: [TrackTags(genre: "rock, jazz")])
    // Half of one liked rock song, and half of two rejected jazz songs; the share of all is 2/5.
    #expect(abs(Double(columns[0, 4]) - log((0.5 + 2 * 0.4) / (1 + 2 * 0.6))) < 1e-6)
    #expect(TagHistory.genres(TrackTags(genre: "Jazz; jazz / Soul")) == ["jazz", "soul"])
  }

  @Test func yearsCountByNearness() {
    let history = TagHistory([TrackTags(date: "1999-05-01"), TrackTags(date: "2005")], [true, false])
    let columns = history.columns(of: [TrackTags(date: "2002")])
    let weight = exp(-1.0)
    #expect(abs(Double(columns[0, 6])) < 1e-6)
    #expect(abs(Double(columns[0, 7]) - log1p(2 * weight)) < 1e-6)
    #expect(TagHistory.year(TrackTags(date: "12/1987")) == 1987)
    #expect(TagHistory.year(TrackTags(date: "1/2/87")) == nil)
    #expect(TagHistory.year(TrackTags(date: "0000")) == nil)
  }

  @Test func aSongsOwnOpinionIsNotInItsTrainingColumns() {
    let tags = (0..<50).map { TrackTags(artist: "Artist \($0 % 7)", genre: "g\($0 % 3)", date: "\(1990 + $0 % 9)") }
    var liked = (0..<50).map { $0 % 4 == 0 }
    for song in 0..<50 {
      let before = TagHistory.crossFitted(tags, liked, seed: 3)
      liked[song].toggle()
      let after = TagHistory.crossFitted(tags, liked, seed: 3)
      liked[song].toggle()
      #expect(before.row(song) == after.row(song))
      #expect(before != after)
    }
  }

  @Test func itComesBackFromItsBytes() throws {
    let tags = [TrackTags(artist: "A", albumArtist: "B", genre: "x;y", date: "1999"), TrackTags(artist: "Ä")]
    let history = TagHistory(tags, [true, false])
    var writer = ByteWriter()
    history.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try TagHistory(from: &reader) == history)
    #expect(reader.remaining == 0)
  }
}
