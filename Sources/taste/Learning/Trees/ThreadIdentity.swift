internal import Glibc
internal import Synchronization

/// Which thread this is.
struct ThreadIdentity: Equatable, Sendable {
  private let handle: pthread_t

  static var current: ThreadIdentity { ThreadIdentity(handle: pthread_self()) }
}

/// A number that threads raise together.
final class Counter: Sendable {
  private let value = Atomic<Int>(0)

  /// Adds one and gives the sum.
  func increment() -> Int {
    value.add(1, ordering: .relaxed).newValue
  }
}
