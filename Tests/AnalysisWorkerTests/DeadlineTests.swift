import Glibc
import Testing

@testable import AnalysisWorker

/// Which time counts against a worker.
@Suite struct DeadlineTests {
  @Test func timeInWhichThisProcessWasHeldUpDoesNotCount() {
    var deadline = Deadline(process: .max, seconds: 10)
    let start = Deadline.now()
    #expect(deadline.remainingMilliseconds(at: start + 1) == 1_000)
    // A machine that was frozen for an hour.
    #expect(deadline.remainingMilliseconds(at: start + 3_601) == 1_000)
    var now = start + 3_601
    while now < start + 3_609 {
      now += 1
      #expect(deadline.remainingMilliseconds(at: now) != nil)
    }
    #expect(deadline.remainingMilliseconds(at: now + 4) == nil)
  }
}
