import Foundation
import GRDBSQLite
import TestSupport
import Testing
import Tracks

@testable import Foobar2000

/// The commands of indexd-formats(7) for other players, run on what these players made: Strawberry 1.0.14, Clementine 1.4,
/// MPD 0.23.12, beets 1.6.0 and Quod Libet 4.5.0 (three songs below /music), and on the schemas of fooyin and Navidrome.
@Suite struct OtherPlayersTests {
  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  private func fixture(_ name: String) throws -> String {
    try String(contentsOf: Self.here.appending(path: "Fixtures/Players/\(name)"), encoding: .utf8)
  }

  /// The query that the manual has for a table of this name.
  private func query(_ name: String) throws -> String {
    let page = Self.here.appending(path: "../../config/man/indexd-formats.7.md")
    let blocks = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```")
    let block = try #require(blocks.first { $0.contains("sqlite3 -tabs -header") && $0.contains("> \(name).txt") })
    let parts = block.components(separatedBy: "\"")
    try #require(parts.count == 3)
    return parts[1]
  }

  /// What `sqlite3 -tabs -header` prints for a query on a database that statements make.
  private func table(_ statements: String, _ query: String) throws -> String {
    var handle: OpaquePointer?
    guard sqlite3_open(":memory:", &handle) == SQLITE_OK, let handle else { throw ProfileBuilder.Failed() }
    defer { sqlite3_close(handle) }
    guard sqlite3_exec(handle, statements, nil, nil, nil) == SQLITE_OK else { throw ProfileBuilder.Failed() }
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, query, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw ProfileBuilder.Failed()
    }
    defer { sqlite3_finalize(statement) }
    let columns = 0..<sqlite3_column_count(statement)
    var lines = [columns.map { String(cString: sqlite3_column_name(statement, $0)) }.joined(separator: "\t")]
    while sqlite3_step(statement) == SQLITE_ROW {
      lines.append(
        columns.map { sqlite3_column_text(statement, $0).map { String(cString: $0) } ?? "" }.joined(separator: "\t"))
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func check(_ text: String, _ name: String, plays: Int, skips: Int?, root: String = "/music/") throws {
    let (records, summary) = try Foobar2000Tests.read(text.utf8, as: "\(name).txt")
    let song = try #require(
      records.first {
        $0.locations.first?.path.hasSuffix("02%20Blau.flac") == true
          || $0.locations.first?.path.hasSuffix("02 Blau.flac") == true
      })
    #expect(song.playCount == plays && song.skipCount == skips, "\(name): \(song)")
    #expect(summary.malformed.count == 0 && summary.warnings.isEmpty, "\(name): \(summary.warnings)")
    // Each is found by its own path.
    let files = ["01 Grün #1", "02 Blau", "03 It's"].enumerated().map { number, title in
      LibraryFile(
        id: Int64(number + 1), path: FilePath("/music/Äpfel & Birnen/100% [Pop]/\(title).flac"), tags: TrackTags())
    }
    let matcher = RecordMatcher(library: files)
    let found = records.filter {
      if case .matched(_, how: _, disagree: false) = matcher.match($0) { true } else { false }
    }
    #expect(found.count == records.count, "\(name): \(records)")
  }

  @Test(arguments: [
    ("strawberry", 7, 1 as Int?), ("clementine", 7, 1), ("mpd", 4, 2), ("fooyin", 7, nil), ("navidrome", 7, nil),
  ])
  func theCommandOfTheManualGivesATableThatIsRead(name: String, plays: Int, skips: Int?) throws {
    let text = try table(try fixture("\(name).sql"), try query(name))
    try check(text, name, plays: plays, skips: skips)
    let last = try Foobar2000Tests.read(text.utf8, as: "\(name).txt").records.compactMap(\.lastPlayed).min()
    #expect(try #require(last).rounded() == (name == "mpd" ? 1_700_000_003 : 1_700_000_000))
    if name == "fooyin" || name == "navidrome" { #expect(!text.contains("album.flac") && !text.contains("It's")) }
  }

  /// What a table has as a path is read as a location of any other export: the password of a share is not kept.
  @Test(arguments: [
    ("file:///music/a.flac", "/music/a.flac"), (#"file://D:\M\a.flac"#, #"D:\M\a.flac"#),
    ("smb://me:secret@nas/M/a.flac", "smb://nas/M/a.flac"), ("file-relative://M/a.flac", "M/a.flac"),
  ])
  func pathsOfTablesAreNative(cell: String, path: String) throws {
    let records = try Foobar2000Tests.read("path\tplay_count\n\(cell)\t3\n".utf8, as: "table.txt").records
    #expect(records.map(\.locations) == [[.init(path: path)]])
  }

  @Test func whatOthersPrintIsRead() throws {
    try check(try fixture("beets.txt"), "beets", plays: 5, skips: 3)
    try check(try fixture("quodlibet.txt"), "quodlibet", plays: 0, skips: 0)
  }
}
