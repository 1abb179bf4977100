import TestSupport
import Testing
import Tracks

@testable import Foobar2000

/// One odd cell or attribute costs itself: the count and the rest of its entry are kept.
@Suite struct OddValueTests {
  private let utc = ReadingOptions(timeZone: "UTC")

  @Test func datesOfASpreadsheetAreRead() throws {
    // Case: a Text Tools table, opened and saved by a spreadsheet.
    let table =
      "path;play_count;last_played\r\nD:\\Music\\Artist\\Album\\01 Song.flac;8;02.01.2024 10:00\r\n"
      + "D:\\Music\\Artist\\Album\\02 Song.flac;2;05.01.2024 10:00\r\n"
    let (records, summary) = try read(table.utf8, as: "t.csv", options: utc)
    #expect(records.map(\.playCount) == [8, 2])
    #expect(records.map(\.lastPlayed) == [1_704_189_600, 1_704_448_800])
    #expect(summary.warnings.isEmpty && summary.malformed.count == 0)
  }

  @Test(arguments: [
    "2024-01-02 14:05", "2024-01-02T14:05:00Z", "02.01.2024 14:05", "2.1.24 14:05", "02.01.2024, 14:05:00",
    "2 Jan 2024 14:05", "02 Jan 2024, 14:05", "Jan 2, 2024 2:05 PM", "Tuesday, January 2, 2024 2:05:00 p.m.",
    "2. Januar 2024 14:05", "2 janv. 2024 14:05", "2 de enero de 2024 14:05", "2 янв. 2024 г., 14:05",
    "2024年1月2日 14:05", "2024年1月2日 下午2:05", "2024. 1. 2. 오후 2:05", "2024/1/2 14:05", "2-Jan-24 14:05",
    "45293.586806", "45293,5868055556", "1704204300", "1704204300000", "133486779000000000", "1.7042043E+12",
    "2024-01-02T15:05:00+01:00", "2 gennaio 2024 14:05", "2 stycznia 2024 14:05", "1704204300.0",
  ])
  func aTimeIsReadInEverySpelling(_ text: String) throws {
    let row = TableRow(localTime: LocalTime(zoneName: "UTC"))
    #expect(row.time(text) == 1_704_204_300)
  }

  @Test(arguments: [
    "########", "-1", "yesterday", "31.02.2024 10:00", "02.13.2024", "2024", "10:00", "1.5", "Track 2.1.2024",
    "99999999999999999999999", "1e400", "24-01-02", "2024-01-02 14:05 and so on", "", "NaN", "0x10",
  ])
  func whatIsNoTimeIsNone(_ text: String) {
    #expect(TableRow(localTime: LocalTime(zoneName: "UTC")).time(text) == nil)
  }

  @Test func otherDatesOfATableTellWhichNumberIsTheDay() throws {
    func played(_ dates: [String]) throws -> (times: [Double?], warnings: [String]) {
      let rows = dates.enumerated().map { "D:\\\($0.offset).mp3,1,\($0.element)" }.joined(separator: "\n")
      let (records, summary) = try read(("path,plays,last_played\n" + rows + "\n").utf8, as: "t.csv", options: utc)
      return (records.map(\.lastPlayed), summary.warnings)
    }
    let february: Double = 1_706_781_600
    let january: Double = 1_704_189_600
    let days = try played(["01/02/2024 10:00", "13/01/2024 10:00"])
    #expect(days.times[0] == february && days.warnings.isEmpty)
    let months = try played(["01/02/2024 10:00", "01/13/2024 10:00"])
    #expect(months.times[0] == january && months.warnings.isEmpty)
    // Where nothing tells, the later day is claimed, which proves less.
    let unknown = try played(["01/02/2024 10:00", "02/01/2024 10:00"])
    #expect(unknown.times == [february, february])
    #expect(unknown.warnings.count == 1 && unknown.warnings[0].contains("2 dates like 01/02/2024"))
    #expect(try played(["01/13/2024 10:00", "13/01/2024 10:00"]).times == [1_705_140_000, 1_705_140_000])
  }

