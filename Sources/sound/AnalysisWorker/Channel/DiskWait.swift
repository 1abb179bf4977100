import Glibc

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
    guard let folder = opendir("/proc/\(process)/task") else { return [] }
    defer { closedir(folder) }
    var found: [pid_t] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { place in
        place.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let number = pid_t(name) { found.append(number) }
    }
    return found
  }

  /// The letter of a thread's state; `nil` where it is gone.
  private static func state(of thread: pid_t, of process: pid_t) -> UInt8? {
    let file = open("/proc/\(process)/task/\(thread)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(file, &buffer, buffer.count)
    // The name, in parentheses before it, may hold anything.
    guard count > 0, let end = buffer[..<count].lastIndex(of: UInt8(ascii: ")")), end + 2 < count else { return nil }
    return buffer[end + 2]
  }
}
