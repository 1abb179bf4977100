import Pipeline
import Testing

@testable import IndexDaemon

/// What the log is told of a long analysis.
@Suite struct BacklogTests {
  private func portion(_ count: Int) -> AnalysisResult {
    var result = AnalysisResult()
    (result.taken, result.analysed) = (count, count)
    return result
  }

  @Test func aLargeOneIsToldOfByTenths() {
    var backlog = Backlog()
    var told: [String] = []
    for number in 1...125 {
      if let words = backlog.add(portion(8), waiting: 1_000 - 8 * number, isEnd: number == 125) { told.append(words) }
    }
    #expect(told.count == 10)
    #expect(told.first == "analysed 10% of what waits: 104 of 1000 files")
    #expect(told.last == "analysed 1000 files, recognised 0, 0 cannot be read")
    // The next one begins anew.
    #expect(backlog.add(portion(0), waiting: 0, isEnd: true) == nil)
  }

  @Test func aSmallOneIsToldOfOnce() {
    var backlog = Backlog()
    #expect(backlog.add(portion(8), waiting: 4, isEnd: false) == nil)
    #expect(backlog.add(portion(4), waiting: 0, isEnd: true) == "analysed 12 files, recognised 0, 0 cannot be read")
  }
}
