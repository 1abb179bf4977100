import TestSupport
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

  @Test func clipsWhatIsNoTag() {
    let long = String(repeating: "ä", count: 1 << 20)
    let tags = TagReader.tags(
      [("TITLE", "x" + long), ("CUESHEET", long), ("COMMENT", long)] + (0..<1_000).map { ("ARTIST", "\($0)") })
    #expect(tags.title == "x" + String(repeating: "ä", count: 2_047))
    #expect(tags.cueSheet == String(repeating: "ä", count: 1 << 19))
    #expect(tags.artist == (0..<64).map(String.init).joined(separator: ", "))
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

  @Test(.enabled(if: BuiltProgram.isInstalled("metaflac"))) func readsTheCuesOfFLACFiles() throws {
    let folder = try TemporaryFolder()
    // Tracks can only begin at 75ths of a second, which a rate of 8 kHz does not divide into.
    let wave = try folder.write(WaveFile.bytes(Fixture.tone), to: "album.wav")
    let file = folder["album.flac"]
    try Program.run(["flac", "-s", "-o", file, wave])
    let plain = try AudioFile.probe(FilePath(file))
    let sample = try Fixture.sample(FilePath(file))
    #expect(plain.tags.cueSheet == nil)
    let sheet = """
      FILE "album.flac" WAVE
        TRACK 01 AUDIO
          INDEX 01 00:00:00
        TRACK 02 AUDIO
          TITLE "Second"
          INDEX 00 00:00:60
          INDEX 01 00:01:15
        TRACK 03 AUDIO
          INDEX 01 00:02:05

      """
    let cues = try folder.write(sheet, to: "album.cue")
    try Program.run(["metaflac", "--no-cued-seekpoints", "--import-cuesheet-from=\(cues)", file])
    let probed = try AudioFile.probe(FilePath(file))
    #expect(
      probed.tags.cueSheet
        == """
        FILE "" WAVE
          TRACK 01 AUDIO
            INDEX 01 00:00:00
          TRACK 02 AUDIO
            INDEX 00 00:00:60
            INDEX 01 00:01:15
          TRACK 03 AUDIO
            INDEX 01 00:02:05
        """)
    #expect(probed.identity == plain.identity)
    #expect(try Fixture.sample(FilePath(file)) == sample)
    // The sheet among the tags has the names.
    try Program.run(["metaflac", "--set-tag-from-file=CUESHEET=\(cues)", file])
    #expect(try AudioFile.probe(FilePath(file)).tags.cueSheet?.contains("\"Second\"") == true)
  }

  @Test(arguments: [("1", "1"), ("64", "2"), ("128", "3"), ("196", "4"), ("255", "5"), ("186", "4"), ("54", "2")])
  func turnsAPopularimeterIntoStars(_ byte: String, _ stars: String) {
    #expect(TagReader.tags([("POPM", byte)]).statistics == ["RATING": stars])
    #expect(TagReader.tags([("POPM", byte), ("RATING", "5")]).statistics == ["RATING": "5"])
  }
}

extension TagReader {
  /// Tags of names and values, the values of more important tags first.
  fileprivate static func tags(_ pairs: [(name: String, value: String)]) -> TrackTags {
    var collected = Collected()
    for pair in pairs { collected.add(source: 0, name: pair.name.uppercased(), value: pair.value) }
    return collected.tags
  }
}
