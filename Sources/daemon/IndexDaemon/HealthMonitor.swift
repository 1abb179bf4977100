import Pipeline
import Platform
import Synchronization

/// Whether the daemon makes headway: what its watchdog listens to.
///
/// Waiting for something to happen is healthy for any time; work is healthy as long as it shows a sign of life within
/// `patience` seconds.
final class HealthMonitor: Sendable {
  private struct State {
    var isWaiting = false
    var last: Double
  }
  private let state: Mutex<State>
  private let patience: Double

  /// A pulse that beats now.
  init(patience: Double) {
    self.patience = patience
    state = Mutex(State(last: Clock.steady()))
  }

  /// Work shows a sign of life.
  func beat() {
    state.withLock {
      $0.isWaiting = false
      $0.last = Clock.steady()
    }
  }

  /// There is nothing to do until something happens.
  func rest() {
    state.withLock { $0.isWaiting = true }
  }

  /// Whether the daemon waits, or has shown a sign of life in time.
  var isHealthy: Bool {
    state.withLock { $0.isWaiting || Clock.steady() - $0.last < patience }
  }
}
