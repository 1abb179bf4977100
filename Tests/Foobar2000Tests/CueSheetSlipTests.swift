import Testing
import Tracks

@testable import Foobar2000

/// What is slipped in a cue sheet costs itself; the other tracks stay tracks.
@Suite struct CueSheetSlipTests {
  private func starts(_ body: String, duration: Double = 600) -> [String] {
    let sheet = CueSheet(text: "FILE \"a.wav\" WAVE\n" + body)
    return sheet?.spans(of: 0, duration: duration).map { "\($0.track.number)@\($0.track.start)" } ?? []
  }

  @Test(arguments: [
    ("TRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 01:02:75", ["1@0", "2@4725"]),
    ("TRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 01:02:500", ["1@0", "2@4687"]),
    ("TRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 01:60:99", ["1@0", "2@9099"]),
    ("TRACK 01 AUDIO\nINDEX 01 00:00\nTRACK 02 AUDIO\nINDEX 01 01:02", ["1@0", "2@4650"]),
    ("TRACK 01 AUDIO\nTITLE x\nTRACK 02 AUDIO\nINDEX 01 02:00:00", ["1@0", "2@9000"]),
    ("TRACK 01 AUDIO\nINDEX 00 00:01:00\nTRACK 02 AUDIO\nINDEX 01 02:00:00", ["1@75", "2@9000"]),
    ("TRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nTRACK 03 AUDIO\nINDEX 01 02:00:00", ["1@0", "3@9000"]),
    ("TRACK 01 AUDIO\nINDEX 01 02:00:00\nTRACK 02 AUDIO\nINDEX 01 01:00:00", ["2@4500", "1@9000"]),
    ("TRACK 02 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 01:00:00", ["2@0", "3@4500"]),
    (
      "TRACK 01\nINDEX 01 00:00:00\nTRACK 02 MODE1/2352\nINDEX 01 01:00:00\nTRACK 03 Audio\nINDEX 1 2:0:0",
      ["1@0", "3@9000"]
    ),
    ("TRACK xx AUDIO\nINDEX 01 00:00:00\nTRACK 07 AUDIO\nINDEX 01 01:00:00", ["1@0", "7@4500"]),
    (
      "TRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 99:00:00\nTRACK 03 AUDIO\nINDEX 01 01:00:00",
      ["1@0", "3@4500"]
    ),
    (
      "TRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:00:00\nTRACK 03 AUDIO\nINDEX 01 -1:00:00", ["1@0"]
    ),
  ])
  func aSlipCostsItself(_ body: String, _ expected: [String]) {
    #expect(starts(body) == expected)
  }

