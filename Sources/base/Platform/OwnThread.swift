import CLinux
import Glibc

/// Threads of this program's own, for work that blocks.
public enum OwnThread {
  private final class Body: Sendable {
    let name: String?
    let run: @Sendable () -> Void

    init(_ name: String?, _ run: @escaping @Sendable () -> Void) { (self.name, self.run) = (name, run) }

    func start() {
      if let name { linux_name_thread(name) }
      run()
    }
  }

  /// Runs a function on a new thread; `false` where the system gives none.
  ///
  /// - Parameters:
  ///   - name: What the system calls it, of which 15 bytes count; the program's name for `nil`.
  ///   - stack: The bytes of its stack; the system's default for `nil`.
  public static func start(
    name: String? = nil, stack: Int? = nil, _ run: @escaping @Sendable () -> Void
  ) -> Bool {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return false }
    defer { pthread_attr_destroy(&attributes) }
    if let stack { guard pthread_attr_setstacksize(&attributes, stack) == 0 else { return false } }
    let body = Unmanaged.passRetained(Body(name, run))
    var thread = pthread_t()
    let result = pthread_create(
      &thread, &attributes,
      { argument in
        // The argument is the body that was retained for this thread.
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().start()
        return nil
      }, body.toOpaque())
    guard result == 0 else {
      body.release()
      return false
    }
    pthread_detach(thread)
    return true
  }
}
