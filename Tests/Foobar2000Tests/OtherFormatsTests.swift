import Glibc
import TestSupport
import Testing
import Tracks

@testable import Foobar2000

@Suite struct OtherFormatsTests {
  @Test func readsPlaycount2003() throws {
    let text = """
      [{"id":"D:\\\\M\\\\a.flac|0","2003_added":1500000000,"2003_first_played":1500000100,"2003_last_played":1600000000,\
      "2003_playcount":9,"2003_rating":7},{"id":"D:\\\\M\\\\x.cue|3","2003_timestamps":[1600000000,1500000000]},\
      {"id":"Artist - Title","2003_playcount":1}]
      """
    let (records, summary) = try read(text.utf8, as: "2003.json")
    #expect(summary.kind == .playcount2003)
    #expect(
      records == [
        ListeningRecord(
          locations: [.init(path: "D:\\M\\a.flac")], playCount: 9, firstPlayed: 1_500_000_100,
          lastPlayed: 1_600_000_000, added: 1_500_000_000, rating: 4),
        ListeningRecord(
          locations: [.init(path: "D:\\M\\x.cue", subsong: 3)], playCount: 2, firstPlayed: 1_500_000_000,
          lastPlayed: 1_600_000_000),
        ListeningRecord(playCount: 1),
      ])
    #expect(summary.withoutLocation == 1)
    #expect(try refusal(text.utf8.dropLast(), as: "2003.json") == .truncated)
  }

  @Test func readsStatisticsInTags() {
    func record(_ statistics: [String: String]) -> ListeningRecord? {
      TagStatistics.record(TrackTags(statistics: statistics), timeZone: "Europe/Berlin")
    }
    #expect(record([:]) == nil)
    #expect(record(["REPLAYGAIN": "1"]) == nil)
    #expect(
      record([
        "PLAY_COUNT": "7", "first_played_timestamp": "132174539906814579", "LAST_PLAYED": "2020-01-01 12:00:00",
        "ADDED_TIMESTAMP": "132174539900000000", "RATING": "4",
      ])
        == ListeningRecord(
          playCount: 7, firstPlayed: 1_572_980_390.6814579, lastPlayed: 1_577_876_400, added: 1_572_980_390, rating: 4))
    #expect(
      record(["_TIMESTAMPS": "132174539900000000;132174539910000000;132174539920000000"])
        == ListeningRecord(
          playCount: 2, firstPlayed: 1_572_980_391, lastPlayed: 1_572_980_392, added: 1_572_980_390))
    #expect(record(["PLAY_COUNT": "many", "RATING": "9"]) == nil)
  }

  @Test func hashesJoinByTime() throws {
    let folder = try TemporaryFolder()
    let table = """
      path\tartist\ttitle\tfirst_played\tadded
      D:\\a.mp3\tA\tT\t2014-01-01 20:00:00\t2013-01-01 00:00:00
      D:\\b.mp3\tA\tU\tN/A\t2013-01-02 00:00:00
      D:\\c.mp3\tA\tV\t2014-01-02 20:00:00\t2013-01-03 00:00:00
      D:\\d.mp3\tA\tW\t2014-01-02 20:00:00\t2013-01-03 00:00:00

      """
    let companion = FilePath(try folder.write(table, to: "t.txt"))
    func ticks(_ unix: UInt64) -> UInt64 { (unix + 11_644_473_600) * 10_000_000 + 1234 }
    let xml = statistics(
      """
      <Entry ID="1" Count="5" FirstPlayed="\(ticks(1_388_602_800))" Added="\(ticks(1_356_994_800))" Rating="234"/>
      <Entry ID="2" Count="0" Added="\(ticks(1_357_081_200))"/>
      <Entry ID="3" Count="2" FirstPlayed="\(ticks(1_388_689_200))"/>
      <Entry ID="4" Count="2" FirstPlayed="\(ticks(1_300_000_000))"/>
      """)
    let file = FilePath(try folder.write(xml, to: "s.xml"))
    let (records, summary) = try read(file, options: ReadingOptions(timeZone: "Europe/Berlin", companion: companion))
    #expect(paths(records) == ["D:\\a.mp3", "D:\\b.mp3"])
    #expect(records[0].playCount == 5)
    #expect(records[0].tags.title == "T")
    #expect(records[1].playCount == 0)
    #expect(summary.entries == 4)
    #expect(summary.withoutLocation == 2)
  }

  @Test func copiesThatShareATimeAreOneTrackOfTheJoin() throws {
    let folder = try TemporaryFolder()
    let table = """
      path\tartist\talbum artist\ttitle\tfirst_played
      D:\\a.flac\tA\tX\tT\t2014-01-01 20:00:00
      D:\\a.mp3\tA\tY\tT\t2014-01-01 20:00:00
      D:\\b.mp3\tA\tX\tU\t2014-01-02 20:00:00
      D:\\c.mp3\tA\tX\tV\t2014-01-02 20:00:00

      """
    let companion = FilePath(try folder.write(table, to: "t.txt"))
    func entry(_ unix: UInt64) -> String {
      "<Entry ID=\"\(unix)\" Count=\"5\" FirstPlayed=\"\((unix + 11_644_473_600) * 10_000_000)\"/>"
    }
    let xml = statistics(entry(1_388_606_400) + entry(1_388_692_800))
    let file = FilePath(try folder.write(xml, to: "s.xml"))
    let (records, _) = try read(file, options: ReadingOptions(timeZone: "UTC", companion: companion))
    #expect(records.map { paths([$0]) } == [["D:\\a.flac", "D:\\a.mp3"], []])
    #expect(records[0].tags.title == "T")
  }
}

