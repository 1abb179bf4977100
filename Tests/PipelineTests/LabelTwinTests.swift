import GRDB
import Labelling
import TestSupport
import Testing
import Tracks

@testable import MusicIndex
@testable import Pipeline

/// Labelling what changed against its slow twin, which labels everything anew, on random histories of changes. A failure
/// names its seed and its step.
@Suite struct LabelTwinTests {
  /// Everything that a labelling leaves in the index.
  private struct Outcome: Equatable {
    var labels: [String] = []
    var recordings: [Int64: AudioIdentity] = [:]
    var advice: [String]?
  }

  private func words(_ row: IndexTransaction.LabelRow) -> String {
    "\(row.track) \(row.label) \(row.reason) \(row.detail ?? "-") \(row.partner ?? 0) \(row.plays ?? -1)"
  }

  private func stored(_ history: LabelHistory) throws -> Outcome {
    try history.index.read { transaction in
      let rows = try Row.fetchAll(
        transaction.database, sql: "SELECT track FROM label")
      let found = try transaction.labelRows(of: rows.map { $0[0] })
      return Outcome(
        labels: found.values.sorted { $0.track < $1.track }.map(words), recordings: try transaction.relatives(),
        advice: try transaction.note(.labelAdvice))
    }
  }

  /// What the twin says.
  private func twin(_ history: LabelHistory) throws -> (LabelResult, Outcome) {
    let result = try LabelRun(index: history.index, configuration: history.configuration).labels()
    let known = try history.tracks().filter { !$0.isMissing }
    let words = try OwnersWords(history.configuration)
    return try history.index.read { transaction in
      let hasImports = try !transaction.imports().isEmpty
      let active = result.active
      var advice = active.makesArchived || !hasImports ? [] : [active.words]
      advice += active.notes + [active.hint, result.lateAdvice].compactMap { $0 } + result.proposals.map(\.words)
      advice += try words.problems(transaction)
      let labels = result.assignments.map {
        self.words(
          .init(
            track: $0.id, label: $0.label, reason: $0.reason.rawValue, detail: $0.detail, partner: $0.partner,
            plays: $0.plays))
      }
      let recordings = CopyEvidence.recordings(result.relatives, known)
      // Notes are lines: what names an entry may hold more than one.
      let lines = advice.flatMap { $0.split(separator: "\n").map(String.init) }
      return (result, Outcome(labels: labels, recordings: recordings, advice: lines.isEmpty ? nil : lines))
    }
  }

  private func count(_ history: LabelHistory, _ sql: String) throws -> Int {
    try history.index.read { try Int.fetchOne($0.database, sql: sql) ?? 0 }
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func whatChangedIsLabelledLikeEverything(seed: UInt64) throws {
    var history = try LabelHistory(seed: seed)
    var random = SeededGenerator(seed: seed &* 77)
    var (changed, whole) = (0, 0)
    for _ in 0..<25 { _ = try history.change() }
    for step in 0..<40 {
      let done = try (0..<Int.random(in: 1...3, using: &random)).map { _ in try history.change() }
      let before = try history.index.read { try $0.labels() }
      let judged = try count(history, "SELECT count(*) FROM judgement")
      let counted = try history.index.note(.labelChanges) ?? 0
      let imported = try history.index.note(.importUnlabelled)
      let (result, expected) = try twin(history)
      let part = LabelPartRun(configuration: history.configuration, words: try OwnersWords(history.configuration))
      let most = Int.random(in: 0..<10, using: &random) == 0 ? 2 : 5_000
      var run = LabelRun(index: history.index, configuration: history.configuration)
      (run.mostChanges, run.batch) = (most, Int.random(in: 1...9, using: &random))
      var changes = try history.index.write { try ChangedLabelRun(part: part, most: most).run($0) }
      if changes == nil { whole += 1 } else { changed += 1 }
      changes = try changes ?? run.run()
      let place: Comment = "seed \(seed), step \(step): \(done.joined(separator: ", "))"
      let found = try stored(history)
      try #require(found.labels == expected.labels, place)
      try #require(found == expected, place)
      let moves = LabelChanges(before, result.assignments)
      try #require(changes == moves, place)
      try #require(try (history.index.note(.labelChanges) ?? 0) - counted == moves.judged, place)
      try #require(try count(history, "SELECT count(*) FROM unlabelled") == 0, place)
      if let imported {
        try #require(try history.index.note(.importChanges) == ImportChanges(since: imported, moves), place)
      }
      // A track without an identity cannot be remembered.
      try #require(try count(history, "SELECT count(*) FROM judgement") - judged <= moves.judged, place)
      try #require(try history.index.write { try ChangedLabelRun(part: part, most: most).run($0) }?.count == 0, place)
    }
    #expect(changed > whole, "seed \(seed): \(changed) times in part, \(whole) times whole")
  }

  @Test func aWholeLabellingThatWasCutShortIsDoneOnceMore() async throws {
    var history = try LabelHistory(seed: 3)
    for _ in 0..<60 { _ = try history.change() }
    let run = LabelRun(index: history.index, configuration: history.configuration)
    _ = try run.run()
    history.configuration.rules.goodPlays = 2
    let part = LabelPartRun(configuration: history.configuration, words: try OwnersWords(history.configuration))
    let cut = WholeLabelRun(index: history.index, part: part, size: 5, most: 5_000)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try cut.run()
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    // Nothing tells of a change any more but that the labels stand on nothing.
    #expect(try history.index.note(.labelStanding) == nil)
    _ = try LabelRun(index: history.index, configuration: history.configuration).run()
    #expect(try stored(history) == twin(history).1)
  }
}
