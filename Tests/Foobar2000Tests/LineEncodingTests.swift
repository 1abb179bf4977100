import TestSupport
import Testing
import Tracks

@testable import Foobar2000

@Suite struct LineEncodingTests {
  /// The text of bytes whose lines are UTF-8 or else in a code page, and the number of lines that are not UTF-8.
  private static func decode(_ bytes: [UInt8], codePage: String?) -> (text: String, others: Int) {
    var census = LineCensus()
    census.take(bytes[...])
    census.end()
    var text: [UInt8] = []
    if let named = codePage, let decoder = LineDecoder(codePage: named) {
      decoder.append(bytes[...], to: &text)
    } else if let decoder = LineDecoder(codePage: LineDecoder.fallback) {
      decoder.append(bytes[...], to: &text)
    }
    return (String(decoding: text, as: UTF8.self), census.others)
  }

  private let western: [UInt8] = Array("D:\\M\\S".utf8) + [0xF6] + Array("ng.flac\r\n".utf8)

  private func list(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 } }

  @Test func oneLineOfACodePageCostsNoOther() throws {
    let text = list([Array("#EXTM3U\r\nD:\\M\\Jóga.flac\r\n".utf8), western, Array("D:\\M\\日本.flac\r\n".utf8)])
    let (records, summary) = try read(text, as: "Active.m3u8")
    #expect(paths(records) == ["D:\\M\\Jóga.flac", "D:\\M\\Söng.flac", "D:\\M\\日本.flac"])
    #expect(summary.encoding == "UTF-8 and CP1252")
    #expect(summary.warnings.count == 1 && summary.warnings[0].hasPrefix("1 of 4 lines is not UTF-8"))
    // The mark of UTF-8 says nothing against bytes that are none.
    let marked = try read([0xEF, 0xBB, 0xBF] + text, as: "Active.m3u8")
    #expect(marked.records == records && marked.summary.warnings == summary.warnings)
  }

  @Test func aLineIsInTheOwnersCodePageWhereItIsNotUTF8() throws {
    let japanese: [UInt8] = Array("C:\\".utf8) + [0x83, 0x65, 0x83, 0x58, 0x83, 0x67] + Array(".mp3\r\n".utf8)
    let text = list([Array("C:\\日本.mp3\r\n".utf8), japanese])
    let (records, summary) = try read(text, as: "a.m3u", options: ReadingOptions(codePage: "CP932"))
    #expect(paths(records) == ["C:\\日本.mp3", "C:\\テスト.mp3"])
    #expect(summary.warnings.count == 1 && summary.warnings[0].contains("CP932"))
  }

  @Test func aDoubleByteLetterThatLooksLikeUTF8StaysOne() throws {
    // 陆 is C2 BD in GBK, which is also UTF-8 for one half.
    let chance: [UInt8] = Array("C:\\".utf8) + [0xC2, 0xBD] + Array(".mp3\r\n".utf8)
    let sure: [UInt8] = Array("C:\\".utf8) + [0xD6, 0xD0, 0xB9, 0xFA] + Array(".mp3\r\n".utf8)
    let (records, _) = try read(
      list([chance, sure, sure]), as: "a.m3u", options: ReadingOptions(codePage: "GBK"))
    #expect(paths(records)[0] == "C:\\陆.mp3")
    let declared = try read(Array("#EXTENC: GBK\r\n".utf8) + chance, as: "a.m3u")
    #expect(paths(declared.records) == ["C:\\陆.mp3"])
  }

  @Test(arguments: ["UTF-8", "windows-1252", "no-such-page", "UTF-16LE", "CP1252"])
  func aDeclarationThatLiesLosesNoLine(declared: String) throws {
    let text = list([Array("#EXTM3U\r\n#EXTENC: \(declared)\r\nD:\\M\\Jóga 日本.flac\r\n".utf8), western])
    let (records, _) = try read(text, as: "Active.m3u8")
    #expect(paths(records) == ["D:\\M\\Jóga 日本.flac", "D:\\M\\Söng.flac"])
  }

  /// Programs add their lines to a list of UTF-16 without looking.
  @Test(arguments: [false, true]) func linesOfBytesInAListOfUTF16AreRead(bigEndian: Bool) throws {
    func wide(_ text: String) -> [UInt8] {
      text.utf16.flatMap { bigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }
    let names = ["上海.mp3", "D:\\M\\日本.flac", "音楽\\上.mp3", "上\\ગીત.ogg"]
    let narrow = [Array("D:\\M\\odd.flac\r\n".utf8), western, Array("Other\\Jóga.mp3\r\n#EXTINF:1,x\r\n".utf8)]
    var bytes: [UInt8] = bigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE]
    for (name, line) in zip(names, narrow + [[]]) { bytes += wide(name + "\r\n") + line }
    let (records, _) = try read(bytes + Array("E:\\last one.flac".utf8), as: "Active.m3u8")
    #expect(
      paths(records) == [
        names[0], "D:\\M\\odd.flac", names[1], "D:\\M\\Söng.flac", names[2], "Other\\Jóga.mp3", names[3],
        "E:\\last one.flac",
      ])
  }

  @Test func theRowsOfATableAreReadOneByOne() throws {
    let text = list([
      Array("path\tplay_count\r\nD:\\M\\Jóga.flac\t3\r\n".utf8), Array("D:\\M\\S".utf8) + [0xF6],
      Array("ng.flac\t5\r\n".utf8),
    ])
    let (records, summary) = try read(text, as: "plays.txt")
    #expect(paths(records) == ["D:\\M\\Jóga.flac", "D:\\M\\Söng.flac"])
    #expect(records.map(\.playCount) == [3, 5])
    #expect(summary.warnings.contains { $0.hasPrefix("1 of 3 lines is not UTF-8") })
  }

  @Test func linesAreWholeWhereverThePiecesOfAFileEnd() throws {
    // Pieces of 256 KiB end inside lines and inside letters.
    let line = Array("D:\\M\\".utf8) + Array(String(repeating: "ö", count: 97).utf8) + Array(".flac\n".utf8)
    var text = western
    for _ in 0..<8_000 { text += line }
    let (records, _) = try read(text, as: "Active.m3u8")
    #expect(records.count == 8_001)
    #expect(Set(paths(records).dropFirst()) == ["D:\\M\\" + String(repeating: "ö", count: 97) + ".flac"])
  }

  @Test func aTextIsDecodedLineByLineForOtherReaders() {
    let text = list([Array("Jóga\r\n".utf8), western])
    let decoded = Self.decode(text, codePage: nil)
    #expect(decoded.text == "Jóga\r\nD:\\M\\Söng.flac\r\n" && decoded.others == 1)
    #expect(Self.decode(text, codePage: "no-such-page").text == decoded.text)
    #expect(Self.decode([], codePage: "CP932").others == 0)
  }

  // MARK: Lines that begin with #

  @Test(arguments: [
    ("#1 Hits\\song.flac", true), ("#1 Hits/song.flac", true), ("#1 Crush.mp3", true), ("## Band/a.ogg", true),
    ("# Band/a.ogg", true), ("#EXTRA/song.flac", true), ("#1 Hits\\a.mka,3", true), ("#Band\\x.cue|subsong:2", true),
    ("#EXTM3U", false), ("#EXTINF:200,AC/DC - a.mp3", false), ("#extinf:3,x.mp3", false), ("#EXTENC:UTF-8", false),
    ("#EXTVLCOPT:x=/a/b.mp3", false), ("#PLAYLIST:a/b.mp3", false), ("#EXTM3U url=\"x/y.mp3\"", false),
    ("# see song.mp3", false), ("#D:\\M\\a.mp3", false), ("# D:\\M\\a.mp3", false), ("#/m/a.mp3", false),
    ("#http://e.org/a.mp3", false), ("#\\\\nas\\m\\a.mp3", false), ("#", false), ("# a remark", false),
    ("#1 Hits\\cover.jpg", false),
  ])
  func tellsPathsFromRemarks(line: String, isPath: Bool) throws {
    #expect(HashLine.isLocation(line, isDescribed: false) == isPath)
    let (records, _) = try read("a.mp3\r\n\(line)\r\nz.mp3\r\n".utf8, as: "Active.m3u8")
    #expect(records.count == (isPath ? 3 : 2))
  }

  @Test func aPathWithAHashHasItsDescription() throws {
    let text =
      "#EXTM3U\r\n#EXTINF:200,Band - Song 1\r\n#1 Band\\Album\\01 Song.flac\r\n#EXTINF:7,Band - # 2\r\n# 2.mp3\r\n"
    let (records, summary) = try read(text.utf8, as: "Active.m3u8")
    #expect(paths(records) == ["#1 Band\\Album\\01 Song.flac", "# 2.mp3"] && summary.entries == 2)
    #expect(records.map(\.duration) == [200, 7] && records[0].tags.title == "Song 1")
  }

  @Test(arguments: [
    ("#EXTINF:1,A - B\n#1 B\\a.flac\n#EXTINF:1,A - C\n#1 B\\b.flac", false), ("#1 B\\a.flac\n#1 B\\b.fl", true),
    ("#1 B\\a.flac\n# thanks for listening", false), ("a.flac\n#EXTI", true), ("#1 B\\a.flac\n#EXTM3U", false),
  ])
  func aCopyThatBreaksOffIsToldFromOneThatDoesNot(text: String, isBroken: Bool) throws {
    #expect(try refusal(text.utf8, as: "Active.m3u8") == (isBroken ? .truncated : nil))
  }

  @Test func joinedListsKeepTheirFirstLines() throws {
    let text = "\u{FEFF}#EXTM3U\r\na.mp3\r\n\u{FEFF}#EXTM3U\r\nb.mp3\r\n\u{FEFF}c.mp3\r\n"
    #expect(try paths(read(text.utf8, as: "Active.m3u8").records) == ["a.mp3", "b.mp3", "c.mp3"])
  }
}
