import Testing

@testable import IndexDaemon

/// What the watchdog listens to.
@Suite struct HealthMonitorTests {
  @Test func workIsHealthyOnlyAsLongAsItBeats() {
    #expect(HealthMonitor(stallTimeout: 600).isHealthy)
    // Without a timeout all progress is too long ago at once.
    let health = HealthMonitor(stallTimeout: 0)
    #expect(!health.isHealthy)
    health.recordProgress()
    #expect(!health.isHealthy)
  }

  @Test func waitingIsHealthyUntilWorkBegins() {
    let health = HealthMonitor(stallTimeout: 0)
    health.markIdle()
    #expect(health.isHealthy)
    health.recordProgress()
    #expect(!health.isHealthy)
  }
}
