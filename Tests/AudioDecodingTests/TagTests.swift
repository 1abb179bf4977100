import Testing
import Tracks

@testable import AudioDecoding

@Suite struct TagTests {
  @Test func composesAndTrims() {
    #expect(TagReader.clean("  e\u{301}t\u{e9} \u{0}\n")?.unicodeScalars.map(\.value) == [0xE9, 0x74, 0xE9])
    #expect(TagReader.clean(" \t\u{0}") == nil)
    #expect(TagReader.clean("") == nil)
    #expect(TagReader.clean("\u{3000}a b\u{a0}") == "a b")
  }

  @Test func joinsValuesAndDropsTotals() {
    let tags = TagReader.tags([
      ("ARTIST", "A"), ("artist", "B"), ("artist", "A"), ("Genre", "Jazz"), ("GENRE", "Soul"), ("track", "03/12"),
      ("disc", " 2 / 3"), ("album_artist", "Various"), ("date", "1999"), ("CUESHEET", "REM x"), ("rating", "4"),
      ("play_count", "9"), ("comment", "none of ours"),
    ])
    #expect(
      tags
        == TrackTags(
          artist: "A, B", albumArtist: "Various", genre: "Jazz, Soul", date: "1999", trackNumber: "03", discNumber: "2",
          cueSheet: "REM x", statistics: ["RATING": "4", "PLAY_COUNT": "9"]))
  }

  @Test(arguments: [("1", "1"), ("64", "2"), ("128", "3"), ("196", "4"), ("255", "5"), ("186", "4"), ("54", "2")])
  func turnsAPopularimeterIntoStars(_ byte: String, _ stars: String) {
    #expect(TagReader.tags([("POPM", byte)]).statistics == ["RATING": stars])
    #expect(TagReader.tags([("POPM", byte), ("RATING", "5")]).statistics == ["RATING": "5"])
  }
}