  @Test(arguments: [
    ("7", 7), (" 7 ", 7), ("+7", 7), ("3,0", 3), ("3.00", 3), ("1e2", 100), ("1,2E+03", 1_200), ("1 234", 1_234),
    ("1\u{A0}234", 1_234), ("1'234", 1_234), ("1,234", 1_234), ("1,234,567", 1_234_567), ("1.234,0", 1_234),
    ("=\"7\"", 7),
    ("'7", 7), ("0", 0), ("007", 7), ("1000000000", 1_000_000_000), ("0,000", 0), ("5e0", 5), ("1.50e1", 15),
  ])
  func aCountIsReadInEverySpelling(_ text: String, _ count: Int) {
    #expect(CellNumber.count(text) == count)
  }

  @Test(arguments: [
    "", " ", "-1", "many", "3,5", "1,000", "1.000", "1e-2", "1e99", "99999999999999999999", "1000000001", "1,2,3",
    "12,34,567",
    "--7", "7x", ".", ",5", "5,", "e5", "1e", "NaN", "٣", "0x10", "1.2.3,4,5",
  ])
  func whatIsNoCountIsNone(_ text: String) {
    #expect(CellNumber.count(text) == nil)
  }

  @Test func anOddCellIsToldOnceWithTheFirstPlace() throws {
    let table = """
      path\tplay_count\tlast_played\trating
      D:\\a.mp3\t3\t########\t4,0
      D:\\b.mp3\t-1\t2024-01-02 14:05:00\t?
      D:\\c.mp3\t9\t########\t?
      D:\\d.mp3\tmany\tlately\t5

      """
    let (records, summary) = try read(table.utf8, as: "t.txt", options: utc)
    #expect(records.map(\.playCount) == [3, nil, 9, nil] && records.map(\.rating) == [4, nil, nil, 5])
    #expect(records.map(\.lastPlayed) == [nil, 1_704_204_300, nil, nil] && summary.malformed.count == 0)
    #expect(
      summary.warnings == [
        "5 values could not be read and were left out; the rest of their rows counts: 3 of last_played, the first at "
          + "line 2: \"########\"; 2 of play_count, the first at line 3: \"-1\"."
      ])
  }

  @Test func anOddAttributeCostsItself() throws {
    let body =
      entry("/a", #"Count="4" LastPlayed="-1""#) + entry("/b", #"Count="" LastPlayed="133684616290000000""#)
      + entry("/c", #"Count="3,0" Rating="" Added="""#)
      + entry("/d", #"Count=" 7 " FirstPlayed="99999999999999999999999""#)
      + entry("/e", #"Count="1e2" Rating="many""#) + entry("/f", #"Count="-1" Added="133684616290000000""#)
      + #"<Entry ID="1" Count="5"><Item Path="/g" Subsong="x"/><Item Path="/h" Subsong="" Title="A & B"/></Entry>"#
      + #"<Entry ID="1" Count="6"><Item Path="&lol;" Title="T" Artist="&#0;"/></Entry>"#
      + "<Entry ID=\"1\" Count=\"8\"><Item Path=\"/i\" Title=\"\u{B}\"/></Entry>"
    let (records, summary) = try read(statistics(body), as: "s.xml")
    #expect(summary.malformed.count == 0)
    #expect(records.map(\.playCount) == [4, nil, 3, 7, 100, nil, 5, 6, 8])
    #expect(paths(records) == ["/a", "/b", "/c", "/d", "/e", "/f", "/h", "/i"])
    #expect(records[1].lastPlayed == 1_723_988_029 && records[5].added == 1_723_988_029)
    #expect(records[6].tags.title == "A & B" && records[7].tags.title == "T" && records[7].tags.artist == nil)
    let told = try #require(summary.warnings.first { $0.contains("could not be read") })
    #expect(
      told.contains("1 of LastPlayed, the first at line 2: \"-1\"") && told.contains("2 of Count, the first at line 4"))
    #expect(summary.warnings.count == 1, "\(summary.warnings)")
  }

  @Test func anOddMemberCostsItself() throws {
    let lines = """
      {"path":"D:\\a","playcount":########,"last_played":"02.01.2024 14:05"}
      {"path":"D:\\b","playcount":"3,0","last_played":-1,"more":{"deep":[{"x":1}]}}
      {"path":"D:\\c","playcount":1e99,"last_played":lately}

      """
    let (records, summary) = try read(lines.utf8, as: "t.json", options: utc)
    #expect(paths(records) == ["D:\\a", "D:\\b", "D:\\c"] && records.map(\.playCount) == [nil, 3, nil])
    #expect(records.map(\.lastPlayed) == [1_704_204_300, nil, nil] && summary.malformed.count == 0)
    #expect(summary.warnings.count == 1 && summary.warnings[0].contains("1 of last_played"), "-1 is never")
    let objects = """
      [{"id":"D:\\\\a|0","2003_playcount":-1,"2003_added":1500000000},{"id":"D:\\\\b|0","2003_playcount":"7","2003_rating":99},
      {"id":"D:\\\\c|0","2003_playcount":2.5,"2003_last_played":"never"},{"id":"D:\\\\d|0","2003_playcount":3}]
      """
    let second = try read(objects.utf8, as: "2003.json")
    #expect(second.records.map(\.playCount) == [nil, 7, nil, 3] && second.records[0].added == 1_500_000_000)
    #expect(second.summary.malformed.count == 0)
    #expect(second.summary.warnings.contains { $0.contains("2 of 2003_playcount, the first at object 1: \"-1\"") })
  }

  @Test func anOddNumberInADatabaseCostsItself() throws {
    let folder = try TemporaryFolder()
    let last: UInt64 = 133_684_616_290_000_000
    try ProfileBuilder.write(
      ProfileBuilder.schema
        + ProfileBuilder.rows(
          key: 1, names: ["0+file://D:\\a"], value: ProfileBuilder.history(UInt32.max, [last, last, last]))
        + ProfileBuilder.rows(
          key: 2, names: ["0+file://D:\\b"], value: ProfileBuilder.history(5, [1, UInt64.max, last])),
      to: folder["metadb.sqlite"])
    let (records, summary) = try read(FilePath(folder["metadb.sqlite"]))
    #expect(records.map(\.playCount) == [nil, 5] && records[0].lastPlayed == 1_723_988_029)
    #expect(records[1].added == 1_723_988_029 && records[1].firstPlayed == nil && records[1].lastPlayed == nil)
    #expect(summary.malformed.count == 0 && summary.warnings.count == 2)
    #expect(summary.warnings[0].contains("1 of count, the first at key 1"))
  }

  @Test func aTableOfWhichNothingCanBeUsedIsRefused() throws {
    func detail(_ text: String) throws -> String {
      do {
        _ = try read(text.utf8, as: "t.csv")
        return "taken"
      } catch let failure as ImportFailure {
        return failure.detail
      }
    }
    let odd = try detail("path;play_count;last_played\nD:\\a;x;########\nD:\\b;-;########\n")
    #expect(odd.contains("1 of play_count") && odd.contains("2 of last_played") && odd.contains("Save the table again"))
    #expect(try detail("path;title;album\nD:\\a;T;B\n").contains("it needs a column play_count"))
    #expect(try detail("artist;title;genre\nA;T;B\n").contains("it needs a column play_count"))
    #expect(try detail("play_count;last_played\n3;2020-01-01\n").contains("is nothing that foobar2000 exports"))
    #expect(
      try detail("path;title;play_count\n;;3\n;;4\n").contains("cannot be read, the first at line 2"))
    // Nothing said is not oddly said: a library that was never played.
    #expect(try detail("path;play_count;added\nD:\\a;?;?\n") == "taken")
  }

  @Test func aCompanionThatASpreadsheetSavedStillNamesHashes() throws {
    let folder = try TemporaryFolder()
    let rows = (1...4).map { "D:\\\($0).mp3;0\($0).01.2024 10:0\($0);########" }.joined(separator: "\n")
    let companion = FilePath(try folder.write("path;first_played;added\n" + rows + "\n", to: "t.csv"))
    // Played some seconds after the minute that the spreadsheet left.
    let entries = (1...4).map { number in
      let unix = UInt64(1_704_103_200 + (number - 1) * 86_400 + number * 60 + 37)
      return "<Entry ID=\"\(number)\" Count=\"\(number)\" FirstPlayed=\"\((unix + 11_644_473_600) * 10_000_000)\"/>"
    }
    let file = FilePath(try folder.write(statistics(entries.joined()), to: "s.xml"))
    let (records, _) = try read(file, options: ReadingOptions(timeZone: "UTC", companion: companion))
    #expect(paths(records) == (1...4).map { "D:\\\($0).mp3" } && records.map(\.playCount) == [1, 2, 3, 4])
  }
}
