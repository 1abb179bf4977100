import Dispatch
import Synchronization

/// What one thread waits for and another one gives.
final class WatchReply: Sendable {
  private let outcomes = Mutex<[WatchOutcome]>([])
  private let given = DispatchSemaphore(value: 0)

  /// Gives the answer, once.
  func give(_ answer: [WatchOutcome]) {
    outcomes.withLock { $0 = answer }
    given.signal()
  }

  /// Waits for the answer.
  func wait() -> [WatchOutcome] {
    given.wait()
    return outcomes.withLock { $0 }
  }
}
