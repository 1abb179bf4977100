import TestSupport
import Testing
import Tracks

@testable import Foobar2000

@Suite struct TextTableTests {
  private let header =
    "path\tartist\talbum\tdate\tdiscnumber\ttracknumber\ttitle\trating\tplay_count\tfirst_played\tlast_played\tadded"
  private let options = ReadingOptions(timeZone: "Europe/Berlin")

  private func row(_ path: String, artist: String = "A", _ statistics: String) -> String {
    "\(path)\t\(artist)\tB\t1999\t1\t2\tT\t\(statistics)"
  }

  @Test func readsATableWithHeader() throws {
    let text = [
      header, row("D:\\M\\a.flac", "5\t12\t2014-01-01 20:00:00\t2014-07-01 20:00:00\t2013-12-31 00:00:00"),
      row("D:\\M\\b.flac", "?\tN/A\tN/A\tN/A\t"), "",
    ].joined(separator: "\r\n")
    for bytes in [Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), utf16(text)] {
      let (records, summary) = try read(bytes, as: "t.txt", options: options)
      #expect(summary.kind == .textTable)
      #expect(!summary.isPlaylist)
      #expect(summary.malformed.count == 0)
      #expect(
        records[0]
          == ListeningRecord(
            locations: [.init(path: "D:\\M\\a.flac")],
            tags: TrackTags(title: "T", artist: "A", album: "B", date: "1999", trackNumber: "2", discNumber: "1"),
            playCount: 12, firstPlayed: 1_388_602_800, lastPlayed: 1_404_237_600, added: 1_388_444_400, rating: 5))
      #expect(records[1].playCount == nil)
      #expect(records[1].rating == nil)
    }
  }

  @Test func readsATableWithoutHeader() throws {
    let rows = (0..<9).map { number in
      let played = number % 3 == 0 ? "N/A\tN/A" : "2014-01-0\(number) 20:00:00\t2015-01-0\(number) 20:00:00"
      return row(
        "D:\\M\\\(number).flac", artist: "Artist \(number)",
        "\(number % 2 == 0 ? "?" : "4")\t\(number % 3 == 0 ? 0 : number + 5)\t\(played)\t2013-01-01 00:00:00")
    }
    let (records, summary) = try read((rows.joined(separator: "\n") + "\n").utf8, as: "t.txt", options: options)
    #expect(records.count == 9)
    #expect(records[1].playCount == 6)
    #expect(records[1].rating == 4)
    #expect(records[1].tags.title == "T")
    #expect(records[1].tags.artist == "Artist 1")
    #expect(records[1].firstPlayed == 1_388_602_800)
    #expect(records[3].lastPlayed == nil)
    #expect(records[3].added == 1_356_994_800)
    #expect(summary.warnings.count == 1)
  }

  @Test func aTableMayHoldLittle() throws {
    let (records, _) = try read("D:\\a.mp3\t3\nD:\\b.mp3\t0\n".utf8, as: "t.txt")
    #expect(records.map(\.playCount) == [3, 0])
    let (named, summary) = try read(
      "Artist\tAlbum\tSong\t2014-01-01T20:00:00Z\nA\tB\tT\tN/A\n".utf8, as: "t.txt", options: options)
    #expect(named[0].tags == TrackTags(title: "Song", artist: "Artist", album: "Album"))
    #expect(named[0].lastPlayed == 1_388_602_800)
    #expect(summary.withoutLocation == 2)
  }

  @Test func lineBreaksAndTabsInsideTagsCostLittle() throws {
    let statistics = "5\t1\tN/A\tN/A\tN/A"
    let text = [
      header, row("D:\\a.mp3", artist: "Broken\r\nby a line", statistics),
      row("D:\\b.mp3", artist: "Broken\tby a tab", statistics),
      "no row at all", row("D:\\c.mp3", statistics), "",
    ].joined(separator: "\r\n")
    let (records, summary) = try read(text.utf8, as: "t.txt")
    #expect(paths(records) == ["D:\\a.mp3", "D:\\b.mp3", "D:\\c.mp3"])
    #expect(records[0].tags.artist == "Broken\nby a line")
    #expect(records[1].tags == TrackTags())
    #expect(records.map(\.playCount) == [1, 1, 1])
    #expect(summary.malformed.count == 1)
  }

  @Test func readsCSV() throws {
    for separator in [",", ";"] {
      let text =
        ["\"%path%\"", "%title%", "\"%play_count%\""].joined(separator: separator) + "\n"
        + ["\"D:\\a\(separator) b.mp3\"", "\"Say \"\"yes\"\"\nor no\"", "7"].joined(separator: separator) + "\n"
      let (records, summary) = try read(text.utf8, as: "t.csv")
      #expect(paths(records) == ["D:\\a\(separator) b.mp3"])
      #expect(records[0].tags.title == "Say \"yes\"\nor no")
      #expect(records[0].playCount == 7)
      #expect(summary.malformed.count == 0)
    }
    #expect(
      try read("path\ttitle\tplays\nD:\\a.mp3\t\"Heroes\"\t1\n".utf8, as: "t.txt").records[0].tags.title
        == "\"Heroes\"")
  }

  @Test func readsObjectsOfAPattern() throws {
    let lines = """
      {"path":"D:\\new\\table "x", y.mp3","rating":?,"playcount":3,"last_played":"2014-01-01 20:00:00"}
      {"path":"\\\\nas\\b.mp3","rating":"4","playcount":"N/A","last_played":"N/A"}

      """
    let (records, summary) = try read(lines.utf8, as: "t.json", options: options)
    #expect(summary.kind == .textTable)
    #expect(paths(records) == ["D:\\new\\table \"x\", y.mp3", "\\\\nas\\b.mp3"])
    #expect(records[0].playCount == 3)
    #expect(records[0].lastPlayed == 1_388_602_800)
    #expect(records[1].rating == 4)
    let commas =
      #"{"Location":"D:\a.mp3","Rating":"?","PlayedCount":"2","PlayedDate":"N/A","DateAdded":"2014-01-01 20:00:00"},"#
    let second = try read((commas + "\r\n" + commas + "\r\n").utf8, as: "t.json", options: options)
    #expect(second.records.count == 2)
    #expect(second.records[0].playCount == 2)
    #expect(second.records[0].added == 1_388_602_800)
    let proper = #"[{"path":"D:\\a\\u.mp3","title":"\u00e9\ud83c\udfb5","play_count":4}, {"path":"D:\\b"}]"#
    let third = try read(proper.utf8, as: "t.json")
    #expect(paths(third.records) == ["D:\\a\\u.mp3", "D:\\b"])
    #expect(third.records[0].tags.title == "é\u{1F3B5}")
  }

  @Test func aMalformedPartCostsItself() throws {
    let objects =
      #"{"path":"D:\\a","playcount":1}"# + "\n" + #"{"path":"D:\\b,"playcount":1}"# + "\n"
      + #"{"path":"D:\\c","playcount":1}"#
    let (records, summary) = try read(objects.utf8, as: "t.json")
    #expect(paths(records) == ["D:\\a", "D:\\c"])
    #expect(summary.malformed.count == 1)
    // A list that is not closed once grew for ever.
    let list = #"[{"path":"D:\\a","x":[1,}"# + "\n" + #"{"path":"D:\\b","x":[1,[2]]}]"#
    #expect(try paths(read(list.utf8, as: "t.json").records) == ["D:\\b"])
    let table = "path\tplay_count\nD:\\a\t1\nD:\\b\tmany\nD:\\c\t2\n"
    let second = try read(table.utf8, as: "t.txt")
    #expect(paths(second.records) == ["D:\\a", "D:\\b", "D:\\c"] && second.records.map(\.playCount) == [1, nil, 2])
    #expect(second.summary.malformed.count == 0)
  }

  @Test func anUnbalancedQuoteCostsAtMostItsRow() throws {
    for (header, row, bad) in [
      ("path,title,play_count", "D:\\#.mp3,Title,#", "D:\\b.mp3,\"Heroes,3"),
      (
        "\"path\",\"title\",\"play_count\"", "\"D:\\#.mp3\",\"T \"\"x\"\", y\",\"#\"",
        "\"D:\\b.mp3\",\"\"Heroes\",\"3\""
      ),
      ("path;title;play_count", "D:\\#.mp3;\"a\nlong; title\";#", "D:\\b.mp3;\"Heroes;3"),
      ("path,title,play_count", "D:\\#.mp3,12\" mix,#", "D:\\b.mp3,\"12 mix,3"),
      ("artist,title,play_count", "A,T#,#", "A,\"Heroes,3"),
    ] {
      for position in [0, 1, 200, 397, 398] {
        var rows = (0..<399).map { row.replacing("#", with: "\($0)") }
        rows.insert(bad, at: position)
        let (records, summary) = try read(([header] + rows).joined(separator: "\n").utf8, as: "t.csv")
        #expect(records.count >= 399 && records.count + summary.malformed.count == 400, "\(bad) at \(position)")
        #expect(Set(records.compactMap(\.playCount)).count == 399)
      }
    }
  }

  @Test func readsCodePages() throws {
    let japanese: [UInt8] = [0x83, 0x65, 0x83, 0x58, 0x83, 0x67]
    let table =
      Array("path\ttitle\tplay_count\r\nD:\\".utf8) + japanese + Array(".mp3\t".utf8) + japanese + Array("\t4\r\n".utf8)
    let (records, summary) = try read(table, as: "t.txt", options: ReadingOptions(codePage: "CP932"))
    #expect(paths(records) == ["D:\\テスト.mp3"] && records[0].tags.title == "テスト" && records[0].playCount == 4)
    #expect(summary.encoding == "CP932" && summary.warnings.isEmpty)
    let western = Array("path\ttitle\tplay_count\nD:\\Caf".utf8) + [0xE9] + Array(".mp3\tT\t2\n".utf8)
    let guessed = try read(western, as: "t.txt")
    #expect(paths(guessed.records) == ["D:\\Café.mp3"] && guessed.summary.warnings.count == 1)
    let object = Array("{\"path\":\"D:\\Caf".utf8) + [0xE9] + Array(".mp3\",\"playcount\":3}\n".utf8)
    #expect(try paths(read(object, as: "t.json").records) == ["D:\\Café.mp3"])
  }

  @Test func readsObjectsInUTF16() throws {
    let line = #"{"path":"D:\音\x.mp3","title":"Jóga","playcount":3}"#
    let (records, summary) = try read(utf16(line + "\r\n" + line + "\r\n"), as: "t.json")
    #expect(paths(records) == ["D:\\音\\x.mp3", "D:\\音\\x.mp3"] && records[1].tags.title == "Jóga")
    #expect(summary.encoding == "UTF-16LE" && summary.malformed.count == 0)
  }

  @Test func readsCSVWithoutHeader() throws {
    for separator in [",", ";"] {
      let rows = (0..<9).map { number in
        [
          number > 4 ? "\"D:\\a\(separator) \(number).mp3\"" : "D:\\\(number).mp3", "Artist",
          "\"Title \"\"\(number)\"\"\"", "\(number * 7)", "2014-01-01 20:00:00",
        ]
        .joined(separator: separator)
      }
      let (records, summary) = try read(rows.joined(separator: "\n").utf8, as: "t.csv", options: options)
      #expect(paths(records) == (0..<9).map { $0 > 4 ? "D:\\a\(separator) \($0).mp3" : "D:\\\($0).mp3" })
      #expect(records[8].tags == TrackTags(title: "Title \"8\"", artist: "Artist") && records[8].playCount == 56)
      #expect(records[8].added == 1_388_602_800 && summary.warnings.count == 1)
    }
  }

  @Test func aMisspeltHeaderIsToldWithWhatItMeans() throws {
    let hint = "The column \"play_cuont\" is unknown; did you mean play_count?"
    let named = try read("path\ttitle\tplay_cuont\tadded\nD:\\a.mp3\tT\t3\t2020-01-01\n".utf8, as: "t.txt")
    #expect(named.records[0].playCount == nil && named.summary.warnings == [hint])
    do {
      _ = try read("paht;titel;play_cuont\nD:\\a.mp3;T;N/A\n".utf8, as: "t.csv")
      Issue.record("a table of unknown columns was taken")
    } catch let failure as ImportFailure {
      #expect(failure.reason == .unrecognised && failure.detail.hasSuffix(hint))
      #expect(failure.detail.contains("\"paht\" is unknown; did you mean path?"))
    }
    #expect(try read("path\tplay_count\tcodec\tmood\nD:\\a.mp3\t3\tx\ty\n".utf8, as: "t.txt").summary.warnings == [])
  }

  @Test func objectsBeyondAllBoundsAreGivenUp() throws {
    let lines = (0..<20_000).map { "{\"path\":\"D:\\\\\($0).mp3\",\"playcount\":\($0)}\n" }.joined()
    let long = String(repeating: "x", count: 2 << 20)
    for (text, name) in [
      (lines + "{\"path\":\"D:\\\\\(long)\",\"playcount\":3}\n" + lines, "strict"),
      (
        lines.replacing("\\\\", with: "\\") + "{\"path\":\"D:\\\(long)\"}\n" + lines.replacing("\\\\", with: "\\"),
        "raw"
      ),
    ] {
      let (records, summary) = try read(text.utf8, as: "t.json")
      #expect(summary.malformed.count == 1, "\(name)")
      #expect(records.count == 40_000, "\(name)")
    }
  }

  @Test(.timeLimit(.minutes(5))) func objectsWithoutAnEndTakeNoLongerThanOthers() throws {
    for part in [",{\"a", "[{\"x\":[", ",{\"x\":\"\\\"", "{"] {
      let text =
        "{\"path\":\"D:\\a.mp3\",\"playcount\":1}\n" + String(repeating: part, count: (1 << 20) / part.utf8.count)
      #expect(try refusal(text.utf8, as: "t.json") == .truncated || read(text.utf8, as: "t.json").records.count == 1)
    }
  }

  @Test func refusesWhatIsNotWhole() throws {
    for (text, name) in [
      (#"[{"path":"D:\\a","playcount":1},"#, "t.json"), (#"{"path":"D:\\a","playcount":1},{"path":"D:\\b""#, "t.json"),
      ("path\tartist\tplay_count\nD:\\a\tA\t1\nD:\\b\tB", "t.txt"),
      ("path,title,plays\nD:\\a,A,1\nD:\\b,\"B,2\n", "t.csv"),
    ] {
      #expect(try refusal(text.utf8, as: name) == .truncated, "\(text)")
    }
  }

  @Test func localTimesFollowTheClock() throws {
    let berlin = LocalTime(zoneName: "Europe/Berlin")
    // 2021-10-31 02:30 happened twice, 2021-03-28 02:30 never.
    #expect(berlin.seconds("2021-10-31 01:30:00".utf8) == 1_635_636_600)
    #expect(berlin.seconds("2021-10-31 02:30:00".utf8) == 1_635_640_200)
    #expect(berlin.seconds("2021-10-31 03:30:00".utf8) == 1_635_647_400)
    #expect(berlin.seconds("2021-03-28 02:30:00".utf8) == 1_616_895_000)
    #expect(berlin.seconds("2021-03-28".utf8) == 1_616_886_000)
    #expect(berlin.seconds("2021-02-03T04:05:06Z".utf8) == 1_612_321_506)
    for wrong in ["", "x", "2021", "2021-13-01", "2021-01-01 25:00:00", "99999-01-01", "2021-01-01 +02:00"] {
      #expect(berlin.seconds(wrong.utf8) == nil, "\(wrong)")
    }
    #expect(throws: ImportFailure.self) {
      try read((header + "\n").utf8, as: "t.txt", options: ReadingOptions(timeZone: "Europe/Nowhere"))
    }
  }
}
