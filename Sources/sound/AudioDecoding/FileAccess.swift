import CLinux
import Glibc
import Synchronization
public import Tracks

/// How the files of this process are opened: by their names, or, where it may open none, by a descriptor that it was
/// handed. A process that is told nothing opens files by name.
public enum FileAccess {
  private struct State {
    var path: FilePath?
    var descriptor: Int32 = -1
    var number: Int32 = 0
  }
  private static let state = Mutex(State())

  /// Has a file be read through an open descriptor, which stays the caller's and must stay open meanwhile, until the next
  /// call; or, where there is none (-1), have it fail to open with an error number.
  public static func hand(_ path: FilePath, descriptor: Int32, errorNumber: Int32 = 0) {
    state.withLock {
      $0.path = path
      $0.descriptor = descriptor
      $0.number = errorNumber
    }
  }

  /// Whether files are handed to this process, which then reads one at a time.
  static var isHanded: Bool { state.withLock { $0.path != nil } }

  /// A descriptor of a file, which the caller closes; -1 with the error number where it cannot be opened. All reads must
  /// name their place: its position may be shared with other descriptors.
  static func open(_ path: FilePath) -> (descriptor: Int32, errorNumber: Int32) {
    let handed = state.withLock { $0.path == path ? $0 : nil }
    // A FIFO or a device must not block or answer; it is refused later.
    let descriptor =
      if let handed {
        handed.descriptor < 0 ? -1 : fcntl(handed.descriptor, F_DUPFD_CLOEXEC, 3)
      } else {
        path.withCString { Glibc.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
      }
    guard descriptor < 0 else { return (descriptor, 0) }
    return (-1, handed.map { $0.descriptor < 0 ? $0.number : errno } ?? errno)
  }
}
