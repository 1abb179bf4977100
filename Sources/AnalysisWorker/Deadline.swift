import Glibc

/// The moment at which a request has taken too long.
///
/// Time in which the process was ready to run but got no processor is added: on a busy machine a worker of idle priority
/// may wait for minutes without being at fault.
struct Deadline {
  private let process: pid_t
  private let seconds: Double?
  private let start: Double
  private let startDelay: Double

  /// The deadline of a request that `process` begins now; never, where `seconds` is `nil`.
  init(process: pid_t, seconds: Double?) {
    self.process = process
    self.seconds = seconds
    start = Self.now()
    startDelay = seconds == nil ? 0 : Self.delay(of: process)
  }

  /// The milliseconds to wait from now, at least 1; -1 for ever; `nil` where the time is over.
  func remainingMilliseconds() -> Int32? {
    guard let seconds else { return -1 }
    var left = seconds - (Self.now() - start)
    if left <= 0 { left += Self.delay(of: process) - startDelay }
    return left <= 0 ? nil : Int32(min(max(left * 1000, 1), 60_000))
  }

  /// Seconds of the clock that nobody sets.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The seconds that a process has waited for a processor in all; 0 where the kernel does not tell.
  static func delay(of process: pid_t) -> Double {
    let file = open("/proc/\(process)/schedstat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 128)
    let count = read(file, &buffer, buffer.count)
    guard count > 0 else { return 0 }
    let fields = buffer[..<count].split(separator: UInt8(ascii: " "))
    guard fields.count >= 2, let nanoseconds = Double(String(decoding: fields[1], as: UTF8.self)) else { return 0 }
    return nanoseconds / 1e9
  }
}
