import Glibc
import Platform
import Tracks

/// Lets many work at once, or one alone.
final class Turns: @unchecked Sendable {
  // Guards itself; it is never moved.
  private let lock: UnsafeMutablePointer<pthread_rwlock_t>

  init() {
    lock = .allocate(capacity: 1)
    var attributes = pthread_rwlockattr_t()
    pthread_rwlockattr_init(&attributes)
    // Else who wants to be alone may wait as long as the others take turns.
    pthread_rwlockattr_setkind_np(&attributes, Int32(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP))
    pthread_rwlock_init(lock, &attributes)
    pthread_rwlockattr_destroy(&attributes)
  }

  deinit {
    pthread_rwlock_destroy(lock)
    lock.deallocate()
  }

  /// Does work beside that of others, or while nobody else is at it. `waiting` is called every second before it begins;
  /// where that says that the work is not wanted any more, it is not done.
  func take<Value>(alone: Bool, waiting: () -> Bool, _ work: () -> Value) -> Value? {
    while true {
      guard waiting() else { return nil }
      var time = KernelNumber.time(Clock.now() + 1)
      let result =
        alone
        ? pthread_rwlock_timedwrlock(lock, &time)
        : pthread_rwlock_timedrdlock(lock, &time)
      if result == 0 { break }
    }
    defer { pthread_rwlock_unlock(lock) }
    return work()
  }
}
