import Pipeline
import Testing

@testable import IndexctlCommands

/// What a log is told of a long job.
@Suite struct ProgressLinesTests {
  private func lines(_ steps: [(Double, JobProgress)]) -> [String] {
    var lines = ProgressLines(at: 0)
    return steps.compactMap { lines.line($1, at: $0) }
  }

  @Test func aLongStageIsToldByTenths() {
    let told = lines((0...1_000).map { (Double($0), JobProgress(stage: .analysing, done: $0, total: 1_000)) })
    #expect(told.count == 10)
    #expect(told.first == "Listening 100/1000, 60/min, 15 min left")
    #expect(told.last?.hasPrefix("Listening 1000/1000") == true)
  }

  @Test func whatIsQuickIsNotTold() {
    #expect(lines((0...100).map { (Double($0) / 4, JobProgress(stage: .analysing, done: $0, total: 100)) }).isEmpty)
    // Of ten steps of four seconds each one is told.
    #expect(lines((0...10).map { (Double($0) * 4, JobProgress(stage: .scoring, done: $0, total: 10)) }).count == 1)
  }

  @Test func aStageOfUnknownLengthIsToldOnceAMinute() {
    #expect(
      lines((0..<180).map { (Double($0), JobProgress(stage: .scanning, done: $0, total: 0)) })
        == ["Looking for music 60", "Looking for music 120"])
  }
}
