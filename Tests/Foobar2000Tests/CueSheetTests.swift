import TestSupport
import Testing
import Tracks

@testable import Foobar2000

@Suite struct CueSheetTests {
  private static let album = """
    REM GENRE "Drum & Bass"
    REM DATE 1999
    PERFORMER "The Band"
    TITLE "The Album"
    FILE "The Album.wav" WAVE
      TRACK 01 AUDIO
        TITLE "One"
        INDEX 01 00:00:00
      TRACK 02 AUDIO
        TITLE "Two"
        PERFORMER "The Band feat. A \u{201C}Guest\u{201D}"
        PREGAP 00:02:00
        INDEX 00 03:58:10
        INDEX 01 04:00:37
      TRACK 03 AUDIO
        INDEX 01 123:59:74
    """

  @Test func tracksRunFromTheirFirstIndexToTheNext() throws {
    let sheet = try #require(CueSheet(text: Self.album))
    #expect(sheet.title == "The Album" && sheet.performer == "The Band")
    #expect(sheet.genre == "Drum & Bass" && sheet.date == "1999" && sheet.files == ["The Album.wav"])
    let spans = sheet.spans(of: 0, duration: 8_000)
    #expect(spans.map(\.track.number) == [1, 2, 3])
    #expect(spans.map(\.track.title) == ["One", "Two", nil])
    #expect(spans.map(\.track.performer) == [nil, "The Band feat. A \u{201C}Guest\u{201D}", nil])
    let second: Double = 18_037.0 / 75
    let third: Double = 557_999.0 / 75
    let starts: [Double] = [0, second, third]
    let ends: [Double] = [second, third, 8_000]
    #expect(spans.map(\.span.start) == starts)
    #expect(spans.map(\.span.end) == ends)
    // Of an audio that is too short for the sheet, only the tracks that begin in it are there.
    let shortened: [Double] = [second, 300]
    #expect(sheet.spans(of: 0, duration: 300).map(\.span.end) == shortened)
  }

  @Test func aTrackBelongsToTheFileInWhichItStarts() throws {
    let sheet = try #require(
      CueSheet(
        text: """
          FILE "D:\\rips\\01 - a.wav" WAVE
          TRACK 01 AUDIO
          INDEX 01 00:00:00
          TRACK 02 AUDIO
          INDEX 00 03:10:00
          FILE 02.wav WAVE
          INDEX 01 00:00:00
          TRACK 03 MODE1/2352
          INDEX 01 09:00:00
          """))
    #expect(sheet.files == ["D:\\rips\\01 - a.wav", "02.wav"])
    #expect(sheet.tracks.map(\.file) == [0, 1] && sheet.tracks.map(\.number) == [1, 2])
    #expect(sheet.spans(of: 1, duration: 100).map(\.span) == [AudioSpan(start: 0, end: 100)])
  }

  @Test func theEncodingIsFoundOut() throws {
    let text = "FILE \"x.flac\" WAVE\r\nTRACK 1 AUDIO\r\nTITLE \"日本\"\r\nINDEX 01 0:0:0\r\n"
    let japanese: [UInt8] = Array("FILE \"x.flac\" WAVE\nTRACK 1 AUDIO\nTITLE \"".utf8) + [0x93, 0xFA, 0x96, 0x7B]
    let latin = Array("FILE x.flac WAVE\nTRACK 1 AUDIO\nTITLE caf".utf8) + [0xE9] + Array("\nINDEX 1 0:0:0".utf8)
    #expect(CueSheet(contents: Array(text.utf8))?.tracks.first?.title == "日本")
    #expect(CueSheet(contents: [0xEF, 0xBB, 0xBF] + Array(text.utf8))?.tracks.first?.title == "日本")
    #expect(CueSheet(contents: utf16(text))?.tracks.first?.title == "日本")
    #expect(
      CueSheet(contents: japanese + Array("\"\nINDEX 01 00:00:00".utf8), codePage: "CP932")?.tracks.first?.title == "日本"
    )
    #expect(CueSheet(contents: latin)?.tracks.first?.title == "café")
  }

  @Test func whatMakesNoSenseCostsItself() throws {
    for text in ["", "FILE x WAVE", "TRACK 01 AUDIO\nINDEX 02 00:00:00", "TRACK x AUDIO\nINDEX 01 00:00:00", "\u{0}"] {
      #expect(CueSheet(text: text) == nil, "\(text)")
    }
    let sheet = try #require(
      CueSheet(
        text: """
          FILE "x" WAVE
          TRACK 01 AUDIO
          INDEX 01 00:10:00
          TRACK 02 AUDIO
          INDEX 01 00:05:00
          TRACK 03 AUDIO
          INDEX 01 00:61:00
          TRACK 04 AUDIO
          INDEX 01 00:20:75
          TRACK 05 AUDIO
          INDEX 01 00:20:00
          TRACK 05 AUDIO
          INDEX 01 00:30:00
          """))
    #expect(sheet.tracks.map(\.number) == [1, 2, 3, 4, 5, 6])
    #expect(sheet.spans(of: 0, duration: 100).map(\.track.start) == [375, 750, 1_500, 1_575, 2_250, 4_575])
  }

  @Test func aSheetFindsItsAudioUnderAnOlderName() throws {
    func found(_ files: [String], _ names: [String], sheet: String = "Album.cue") throws -> [String?] {
      let text = files.map { "FILE \"\($0)\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n" }.joined()
      let sheetRead = try #require(CueSheet(text: text))
      return sheetRead.audioFiles(among: names.map { FilePath($0) }, sheet: FilePath(sheet)).map { $0?.display }
    }
    #expect(try found(["a.flac"], ["A.flac", "a.flac"]) == ["a.flac"])
    #expect(try found(["C:\\x\\E\u{301}t\u{E9}.WAV"], ["\u{E9}t\u{E9}.flac", "b.flac"]) == ["\u{E9}t\u{E9}.flac"])
    #expect(try found(["01.wav", "02.wav"], ["01.flac", "02.flac", "02.mp3"]) == ["01.flac", nil])
    #expect(try found(["Range.wav"], ["Album.flac", "other.flac"]) == ["Album.flac"])
    #expect(try found(["Range.wav", "b.wav"], ["Album.flac"]) == [nil, nil])
  }

  /// Damaged sheets neither crash nor give tracks that overlap.
  @Test func damagedSheetsGiveSpansInOrder() {
    let seed: UInt64 = 20_261_122
    var random = SeededGenerator(seed: seed)
    let whole = Array(Self.album.utf8)
    for _ in 0..<max(1_000, Fuzz.count) {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        default: bytes.append(contentsOf: bytes[place..<min(place + 40, bytes.count)])
        }
      }
      guard let sheet = CueSheet(contents: bytes) else { continue }
      #expect(Set(sheet.tracks.map(\.number)).count == sheet.tracks.count, "seed \(seed)")
      for file in sheet.files.indices {
        var end = 0.0
        for part in sheet.spans(of: file, duration: 5_000) {
          #expect(part.span.start >= end && part.span.end > part.span.start, "seed \(seed)")
          end = part.span.end
        }
      }
    }
  }
}
