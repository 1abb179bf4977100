import Foundation
import GRDB
import Logging
import Pipeline
import ServiceState
import Synchronization
import TestSupport
import Testing
import Tracks

@testable import MusicIndex

/// No statement reads a large table from end to end that need not: each that a working day brings is explained.
@Suite struct QueryPlanTests {
  /// Tables that grow with the library or the exports, by the names that statements give them.
  private static let large: Set = [
    "file", "f", "track", "t", "audio", "a", "record", "r", "match", "m", "label", "l", "summary", "s", "block",
    "score", "place",
    "comparison", "judgement",
  ]

  /// The statements that are about everything, by how they begin, and why.
  private static let meant = [
    // Labels, copies and candidates follow from the whole library.
    "SELECT t.id, f.path, f.firstSeen", "SELECT f.path, t.id, l.label", "SELECT track, label, reason",
    "SELECT first, second, relation", "SELECT l.track, l.label",
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
    let statements = Mutex<Set<String>>([])
    index.queue.inDatabase { database in
      database.trace(options: .statement) { event in
        if case .statement(let statement) = event { statements.withLock { _ = $0.insert(statement.sql) } }
      }
    }
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
    var found: [String] = []
    let explained = statements.withLock { $0 }.sorted()
    #expect(explained.count > 40)
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
          guard words.first == "SCAN", words.count > 1, Self.large.contains(words[1]), !isPartial,
            !Self.meant.contains(where: text.hasPrefix)
          else { continue }
          found.append("\(detail): \(text)")
        }
      }
    }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    // An exception that nothing needs any more would hide the next scan.
    for beginning in Self.meant where !explained.contains(where: { folded($0).hasPrefix(beginning) }) {
      Issue.record("no statement begins with \(beginning)")
    }
  }

  /// The indexes that hold a few rows of a large table.
  private static let partial: Set = [
    "fileAwaitingSheets", "fileWaiting", "trackPostponed", "trackOfSheet", "fileWithStatistics",
    "recordUnmatched",
  ]
}
