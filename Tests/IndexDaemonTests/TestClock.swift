import Synchronization

@testable import IndexDaemon

/// A clock that stands until the test moves it on.
final class TestClock: Sendable {
  private struct Sleeper {
    var id: Int
    var end: Double
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var time = 1_000.0
    var next = 0
    var sleepers: [Sleeper] = []
    var ended: Set<Int> = []
    var slept: [Double] = []
    var observers: [(wanted: @Sendable ([Double]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())
  /// Sleeps of this length are over at once, as if the test had moved the clock on by it.
  private let passing: Double?

  /// A clock that stands.
  init(passing: Double? = nil) { self.passing = passing }

  /// What the daemon is given.
  var clock: SchedulerClock {
    SchedulerClock(
      steady: { self.state.withLock { $0.time } }, now: { 1_600_000_000 + self.state.withLock { $0.time } },
      sleep: { await self.sleep($0) })
  }

  private func sleep(_ seconds: Double) async {
    if seconds == passing { return advance(by: seconds) }
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
          // Cancelled before it lay down.
          if state.ended.remove(id) != nil || Task.isCancelled { return [continuation] }
          state.sleepers.append(Sleeper(id: id, end: state.time + seconds, continuation: continuation))
          state.slept.append(seconds)
          let slept = state.slept
          let ready = state.observers.filter { $0.wanted(slept) }.map(\.continuation)
          state.observers.removeAll { $0.wanted(slept) }
          return ready
        }
        woken.forEach { $0.resume() }
      }
    } onCancel: {
      let found = state.withLock { state -> CheckedContinuation<Void, Never>? in
        guard let place = state.sleepers.firstIndex(where: { $0.id == id }) else {
          state.ended.insert(id)
          return nil
        }
        return state.sleepers.remove(at: place).continuation
      }
      found?.resume()
    }
  }

  /// Waits until the daemon has lain down in such a way; `wanted` is given every length of a sleep since the last `forget`.
  func sleeps(_ wanted: @escaping @Sendable ([Double]) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        if wanted(state.slept) { return true }
        state.observers.append((wanted, continuation))
        return false
      }
      if isReady { continuation.resume() }
    }
  }

  /// The longest sleep since the last `forget`.
  var longest: Double? { state.withLock { $0.slept.max() } }

  /// Forgets how long the daemon slept.
  func forget() { state.withLock { $0.slept = [] } }

  /// Moves the clock on and wakes whoever slept until then.
  func advance(by seconds: Double) {
    let woken = state.withLock { state -> [Sleeper] in
      state.time += seconds
      let woken = state.sleepers.filter { $0.end <= state.time }
      state.sleepers.removeAll { $0.end <= state.time }
      return woken
    }
    woken.forEach { $0.continuation.resume() }
  }
}