@Suite struct ProfileDatabaseTests {
  private let first: UInt64 = 133_684_614_720_000_000
  private let last: UInt64 = 133_684_616_290_000_000

  private func read(_ statements: String) throws -> (records: [ListeningRecord], summary: ExportSummary) {
    let folder = try TemporaryFolder()
    try ProfileBuilder.write(statements, to: folder["metadb.sqlite"])
    return try Foobar2000Tests.read(FilePath(folder.path))
  }

  @Test func readsHistories() throws {
    let (records, summary) = try read(
      ProfileBuilder.schema
        + ProfileBuilder.rows(
          key: -5,
          names: [
            "0+file://D:\\M\\a+b\\c.flac", "0+exttag_off://file://D:\\M\\a+b\\c.flac", "0+file://D:\\old\\c.flac",
          ],
          value: ProfileBuilder.history(17, [first, last, first], rating: 234))
        + ProfileBuilder.rows(key: 7, names: ["12+file://C:\\x.cue"], value: ProfileBuilder.history(0, [0, 0, last]))
        + ProfileBuilder.rows(
          key: 8, names: ["0+file://C:\\short", "0+file://C:\\short too", "0+file://D:\\short"],
          value: Array(ProfileBuilder.history(1, [0, 0, 0]).dropLast()))
        + ProfileBuilder.rows(
          key: 9, names: ["0+file://C:\\long"], value: ProfileBuilder.history(2, [0, 0, 0]) + [1, 2, 3, 4, 5, 6, 7, 8])
        + ProfileBuilder.rows(key: 10, names: [], value: ProfileBuilder.history(3, [first, last, 0])))
    #expect(summary.kind == .metadb)
    #expect(records.map(\.playCount) == [17, 0, 2, 3])
    #expect(paths([records[0]]) == ["D:\\M\\a+b\\c.flac", "D:\\old\\c.flac"])
    #expect(records[0].firstPlayed == 1_723_987_872)
    #expect(records[0].lastPlayed == 1_723_988_029)
    #expect(records[0].rating == 5)
    #expect(paths([records[1]]) == ["C:\\x.cue#12"])
    #expect(records[1].added == 1_723_988_029)
    #expect(summary.malformed.first.map(\.place) == ["key 8"])
    #expect(summary.withoutLocation == 1)
    #expect(summary.warnings.isEmpty)
  }

  @Test func takesTheOrderOfTimesThatFits() throws {
    let rows = (0..<5).map {
      ProfileBuilder.rows(
        key: $0, names: ["0+file://D:\\\($0)"], value: ProfileBuilder.history(1, [first - 9, last, first]))
    }
    let (records, summary) = try read(
      ProfileBuilder.schema + rows.joined()
        + ProfileBuilder.rows(key: 9, names: [], value: ProfileBuilder.history(0, [first, 0, 0])))
    #expect(records[0].firstPlayed == 1_723_987_872)
    #expect(records[5].added == 1_723_987_872)
    #expect(summary.warnings.count == 1)
  }

