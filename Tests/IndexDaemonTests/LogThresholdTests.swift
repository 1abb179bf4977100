import IndexDaemon
import Logging
import Settings
import Testing

/// The level of the log, which a reload may change.
@Suite struct LogThresholdTests {
  @Test func itHoldsForEveryLoggerWithoutALevelOfItsOwn() {
    let threshold = LogThreshold(.notice)
    let log = JournalLog(threshold: threshold)
    var quiet = JournalLog(threshold: threshold)
    quiet.logLevel = .error
    #expect(log.logLevel == .notice)
    threshold.set(.debug)
    #expect(log.logLevel == .debug && quiet.logLevel == .error)
  }
}
