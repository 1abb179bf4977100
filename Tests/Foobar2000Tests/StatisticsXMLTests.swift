import TestSupport
import Testing
import Tracks

@testable import Foobar2000

/// Reads what was written to a file, as foobar2000's exports are read.
func read(
  _ text: some Sequence<UInt8>, as name: String, options: ReadingOptions = ReadingOptions()
) throws -> (records: [ListeningRecord], summary: ExportSummary) {
  let folder = try TemporaryFolder()
  let file = FilePath(try folder.write(text, to: name))
  var records: [ListeningRecord] = []
  let summary = try ExportReader.read(file, options: options) { records.append($0) }
  return (records, summary)
}

/// A document around entries.
func statistics(_ entries: String) -> String.UTF8View {
  """
  <PlaybackStatistics Version="3.0" Mapping="C653739F-14B3-4EF2-819B-A3E2883230AE">
  \(entries)
  </PlaybackStatistics>

  """.utf8
}

@Suite struct StatisticsXMLTests {
  @Test func readsAnEntry() throws {
    let (records, summary) = try read(
      statistics(
        """
          <Entry ID="eef3112353c1512d" Count="12" FirstPlayed="133684614720000000" FirstPlayedFriendly="2024-08-18 11:31:12" LastPlayed="133684616290000000" Added="133684616290000000" Rating="234" >
        <Item Path="D:\\Music\\A &amp; B\\c&#39;s.flac"></Item>  </Entry>
          <Entry ID="1" Count="0" Added="133684616290000000"><Item Subsong="3" Path='/m/Album.cue'/></Entry>
        """), as: "Statistics.xml")
    #expect(summary.kind == .statisticsXML)
    #expect(summary.entries == 2)
    #expect(summary.malformed.count == 0)
    #expect(records[0].playCount == 12)
    #expect(records[0].firstPlayed == 1_723_987_872)
    #expect(records[0].rating == 5)
    #expect(records[0].locations == [.init(path: "D:\\Music\\A & B\\c's.flac")])
    #expect(records[1].locations == [.init(path: "/m/Album.cue", subsong: 3)])
    #expect(records[1].playCount == 0)
    #expect(records[1].firstPlayed == nil)
  }

  @Test func aMalformedEntryCostsItself() throws {
    let good = #"<Entry ID="1" Count="1"><Item Path="C:\a.mp3"></Item></Entry>"#
    for bad in [
      #"<Entry ID="2" Count="x"><Item Path="C:\b.mp3"/></Entry>"#,
      #"<Entry ID="2" Count="1"><Item Path="C:\b & c.mp3"/></Entry>"#,
      #"<Entry ID="2" Count="1"><Item Path="C:\b.mp3/></Entry>"#,
      #"<Entry ID="2" Count="1"><Item Path="C:\b.mp3">"#,
      #"<Entry ID="2" Count="1""#,
      "<Entry ID=\"2\" Count=\"1\"><Item Path=\"C:\\\u{B}.mp3\"/></Entry>",
    ] {
      let (records, summary) = try read(statistics(good + "\n" + bad + "\n" + good), as: "s.xml")
      #expect(records.count == 2, "\(bad)")
      #expect(summary.malformed.count == 1, "\(bad)")
      #expect(summary.malformed.first.first?.place == "line 3")
    }
  }

  @Test func refusesWhatIsNotWhole() throws {
    let whole = Array(statistics(#"<Entry ID="1" Count="1"><Item Path="C:\a.mp3"></Item></Entry>"#))
    for length in stride(from: 30, to: whole.count - 3, by: 1) {
      #expect(throws: ImportFailure.self) { try read(whole.prefix(length), as: "s.xml") }
    }
  }

  @Test func refusesHashesAndEntities() throws {
    let hashes = #"<Entry ID="1" Count="1" FirstPlayed="133684614720000000"/>"#
    #expect { try read(statistics(hashes), as: "s.xml") } throws: { ($0 as? ImportFailure)?.reason == .hashOnly }
    let bomb = "<!DOCTYPE x [<!ENTITY a \"b\">]>\n".utf8 + Array(statistics(""))
    #expect { try read(bomb, as: "s.xml") } throws: { ($0 as? ImportFailure)?.reason == .entityDefinitions }
  }
}
