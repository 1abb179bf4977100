import AnalysisWorker
import Foundation
import Testing

/// indexctl(1) tells of every reason for which a file yields nothing.
@Suite struct ManualTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func tellsOfEveryReasonOfAFailureAndNoOther() throws {
    let page = try String(contentsOf: Self.root.appendingPathComponent("config/man/indexctl.1.md"), encoding: .utf8)
    let lines = page.components(separatedBy: "\n").drop { $0 != "## FAILURES" }.dropFirst()
    let told = lines.prefix { !$0.hasPrefix("## ") }
      .filter { $0.hasPrefix("| `") }.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    #expect(told == told.sorted())
    let workers = [
      WorkerFailure.outOfMemory, WorkerFailure.crashed, WorkerFailure.timedOut, WorkerFailure.nothingHeard,
    ]
    #expect(Set(told) == (try decoders()).union(workers))
  }

  /// The reasons of the decoders, as their enumeration spells them.
  private func decoders() throws -> Set<String> {
    let sources = Self.root.appendingPathComponent("Sources")
    let file = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL }.first { $0.lastPathComponent == "DecodingFailure.swift" }
    let text = try String(contentsOf: try #require(file), encoding: .utf8)
    let cases = text.components(separatedBy: "\n").drop { !$0.contains("enum Reason") }.prefix { $0 != "  }" }
      .compactMap { $0.firstMatch(of: /^    case ([a-zA-Z]+)$/).map { String($0.output.1) } }
    #expect(cases.count > 5)
    return Set(cases)
  }
}
