import TestSupport
import Testing
import Tracks

@testable import Foobar2000

/// The skips that foo_skipcount keeps in a profile, and those of tables and tags.
@Suite struct SkipIndexTests {
  private static let name = "metadb_index_592AAD05_29DB_4522_ACA2_AE44CE7B0BC4"
  private static let schema =
    "CREATE TABLE \(name)(key INTEGER NOT NULL, filename TEXT UNIQUE PRIMARY KEY);"
    + "CREATE TABLE \(name)_data(key INTEGER PRIMARY KEY, value BLOB);"
  private let time: UInt64 = 133_684_614_720_000_000

  private func value(_ numbers: [UInt32], _ times: [UInt64]? = nil) -> [UInt8] {
    numbers.flatMap(PlaylistBuilder.little)
      + (times.map { PlaylistBuilder.little(UInt32($0.count)) + $0.flatMap(PlaylistBuilder.little) } ?? [])
  }

  private func skips(key: Int, _ names: [String], _ value: [UInt8]) -> String {
    names.map { "INSERT INTO \(Self.name) VALUES(\(key), '\($0)');" }.joined()
      + "INSERT INTO \(Self.name)_data VALUES(\(key), \(ProfileBuilder.blob(value)));"
  }

  private func read(_ statements: String) throws -> (records: [ListeningRecord], summary: ExportSummary) {
    let folder = try TemporaryFolder()
    let songs = (1...6).map { number in
      ProfileBuilder.rows(
        key: Int64(number), names: ["0+file://D:\\M\\\(number).flac"],
        value: ProfileBuilder.history(UInt32(number), [0, 0, 0]))
    }
    try ProfileBuilder.write(ProfileBuilder.schema + songs.joined() + statements, to: folder["metadb.sqlite"])
    return try Foobar2000Tests.read(FilePath(folder.path))
  }

  @Test func everyVersionOfTheIndexIsRead() throws {
    func file(_ name: String) -> String { "0+file://D:\\M\\\(name).flac" }
    let (records, summary) = try read(
      Self.schema + skips(key: 90, [file("1")], value([1, 1, 2, 3]))
        + skips(key: 91, [file("2"), file("3")], value([2, 1, 0, 4], [time + 10_000_000, time]))
        + skips(key: 92, [file("4")], value([3, 1, 1, 1, 1], [time]))
        + skips(key: 93, [file("5")], value([3, 0, 0, 0, 0], []))
        + skips(key: 94, [file("gone")], value([1, 2, 0, 0])) + skips(key: 95, [file("cleared")], value([1, 0, 0, 0])))
    #expect(records.map(\.skipCount) == [6, 5, 5, 4, 0, nil, 2])
    #expect(
      records.map(\.lastSkipped) == [nil, 1_723_987_873, 1_723_987_873, 1_723_987_872, nil, nil, nil])
    #expect(records.map(\.playCount) == [1, 2, 3, 4, 5, 6, nil])
    #expect(records.last?.locations == [.init(path: "D:\\M\\gone.flac")])
    #expect(summary.entries == 7 && summary.warnings.isEmpty && summary.malformed.count == 0)
  }

  @Test func whatIsOfAnotherLayoutCostsOnlyItself() throws {
    func file(_ name: String) -> String { "0+file://D:\\M\\\(name).flac" }
    let (records, summary) = try read(
      Self.schema + skips(key: 1, [file("1")], value([4, 1, 1, 1, 1], [time])) + skips(key: 2, [file("2")], [1, 0, 0])
        + skips(key: 3, [file("3")], value([1, .max, 0, 0])) + skips(key: 4, [file("4")], value([3, 1, 1, 1, 1, 99]))
        + skips(key: 5, [file("5")], value([2, 1, 1, 1], [7, .max]))
        + skips(key: 6, [file("6")], value([1, 5, 0, 0]) + [1, 2, 3]))
    #expect(records.map(\.skipCount) == [nil, nil, nil, nil, 3, 5])
    #expect(records.map(\.lastSkipped) == [Double?](repeating: nil, count: 6))
    #expect(records.map(\.playCount) == [1, 2, 3, 4, 5, 6])
    #expect(
      summary.warnings == [
        "The skips of 4 names are in a layout of foo_skipcount that is not known, and were left out."
      ])
  }

  @Test func aTableThatIsNoneOfTheComponentsCostsOnlyTheSkips() throws {
    let computed =
      "CREATE TABLE \(Self.name)(key INTEGER NOT NULL, filename TEXT AS ('x'));"
      + "CREATE TABLE \(Self.name)_data(key INTEGER PRIMARY KEY, value BLOB);"
    let (records, summary) = try read(computed)
    #expect(records.map(\.playCount) == [1, 2, 3, 4, 5, 6] && records.allSatisfy { $0.skipCount == nil })
    #expect(summary.warnings.count == 1 && summary.warnings[0].contains("foo_skipcount"))
    #expect(try read("CREATE VIEW \(Self.name) AS SELECT 1;").records.count == 6)
    #expect(try read("CREATE TABLE \(Self.name)(other);CREATE TABLE \(Self.name)_data(more);").records.count == 6)
  }

  @Test func tablesAndTagsTellOfSkips() throws {
    let table =
      "path\tplay_count\tskip_count\tlast_skip\n"
      + "D:\\a.flac\t1\t4\t2024-01-02 03:04:05\nD:\\b.flac\t2\t\tNever\nD:\\c.flac\t3\tx\t0\n"
    let (records, summary) = try Foobar2000Tests.read(table.utf8, as: "table.txt")
    #expect(records.map(\.skipCount) == [4, nil, nil] && records.map(\.playCount) == [1, 2, 3])
    #expect(records[0].lastSkipped != nil && records[1].lastSkipped == nil && records[2].lastSkipped == nil)
    #expect(summary.warnings.contains { $0.contains("1 of skip_count") })
    let tagged = TagStatistics.record(
      TrackTags(statistics: ["SKIP_COUNT": "3", "LAST_SKIPPED": "133684614720000000"]))
    #expect(tagged?.skipCount == 3 && tagged?.lastSkipped == 1_723_987_872 && tagged?.playCount == nil)
  }
}
