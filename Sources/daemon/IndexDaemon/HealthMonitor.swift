import Pipeline
import Platform
import Synchronization

/// Whether the daemon makes progress: what its watchdog goes by.
///
/// Waiting for an event is healthy for any time; work is healthy as long as it makes progress within `stallTimeout`
/// seconds.
final class HealthMonitor: Sendable {
  private struct State {
    var isWaiting = false
    var last: Double
  }
  private let state: Mutex<State>
  private let stallTimeout: Double

  /// A monitor of work that makes progress now.
  init(stallTimeout: Double) {
    self.stallTimeout = stallTimeout
    state = Mutex(State(last: Clock.steady()))
  }

  /// Notes that work makes progress.
  func recordProgress() {
    state.withLock {
      $0.isWaiting = false
      $0.last = Clock.steady()
    }
  }

  /// Notes that there is nothing to do until something happens.
  func markIdle() {
    state.withLock { $0.isWaiting = true }
  }

  /// Whether the daemon waits, or has made progress in time.
  var isHealthy: Bool {
    state.withLock { $0.isWaiting || Clock.steady() - $0.last < stallTimeout }
  }
}
