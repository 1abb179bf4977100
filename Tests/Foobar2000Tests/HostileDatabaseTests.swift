import Foobar2000
import Foundation
import TestSupport
import Testing
import Tracks

/// Databases that are made to keep their reader busy.
@Suite(.timeLimit(.minutes(2))) struct HostileDatabaseTests {
  private let table = ProfileBuilder.index
  /// A query that never comes to its end.
  private let endless = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS key, x'00' AS value FROM n
    """

  private func read(_ statements: String) throws -> (records: [ListeningRecord], summary: ExportSummary) {
    let folder = try TemporaryFolder()
    try ProfileBuilder.write(statements, to: folder["metadb.sqlite"])
    return try Foobar2000Tests.read(FilePath(folder.path))
  }

  /// What this thread has taken of the processor: other tests run beside this one.
  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test func aViewInThePlaceOfATableIsNotRead() throws {
    let failure = try #require(throws: ImportFailure.self) {
      try read(
        "CREATE TABLE \(table)(key INTEGER, filename TEXT); CREATE VIEW \(table)_data AS \(endless);")
    }
    #expect(failure.detail.contains("holds no play statistics"))
  }

  @Test func aViewOfTagsIsNotRead() throws {
    let (records, _) = try read(
      "CREATE VIEW metadb AS SELECT a.i AS name, x'00' AS info FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
        + "SELECT i + 1 FROM n) SELECT i FROM n) a;"
        + ProfileBuilder.schema.split(separator: "\n").dropFirst().joined()
        + ProfileBuilder.rows(key: 1, names: ["0+file://D:\\a"], value: ProfileBuilder.history(1, [0, 0, 0])))
    #expect(records.count == 1)
  }

  @Test(arguments: [
    "value BLOB AS (zeroblob(160000))", "value BLOB, other AS (instr(zeroblob(16000000), zeroblob(8000000)))",
  ]) func aComputedColumnIsRefused(columns: String) throws {
    let failure = try #require(throws: ImportFailure.self) {
      try read(
        "CREATE TABLE \(table)(key INTEGER, filename TEXT); CREATE TABLE \(table)_data(key INTEGER, \(columns));"
          + "INSERT INTO \(table)_data(key) VALUES(1);")
    }
    #expect(failure.detail.contains("comput"), "\(failure)")
  }

  /// What would take for ever: a search for a long text in a longer one.
  @Test(arguments: [
    "CREATE TABLE x(a, CHECK (instr(a || a, zeroblob(8000000) || 'b') = 0)); INSERT INTO x VALUES(zeroblob(7000000));"
  ]) func aFunctionOfTheFilesOwnIsNotCalled(statements: String) throws {
    let (records, _) = try read(
      "PRAGMA ignore_check_constraints = ON;" + ProfileBuilder.schema + statements
        + ProfileBuilder.rows(key: 1, names: ["0+file://D:\\a"], value: ProfileBuilder.history(1, [0, 0, 0])))
    #expect(records.count == 1)
  }

  /// Neither key is unique, so that every row of one table fits every row of the other.
  @Test func aJoinThatGrowsEndsInTime() throws {
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
    let failure = try #require(throws: ImportFailure.self) {
      try read(
        "CREATE TABLE \(table)(key, filename); CREATE TABLE \(table)_data(key, value);"
          + "INSERT INTO \(table) \(rows) SELECT 1, 'a' FROM n;"
          + "INSERT INTO \(table)_data \(rows) SELECT 1, NULL FROM n;")
    }
    #expect(failure.detail.contains("takes longer"), "\(failure)")
  }

  @Test func fortyThousandNamesOfOneHistoryAreLinear() throws {
    let names = (0..<40_000).map { "0+file://D:\\Music\\\($0).flac" }
    let statements =
      ProfileBuilder.schema + "BEGIN;"
      + ProfileBuilder.rows(key: 1, names: names, value: ProfileBuilder.history(3, [0, 0, 0])) + "COMMIT;"
    let folder = try TemporaryFolder()
    try ProfileBuilder.write(statements, to: folder["metadb.sqlite"])
    let begin = processorSeconds()
    let (records, _) = try Foobar2000Tests.read(FilePath(folder.path))
    #expect(records.count == 1 && records[0].locations.count == 40_000)
    #expect(processorSeconds() - begin < 8)
  }

  @Test func aTagOfManyValuesIsLinear() throws {
    let info = [1] + Array("TITLE".utf8) + (0..<80_000).flatMap { _ in [UInt8(0), UInt8(ascii: "a")] } + [0, 0]
    let begin = processorSeconds()
    let (records, _) = try read(
      ProfileBuilder.schema
        + ProfileBuilder.rows(key: 1, names: ["0+file://D:\\a"], value: ProfileBuilder.history(1, [0, 0, 0]))
        + "INSERT INTO metadb(name, info) VALUES('0+file://D:\\a', \(ProfileBuilder.blob(info)));")
    #expect((records[0].tags.title?.utf8.count ?? 0) < 5_000)
    #expect(processorSeconds() - begin < 8)
  }
}
