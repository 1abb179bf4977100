import Foundation
import GRDB
import Logging
import ServiceState
import Synchronization
import TestSupport
import Testing
import Tracks

@testable import MusicIndex
@testable import Pipeline

/// No statement reads a large table from end to end that need not: each that a working day brings is explained.
@Suite struct QueryPlanTests {
  /// Tables that grow with the library or the exports, by the names that statements give them.
  private static let large: Set = [
    "file", "f", "track", "t", "audio", "a", "record", "r", "match", "m", "label", "l", "summary", "s", "block",
    "score", "place", "comparison", "judgement", "songKey", "k", "n",
  ]

  /// The statements that are about everything, by how they begin, and why.
  private static let meant = [
    // Records are matched with the whole library, and a model learns from all of it.
    "SELECT t.id, f.path, f.firstSeen", "SELECT f.path, t.id, l.label",
    // What links tracks, where all of them are labelled.
    "SELECT track FROM songKey ORDER BY track", "SELECT audio, track FROM songKey", "SELECT song, track FROM songKey",
    "SELECT base, track FROM songKey", "SELECT record, track FROM match",
    "DELETE FROM songKey WHERE NOT EXISTS",
    // A model that is given up takes all scores with it.
    "DELETE FROM score",
    // What `status` counts; the daemon counts once in ten seconds.
    "SELECT count(*) FILTER (WHERE f.missingSince IS NULL)", "SELECT l.label, count(*)",
    // Once for each revision of the reader.
    "UPDATE file SET awaitsSheets = 1 WHERE awaitsSheets = 0",
  ]

  private func folded(_ sql: String) -> String {
    sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func noStatementScansALargeTableThatNeedNot() async throws {
    let folder = try TemporaryFolder()
    for number in 0..<40 { try folder.write("\(number)", to: "music/Album \(number / 10)/\(number % 10).flac") }
    let index = try MusicIndex(FilePath(folder["index.sqlite"]))
    let statements = Statements(of: index)
    let state = StateFolder(FilePath(folder.path))
    try state.make()
    let configuration = PipelineConfiguration(
      music: [FilePath(folder["music"])], state: state, playlist: state.playlist, worker: FilePath("/nonexistent"))
    let pipeline = Pipeline(
      configuration: configuration, index: index, pool: Pipeline.pool(configuration), logger: Logger(label: "test"))
    _ = try await pipeline.scan()
    let list = (0..<30).map { "D:\\Music\\Album \($0 / 10)\\\($0 % 10).flac\n" }.joined()
    try folder.write("#EXTM3U\n" + list, to: "Active.m3u8")
    _ = try await pipeline.import([FilePath(folder["Active.m3u8"])])
    _ = try await pipeline.refresh()
    // A file that changes, one that comes and one that goes.
    try folder.write("new", to: "music/Album 1/11.flac")
    try FileManager.default.removeItem(atPath: folder["music/Album 2/3.flac"])
    _ = try await pipeline.scan([FilePath(folder["music/Album 1"]), FilePath(folder["music/Album 2"])])
    _ = try pipeline.isAnalysisDue()
    _ = try await pipeline.label(incrementally: true)
    _ = try await pipeline.score()
    _ = try await pipeline.writePlaylist()
    _ = try Status(of: index, state: state)
    let explained = statements.all
    #expect(explained.count > 40)
    let found = try scans(explained, index).filter { scan in !Self.meant.contains { scan.statement.hasPrefix($0) } }
    #expect(found.isEmpty, "\(found.map { "\($0.detail): \($0.statement)" }.joined(separator: "\n"))")
    // An exception that nothing needs any more would hide the next scan.
    for beginning in Self.meant where !explained.contains(where: { folded($0).hasPrefix(beginning) }) {
      Issue.record("no statement begins with \(beginning)")
    }
  }

  @Test func labellingAnAlbumOrAPlayScansNothing() throws {
    let library = try LargeIndex(tracks: 300)
    _ = try library.run.run()
    try library.addAlbum()
    let statements = Statements(of: library.index)
    #expect(try library.run.run().count == 10)
    try library.index.write { try $0.database.execute(sql: "UPDATE record SET plays = 8 WHERE id = 20000001") }
    #expect(try library.run.run().count == 1)
    let explained = statements.all
    #expect(explained.count > 20)
    #expect(try scans(explained, library.index).map { "\($0.detail): \($0.statement)" } == [])
  }

  /// The statements that an index is asked from now on.
  private final class Statements: Sendable {
    private let found = Mutex<Set<String>>([])

    init(of index: MusicIndex) {
      index.queue.inDatabase { database in
        database.trace(options: .statement) { [self] event in
          if case .statement(let statement) = event { found.withLock { _ = $0.insert(statement.sql) } }
        }
      }
    }

    var all: [String] { found.withLock { $0 }.sorted() }
  }

  /// The statements that read a large table from end to end.
  private func scans(_ explained: [String], _ index: MusicIndex) throws -> [(detail: String, statement: String)] {
    var found: [(String, String)] = []
    try index.read { transaction in
      for sql in explained where ["SELECT", "UPDATE", "DELETE", "INSERT"].contains(String(sql.prefix(6)).uppercased()) {
        let text = folded(sql)
        let arguments = StatementArguments([(any DatabaseValueConvertible)?](repeating: nil, count: 40))
        let statement = try transaction.database.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
        statement.setUncheckedArguments(arguments)
        for row in try Row.fetchAll(statement) {
          let detail = row["detail"] as String
          let words = detail.split(separator: " ").map(String.init)
          // A partial index holds only what is asked for.
          let isPartial = Self.partial.contains(words.last ?? "")
          guard words.first == "SCAN", words.count > 1, Self.large.contains(words[1]), !isPartial else { continue }
          found.append((detail, text))
        }
      }
    }
    return found
  }

  /// The indexes that hold a few rows of a large table.
  private static let partial: Set = [
    "fileAwaitingSheets", "fileWaiting", "trackPostponed", "trackOfSheet", "fileWithStatistics",
    "recordUnmatched",
  ]
}
