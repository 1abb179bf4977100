import Glibc
import Platform
import Tracks

/// Whether a process waits for a disk.
enum DiskWait {
  /// Whether a thread of this process waits for a disk (state D) while none of its threads runs or could run.
  ///
  /// The kernel tells the state of every process, also of one that may not be traced.
  static func isSeen(in process: pid_t) -> Bool {
    var isWaiting = false
    for thread in threads(of: process) {
      switch state(of: thread, of: process) {
      case UInt8(ascii: "R"): return false
      case UInt8(ascii: "D"): isWaiting = true
      default: break
      }
    }
    return isWaiting
  }

  /// The threads of a process; none where it is gone.
  private static func threads(of process: pid_t) -> [pid_t] {
    (Directory.names(in: FilePath("/proc/\(process)/task")) ?? []).compactMap { pid_t($0.display) }
  }

  /// The letter of a thread's state; `nil` where it is gone.
  private static func state(of thread: pid_t, of process: pid_t) -> UInt8? {
    guard let buffer = RegularFile.beginning(FilePath("/proc/\(process)/task/\(thread)/stat"), 512) else { return nil }
    // The name, in parentheses before it, may hold anything.
    guard let end = buffer.lastIndex(of: UInt8(ascii: ")")), end + 2 < buffer.count else { return nil }
    return buffer[end + 2]
  }
}
