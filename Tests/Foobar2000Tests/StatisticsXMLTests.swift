import Glibc
import TestSupport
import Testing
import Tracks

@testable import Foobar2000

@Suite struct StatisticsXMLTests {
  /// 2024-08-18 09:31:12 and 09:33:49 UTC.
  private let first = "133684614720000000"
  private let later = "133684616290000000"

  @Test func readsAnEntry() throws {
    let (records, summary) = try read(
      statistics(
        #"""
          <Entry ID="eef3112353c1512d" Count="12" FirstPlayed="\#(first)" FirstPlayedFriendly="2024-08-18 11:31:12" LastPlayed="\#(later)" Added="\#(later)" Rating="234" >
        <Item Path="D:\Music\A &amp; B\c&#39;s.flac"></Item>  </Entry>
        """#), as: "Statistics.xml")
    #expect(summary.kind == .statisticsXML)
    #expect(summary.entries == 1)
    #expect(summary.malformed.count == 0)
    #expect(summary.playlistName == nil)
    #expect(
      records == [
        ListeningRecord(
          locations: [.init(path: #"D:\Music\A & B\c's.flac"#)], playCount: 12, firstPlayed: 1_723_987_872,
          lastPlayed: 1_723_988_029, added: 1_723_988_029, rating: 5)
      ])
  }

  @Test func aRootAloneHoldsNothing() throws {
    #expect(try read(statistics(""), as: "s.xml").summary.entries == 0)
    #expect(try read("<PlaybackStatistics Version=\"3.0\"/>".utf8, as: "s.xml").summary.entries == 0)
  }

  @Test func anEntryMayLackItemsOrStatistics() throws {
    let (records, summary) = try read(
      statistics(
        "<Entry ID=\"1\" Added=\"\(first)\"></Entry>" + entry("/a", "") + entry("/b", "LastPlayed=\"\(first)\"")),
      as: "s.xml")
    #expect(summary.withoutLocation == 1)
    #expect(records[0] == ListeningRecord(added: 1_723_987_872))
    #expect(records[1] == ListeningRecord(locations: [.init(path: "/a")]))
    #expect(records[2].lastPlayed == 1_723_987_872)
    #expect(records[2].firstPlayed == nil)
    #expect(records[2].playCount == nil)
  }

  @Test func severalItemsAreOneHistory() throws {
    let items = [#"D:\M\a.flac"#, #"D:\M\a.mp3"#, #"E:\old\a.mp3"#, #"D:\M\a.mp3"#]
      .map { "<Item Path=\"\($0)\"/>" }.joined()
    let (records, _) = try read(statistics("<Entry ID=\"1\" Count=\"7\">\(items)</Entry>"), as: "s.xml")
    #expect(records.count == 1)
    #expect(paths(records) == [#"D:\M\a.flac"#, #"D:\M\a.mp3"#, #"E:\old\a.mp3"#])
  }

  @Test func cueTracksHaveNumbers() throws {
    let entries = (1...9).map { "<Entry ID=\"\($0)\" Count=\"1\"><Item Subsong=\"\($0)\" Path=\"/m/A.cue\"/></Entry>" }
    #expect(paths(try read(statistics(entries.joined()), as: "s.xml").records) == (1...9).map { "/m/A.cue#\($0)" })
  }

  @Test func strangeTimesAreLeftOutOrPutInOrder() throws {
    let (records, summary) = try read(
      statistics(
        entry("/a", "Count=\"1\" FirstPlayed=\"\(later)\" LastPlayed=\"\(first)\"")
          + entry("/b", "Count=\"1\" FirstPlayed=\"\(first)\" LastPlayed=\"\(later)\" Added=\"\(later)\"")
          + entry("/c", "Count=\"1\" FirstPlayed=\"864000000000\" LastPlayed=\"220898664000000000\" Added=\"0\"")),
      as: "s.xml")
    #expect(records[0].firstPlayed == 1_723_987_872)
    #expect(records[0].lastPlayed == 1_723_988_029)
    #expect(records[1].added == 1_723_988_029)
    #expect(records[2] == ListeningRecord(locations: [.init(path: "/c")], playCount: 1))
    #expect(summary.warnings.count == 1)
  }

  @Test func friendlyTimesOnlyStandIn() throws {
    let (records, _) = try read(
      statistics(
        entry("/a", "FirstPlayed=\"\(first)\" FirstPlayedFriendly=\"2024-08-18 12:31:12\"")
          + entry("/b", "LastPlayedFriendly=\"2024-08-18 12:00:0\"") + entry("/c", "AddedFriendly=\"yesterday\"")),
      as: "s.xml", options: ReadingOptions(timeZone: "Europe/Berlin"))
    #expect(records[0].firstPlayed == 1_723_987_872)
    #expect(records[1].lastPlayed == 1_723_975_200)
    #expect(records[2].added == nil)
  }

  @Test func ratingsAreOnTheScaleOfTheFile() throws {
    func ratings(_ values: [Int]) throws -> [Int?] {
      try read(statistics(values.map { entry("/\($0)", "Rating=\"\($0)\"") }.joined()), as: "s.xml").records.map(
        \.rating)
    }
    #expect(try ratings([63, 106, 149, 191, 234, 255, 0]) == [1, 2, 3, 4, 5, nil, nil])
    #expect(try ratings([1, 2, 3, 4, 5, 0, 255]) == [1, 2, 3, 4, 5, nil, nil])
    #expect(try ratings([1, 2, 9, 10]) == [1, 1, 5, 5])
  }

  @Test func identifiersAreFree() throws {
    let entries = ["ffffffffffffffff", "EEF3112353C1512D", "1", "1", ""]
      .map { "<Entry ID=\"\($0)\" Count=\"2\"><Item Path=\"/a\"/></Entry>" }
    #expect(try read(statistics(entries.joined()), as: "s.xml").summary.entries == 5)
  }

  @Test func encodingsAreFoundOut() throws {
    let text = String(decoding: statistics(entry("/Caf\u{E9} 音")), as: UTF8.self)
    let crlf = text.replacing("\n", with: "\r\n")
    let latin =
      Array(#"<?xml version="1.0" encoding="ISO-8859-1"?>"#.utf8)
      + statistics(entry("/Caf#")).map {
        $0 == UInt8(ascii: "#") ? 0xE9 : $0
      }
    for (bytes, path, encoding) in [
      ([0xEF, 0xBB, 0xBF] + Array(crlf.utf8), "/Caf\u{E9} 音", "UTF-8"), (utf16(crlf), "/Caf\u{E9} 音", "UTF-16LE"),
      (Array("<?xml version=\"1.0\"?>\n<!-- by hand -->\n\(text)".utf8), "/Caf\u{E9} 音", "UTF-8"),
      (latin, "/Caf\u{E9}", "ISO-8859-1"),
    ] {
      let (records, summary) = try read(bytes, as: "s.xml")
      #expect(paths(records) == [path])
      #expect(summary.encoding == encoding)
      #expect(summary.malformed.count == 0)
    }
  }

  @Test func pathsAreKeptAsTheyAre() throws {
    for (written, path) in [
      ("D:\\A &amp; B.mp3", "D:\\A & B.mp3"), ("/a&#39;b&#x22;&apos;", "/a'b\"'"), ("/\u{1F3B5}.mp3", "/\u{1F3B5}.mp3"),
      ("/\u{5E9}\u{5DC}\u{5D5}\u{5DD}.mp3", "/\u{5E9}\u{5DC}\u{5D5}\u{5DD}.mp3"), ("/e\u{301}", "/e\u{301}"),
      ("/a\u{F022}b", "/a\u{F022}b"), ("D:\\dots.\\x.mp3", "D:\\dots.\\x.mp3"), ("/a%20b#;c", "/a%20b#;c"),
      ("/foo,2.flac", "/foo,2.flac"), ("file://C:\\a%20b.mp3", "C:\\a%20b.mp3"), ("file:///Users/x", "/Users/x"),
      ("file-relative://..\\M\\x.mp3", "..\\M\\x.mp3"), ("mac-volume://AB-12/Share/x.mp3", "/Volumes/Share/x.mp3"),
      ("unpack://zip|14|file://C:\\a|b|in|ner.mp3", "unpack://zip|14|file://C:\\a|b|in|ner.mp3"),
      ("unpack://zip|13|file://C:\\a|b|in|ner.mp3", "C:\\a|b|in|ner.mp3"),
      ("unpack://zip|15|file://C:\\a.zip|in|ner.mp3", "C:\\a.zip|in|ner.mp3"), ("http://x/y?a=1", "http://x/y?a=1"),
    ] {
      let record = try #require(try read(statistics(entry(written)), as: "s.xml").records.first)
      #expect(Array(record.locations[0].path.utf8) == Array(path.utf8), "\(written)")
    }
  }

  @Test func aMalformedEntryCostsItself() throws {
    for bad in [
      #"<Entry ID="2" Count="1"><Item Path="C:\b.mp3/></Entry>"#,
      #"<Entry ID="2" Count="1"><Item Path="C:\b.mp3">"#, #"<Entry ID="2" ID="3" Count="1"/>"#,
      #"<Entry ID=2 Count="1"/>"#,
      #"<Entry ID="2" Count="1""#, "<Entry ID=\"2\"></Item></Entry>",
    ] {
      let (records, summary) = try read(statistics(entry("/a") + bad + "\n" + entry("/b")), as: "s.xml")
      #expect(paths(records) == ["/a", "/b"], "\(bad)")
      #expect(summary.malformed.count == 1, "\(bad) \(summary.malformed.first)")
      #expect(summary.malformed.first.first?.place == "line 4")
    }
  }

  @Test func entriesBeyondAllBoundsAreGivenUp() throws {
    let items = (0..<12_000).map {
      "<Item Subsong=\"0\" Path=\"D:\\Music\\untagged tracks of all kinds and of all years\\folder \($0).wav\"/>"
    }
    let others = (0..<20_000).map { entry("/\($0)") }.joined()
    for large in [
      entry("/\(String(repeating: "x", count: 2 << 20))"), "<Entry ID=\"2\" Count=\"1\">\(items.joined())</Entry>\n",
      "<Entry ID=\"2\" Count=\"1\">\(items.joined())\n",
      "<Entry ID=\"2\" Count=\"1\"><!-- <Entry> -->\(items.joined())<!-- </Entry> --></Entry>\n",
      "<Entry ID=\"2\" Count=\"1\">\(String(repeating: "x", count: 2 << 20))<!-- </Entry>\n",
    ] {
      let (records, summary) = try read(statistics(entry("/a") + large + others), as: "s.xml")
      #expect(summary.malformed.count == 1, "\(large.prefix(80))")
      #expect(records.count == 20_001, "\(large.prefix(80))")
    }
  }

  /// What is looked at again and again without end takes longer than anybody waits.
  @Test(.timeLimit(.minutes(5))) func malformedEntriesTakeNoLongerThanOthers() throws {
    for part in ["<Entry><!--", "<Entry><!-- <Entry> -->", "<Entry ID=\"1", "<Entry ID=\"1\"><Item Path=\""] {
      let text = String(repeating: part, count: (1 << 20) / part.utf8.count)
      let folder = try TemporaryFolder()
      let file = FilePath(try folder.write(statistics(entry("/a") + text), to: "s.xml"))
      if try refusal(file) == nil { #expect(try read(file).records.count == 1, "\(part)") }
    }
  }

  @Test func refusesWhatIsNotWhole() throws {
    let whole = statistics(entry("/a") + entry("/b"))
    let folder = try TemporaryFolder()
    for length in 0..<(whole.count - 2) {
      let reason = try refusal(overwrite(folder["s.xml"], Array(whole.prefix(length))))
      #expect(reason != nil, "\(length)")
      if length > 82 { #expect(reason == .truncated) }
    }
  }

  @Test func orderAndStrangersDoNotMatter() throws {
    let (records, summary) = try read(
      Array(
        """
        <PlaybackStatistics Mapping='C653739F-14B3-4EF2-819B-A3E2883230AE' Version='9' New='1'><Entry New="x" Rating = "191"
          Added='\(first)' Count='3'><New><Deep a="1"/></New><!-- <Entry> --><Item
          Title="T" New="1" Path='/a' Artist="A" Album="B"><Deeper/></Item></Entry><Other><Thing/></Other><![CDATA[<Entry]]>
        <?pi?></PlaybackStatistics>
        """.utf8), as: "s.xml")
    #expect(paths(records) == ["/a"])
    #expect(records[0].rating == 4)
    #expect(records[0].tags == TrackTags(title: "T", artist: "A", album: "B"))
    #expect(summary.malformed.count == 0)
    #expect(summary.warnings == ["1 elements that are no Entry were skipped."])
  }

  @Test func refusesHashesAndEntities() throws {
    #expect(try refusal(statistics("<Entry ID=\"1\" Count=\"1\"/>"), as: "s.xml") == .hashOnly)
    let bomb = Array("<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;\">]>\n".utf8)
    #expect(try refusal(bomb + statistics(entry("/&c;")), as: "s.xml") == .entityDefinitions)
    #expect(try refusal(statistics("<!DOCTYPE x SYSTEM \"file:///etc/passwd\">"), as: "s.xml") == .entityDefinitions)
    #expect(try refusal(statistics("<Entry ID=\"2\"><!DOCTYPE a></Entry>"), as: "s.xml") == .entityDefinitions)
    #expect(try refusal("<html><body/></html>".utf8, as: "s.xml") == .unrecognised)
    #expect(try refusal([], as: "s.xml") == .empty)
  }

  @Test func oneDamagedByteCostsOneEntry() throws {
    let whole = statistics((0..<3).map { entry("/m/\($0)", "Count=\"\($0)\"") }.joined())
    let folder = try TemporaryFolder()
    let body = whole.firstIndex(of: 0x0A)! + 1..<whole.count - 24
    for position in body {
      for byte in [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "&"), 0, 0xFF] {
        var damaged = whole
        damaged[position] = byte
        let file = try overwrite(folder["s.xml"], damaged)
        let (records, summary) = try read(file)
        #expect(records.count >= 2, "byte \(position) = \(byte)")
        #expect(records.count == 3 || summary.malformed.count + summary.warnings.count >= 1, "\(position) \(byte)")
      }
    }
  }

  /// In a process of its own, whose memory is its own.
  @Test func manyEntriesStream() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let count = 200_000
      let output = try #require(fopen(folder["s.xml"], "w"))
      fputs("<PlaybackStatistics Version=\"3.0\">\n", output)
      for number in 0..<count {
        fputs(
          entry("D:\\Music\\Artist \(number % 500)\\Album\\\(number).flac", "Count=\"\(number)\""), output)
      }
      fputs("</PlaybackStatistics>", output)
      fclose(output)
      let before = Memory.largest()
      var next = 0
      var isInOrder = true
      let summary = try ExportReader.read(FilePath(folder["s.xml"])) {
        if $0.playCount != next { isInOrder = false }
        next += 1
      }
      #expect(isInOrder)
      #expect(summary.entries == count)
      #expect(Memory.largest() - before < 16 << 20)
    }
  }
}
