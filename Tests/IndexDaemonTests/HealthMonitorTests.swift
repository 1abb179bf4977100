import Testing

@testable import IndexDaemon

/// What the watchdog listens to.
@Suite struct HealthMonitorTests {
  @Test func workIsHealthyOnlyAsLongAsItBeats() {
    #expect(HealthMonitor(patience: 600).isHealthy)
    // Without patience every beat is too long ago at once.
    let pulse = HealthMonitor(patience: 0)
    #expect(!pulse.isHealthy)
    pulse.beat()
    #expect(!pulse.isHealthy)
  }

  @Test func waitingIsHealthyUntilWorkBegins() {
    let pulse = HealthMonitor(patience: 0)
    pulse.rest()
    #expect(pulse.isHealthy)
    pulse.beat()
    #expect(!pulse.isHealthy)
  }
}
