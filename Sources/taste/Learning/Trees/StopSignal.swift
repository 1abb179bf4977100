internal import Synchronization

/// Tells all threads of a fit that its task was cancelled.
final class StopSignal: Sendable {
  private let raised = Atomic<Bool>(false)

  /// Whether to stop. Only the thread of the task itself notices its cancellation; it tells the others.
  var isRaised: Bool {
    if raised.load(ordering: .relaxed) { return true }
    if Task.isCancelled {
      raised.store(true, ordering: .relaxed)
      return true
    }
    return false
  }

  /// Ends a fit that was cancelled.
  func check() throws(CancellationError) {
    if isRaised { throw CancellationError() }
  }
}
