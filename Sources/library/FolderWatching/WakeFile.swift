import CLinux
import Glibc

/// A file in memory whose changes end a wait in libinotifytools: nothing else does, for its descriptor is private.
///
/// The changes are of its mode and its size, which make events on every kernel; writes to such files make none since Linux
/// 6.14.
final class WakeFile: Sendable {
  private let descriptor: Int32

  /// Makes the file; `nil` where the system gives no descriptor.
  init?() {
    let descriptor = linux_make_memory_file("indexd-wake")
    if descriptor < 0 { return nil }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The name under which inotify can watch the file.
  var name: String { "/proc/self/fd/\(descriptor)" }

  /// Makes an event of the kind IN_ATTRIB.
  func wake() {
    fchmod(descriptor, 0o600)
  }

  /// Makes an event of the kind IN_MODIFY, different from every other.
  func markEnd() {
    ftruncate(descriptor, 0)
  }
}