  @Test func theSameFileBeforeEachTrackIsOneFile() throws {
    let text = (1...4).map { number in
      "FILE \"album.flac\" WAVE\r\n  TRACK 0\(number) AUDIO\r\n    INDEX 01 0\(number * 4 - 4):00:00\r\n"
    }
    let sheet = try #require(CueSheet(contents: Array(text.joined().utf8)))
    #expect(sheet.files == ["album.flac"] && sheet.spans(of: 0, duration: 960).count == 4)
    let other = try #require(
      CueSheet(
        text: text.joined().replacing(
          "FILE \"album.flac\" WAVE\r\n  TRACK 03", with: "FILE \"Album.FLAC\" WAVE\r\n  TRACK 03")))
    let found = other.audioFiles(among: [FilePath("album.flac")], sheet: FilePath("x.cue"))
    #expect(found == [FilePath("album.flac"), FilePath("album.flac")])
    #expect(other.spans(of: [0, 1], duration: 960).map(\.track.number) == [1, 2, 3, 4])
  }

  @Test(
    arguments: [
      ("CD1\\CDImage.flac", "CD1/CDImage.flac"), ("cd1/cdimage.WAV", "CD1/CDImage.flac"),
      ("..\\Other\\b.flac", "../Other/b.flac"), ("D:\\rips\\Album\\CD1\\CDImage.flac", "CD1/CDImage.flac"),
      ("\\\\nas\\x\\CD1\\CDImage.flac", "CD1/CDImage.flac"), (".\\a.flac", "a.flac"), ("D:\\x\\A.WAV", "a.flac"),
      ("CD1\\..\\a.flac", "a.flac"), ("CD2\\a.flac", "a.flac"), ("CD1\\none.flac", nil), ("..\\..\\..\\x.flac", nil),
    ] as [(String, String?)])
  func aFileIsFoundAroundTheSheet(_ name: String, _ expected: String?) throws {
    let tree: [[String]: (audio: [String], folders: [String])] = [
      []: (["a.flac"], ["CD1"]), ["CD1"]: (["CDImage.flac"], []), [".."]: ([], ["Album", "Other"]),
      ["..", "Other"]: (["b.flac"], []),
    ]
    let sheet = try #require(CueSheet(text: "FILE \"\(name)\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00"))
    let found = sheet.audioFiles(sheet: FilePath("s.cue")) { steps in
      tree[steps.map(\.display)].map { ($0.audio.map { FilePath($0) }, $0.folders.map { FilePath($0) }) }
    }
    #expect(found == [expected.map { FilePath($0) }])
  }

  @Test(arguments: [
    ("FILE \"a b.flac\" WAVE", "a b.flac"), ("FILE a b.flac WAVE", "a b.flac"), ("FILE a b.flac", "a b.flac"),
    ("FILE \"a b.flac WAVE", "a b.flac"), ("FILE \"a b.flac\"", "a b.flac"), ("file x.flac wave", "x.flac"),
  ])
  func theNameOfAFileIsToldFromItsType(_ line: String, _ name: String) throws {
    #expect(try #require(CueSheet(text: line + "\nTRACK 01 AUDIO\nINDEX 01 00:00:00")).files == [name])
  }

  @Test func theDiskTellsTheCodePage() throws {
    // Case: GBK, two files.
    let bytes: [UInt8] =
      Array("FILE \"".utf8) + [0xC9, 0xCF] + Array(".wav\" WAVE\r\n  TRACK 01 AUDIO\r\n    TITLE \"".utf8) + [
        0xD2, 0xBB,
      ]
      + Array("\"\r\n    INDEX 01 00:00:00\r\nFILE \"".utf8) + [0xCF, 0xC2]
      + Array(".wav\" WAVE\r\n  TRACK 02 AUDIO\r\n    TITLE \"".utf8) + [0xC8, 0xFD]
      + Array("\"\r\n    INDEX 01 00:00:00\r\n".utf8)
    #expect(!CueSheetText.isUnicode(bytes))
    let names = ["上.flac", "下.flac"].map { FilePath($0) }
    func page(_ owners: String?) -> (String, Bool) {
      let told = CueSheetText.page(of: bytes, owners: owners) { sheet in
        sheet.audioFiles(among: names, sheet: FilePath("s.cue")).allSatisfy { $0 != nil }
      }
      return (told.name, told.isSure)
    }
    #expect(page(nil) == ("GB18030", true) && page("CP936") == ("CP936", true) && page("CP932") == ("GB18030", true))
    let sheet = try #require(CueSheet(contents: bytes, codePage: "GB18030"))
    #expect(sheet.tracks.map(\.title) == ["一", "三"])
    // A line of another page in a sheet of UTF-8.
    let mixed =
      Array("FILE \"x\" WAVE\nTITLE \"Ünïcödé\"\nPERFORMER \"Größe\"\nTRACK 01 AUDIO\nTITLE \"caf".utf8) + [0xE9]
    let read = try #require(CueSheet(contents: mixed + Array("\"\nINDEX 01 00:00:00".utf8)))
    #expect(read.title == "Ünïcödé" && read.performer == "Größe" && read.tracks[0].title == "café")
  }
}
