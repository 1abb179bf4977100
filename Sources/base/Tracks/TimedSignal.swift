import Glibc

/// Wakes a thread that waits for something for some seconds of the monotonic clock: the waits of Dispatch and Foundation
/// end early where the time of day is set forward.
public final class TimedSignal: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var count = 0

  /// A signal that was not given yet.
  public init() {
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Gives the signal: one wait, the next one or one that goes on, ends with it.
  public func signal() {
    pthread_mutex_lock(mutex)
    count += 1
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Waits for a signal, at most so many seconds (none where that is negative), and returns whether it was given.
  public func wait(seconds: Double) -> Bool {
    var end = KernelNumber.time(KernelNumber.now(CLOCK_MONOTONIC) + max(0, min(seconds, 1e6)))
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while count == 0, pthread_cond_timedwait(condition, mutex, &end) == 0 {}
    guard count > 0 else { return false }
    count -= 1
    return true
  }
}