  @Test func readsTags() throws {
    let info = Array("\u{1}\u{2}\u{3}TITLE\0Jóga\0\0ARTIST\0Björk\0Oumou\0\0unknown\0x\0\0\0".utf8)
    let (records, _) = try read(
      ProfileBuilder.schema
        + ProfileBuilder.rows(key: 1, names: ["0+file://D:\\a"], value: ProfileBuilder.history(1, [0, 0, 0]))
        + "INSERT INTO metadb(name, info) VALUES('0+file://D:\\a', \(ProfileBuilder.blob(info)));")
    #expect(records[0].tags == TrackTags(title: "Jóga", artist: "Björk, Oumou"))
  }

  @Test func readsTheLogAndTouchesNothing() throws {
    let folder = try TemporaryFolder()
    let file = folder["metadb.sqlite"]
    try ProfileBuilder.write(ProfileBuilder.schema, to: file)
    let row = ProfileBuilder.rows(
      key: 1, names: ["0+file://D:\\a"], value: ProfileBuilder.history(4, [first, last, 0]))
    try ProfileBuilder.write(row, to: file) {
      let before = try contents(folder.path)
      #expect(before.map(\.name).contains("metadb.sqlite-wal"))
      let (records, _) = try Foobar2000Tests.read(FilePath(file))
      #expect(records.map(\.playCount) == [4])
      #expect(try contents(folder.path) == before)
    }
  }

  @Test func copiesWhereItIsTold() throws {
    let folder = try TemporaryFolder()
    try ProfileBuilder.write(
      ProfileBuilder.schema
        + ProfileBuilder.rows(key: 1, names: ["0+file://D:\\a"], value: ProfileBuilder.history(4, [first, last, 0])),
      to: folder["profile.sqlite"])
    // What a process that was killed left goes; what one works in, which has locked it, stays.
    try folder.write("x", to: "state/indexd-import-abcdef/metadb.sqlite")
    try folder.write("x", to: "state/indexd-import-locked/metadb.sqlite")
    let locked = open(folder["state/indexd-import-locked"], O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(locked) }
    #expect(flock(locked, LOCK_EX | LOCK_NB) == 0)
    let options = ReadingOptions(scratch: FilePath(folder["state"]))
    var inside: [[String]] = []
    _ = try ExportReader.read(FilePath(folder["profile.sqlite"]), options: options) { _ in
      inside.append(FilePath(folder["state"]).children().map(\.name.display))
    }
    #expect(inside.count == 1 && inside[0].count == 2 && !inside[0].contains("indexd-import-abcdef"))
    #expect(inside[0].allSatisfy { $0.hasPrefix("indexd-import-") })
    #expect(FilePath(folder["state"]).children().map(\.name.display) == ["indexd-import-locked"])
    // Where nothing can be written, the temporary folder serves.
    let nowhere = ReadingOptions(scratch: FilePath("/proc/self"))
    #expect(try Foobar2000Tests.read(FilePath(folder["profile.sqlite"]), options: nowhere).records.count == 1)
  }

  @Test func refusesOtherDatabases() throws {
    #expect { try read("CREATE TABLE t(a);") } throws: { ($0 as? ImportFailure)?.reason == .unrecognised }
    let folder = try TemporaryFolder()
    try folder.write(ProfileDatabase.magic + [UInt8](repeating: 7, count: 5000), to: "metadb.sqlite")
    #expect { try Foobar2000Tests.read(FilePath(folder.path)) } throws: { ($0 as? ImportFailure)?.reason == .damaged }
    let empty = try TemporaryFolder()
    #expect { try Foobar2000Tests.read(FilePath(empty.path)) } throws: { ($0 as? ImportFailure)?.reason == .notAFile }
  }

  private struct Stamp: Equatable {
    var name: String
    var size: Int
    var changed: [Int]
  }

  /// What lies in a folder, to the nanosecond.
  private func contents(_ folder: String) throws -> [Stamp] {
    FilePath(folder).children().map { path in
      var status = stat()
      _ = path.withCString { stat($0, &status) }
      return Stamp(
        name: path.name.display, size: Int(status.st_size),
        changed: [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec])
    }
  }
}
