import Synchronization
import Tracks

/// What is to be done next, gathered from everybody who notices something, for one who does it.
final class PendingWork: Sendable {
  /// What may have changed since it was last asked for.
  struct Work: Sendable, Equatable {
    /// Folders to look at, by themselves.
    var folders: Set<FilePath> = []
    /// Whether to look at every music folder.
    var everything = false
    /// Where file systems came or went.
    var mounts: Set<FilePath> = []
    /// Whether to look into the inbox.
    var inbox = false
    /// Whether to look for requests.
    var requests = false
    /// Whether events were lost, so that nobody knows which files are being written.
    var hasLostEvents = false
    /// Whether to read the configuration again.
    var reload = false
    /// Whether a training has ended.
    var trained = false
    /// What was found wrong with the index.
    var damage: String?

    /// Whether there is nothing to do.
    var isEmpty: Bool { self == Work() }

    /// Adds what somebody else noticed.
    mutating func add(_ other: Work) {
      folders.formUnion(other.folders)
      everything = everything || other.everything
      mounts.formUnion(other.mounts)
      inbox = inbox || other.inbox
      requests = requests || other.requests
      hasLostEvents = hasLostEvents || other.hasLostEvents
      reload = reload || other.reload
      trained = trained || other.trained
      damage = damage ?? other.damage
    }
  }

  private struct State {
    var work = Work()
    var waiter: CheckedContinuation<Void, Never>?
    var isEnded = false
  }
  private let state = Mutex(State())
  private let clock: SchedulerClock

  /// Nothing to do yet.
  init(clock: SchedulerClock = .system) { self.clock = clock }

  /// Adds something to do.
  func add(_ change: (inout Work) -> Void) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      change(&state.work)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Ends all waiting.
  func end() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.isEnded = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Whether there is nothing to do.
  var isEmpty: Bool { state.withLock { $0.work.isEmpty } }

  /// Takes what there is to do, perhaps nothing.
  func take() -> Work {
    state.withLock { state in
      defer { state.work = Work() }
      return state.work
    }
  }

  /// Waits until there is something to do, the time is over (in seconds, `nil` for no end), or the task is cancelled.
  func wait(seconds: Double?) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await withTaskCancellationHandler {
          await withCheckedContinuation { continuation in
            let isReady = self.state.withLock { state in
              if !state.work.isEmpty || state.isEnded || Task.isCancelled { return true }
              state.waiter = continuation
              return false
            }
            if isReady { continuation.resume() }
          }
        } onCancel: {
          self.add { _ in }
        }
      }
      if let seconds {
        group.addTask {
          // Cancelled as soon as there is work.
          await self.clock.sleep(seconds)
        }
      }
      await group.next()
      group.cancelAll()
    }
  }
}
