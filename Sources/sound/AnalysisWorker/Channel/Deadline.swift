import CLinux
import Glibc
import Platform
import Tracks

/// The moment at which a request has taken too long.
///
/// Time in which the process was ready to run but got no processor is added: on a busy machine a worker of idle priority
/// may wait for minutes without being at fault. Time in which it waited for a disk is counted for itself: a disk that hangs
/// or is slow says nothing of the file.
struct Deadline {
  /// The milliseconds between two looks at what goes on.
  private static let look = 1000.0
  /// The seconds between two looks for a wait for the disk, at least.
  private static let diskLook = 0.1
  /// The seconds between two looks beyond which this process was held up.
  private static let longestGap = 5.0

  private let process: pid_t
  private let seconds: Double?
  private var start: Double
  /// The last look, which finds out where this process, and with it most likely the worker, was stopped or frozen.
  private var lastLook: Double
  private var startDelay: Double
  /// The seconds that were spent waiting for a disk, as far as was seen, and when that was looked for last.
  private var diskSeconds = 0.0
  private var lastDiskLook: Double

  /// The deadline of a request that `process` begins now; never, where `seconds` is `nil`.
  init(process: pid_t, seconds: Double?) {
    self.process = process
    self.seconds = seconds
    start = Self.now()
    lastLook = start
    lastDiskLook = start
    startDelay = linux_processor_delay(process)
  }

  /// Begins the time anew.
  mutating func restart() {
    self = Deadline(process: process, seconds: seconds)
  }

  /// Whether a disk alone has taken all the time that there is.
  var isOfDisk: Bool { seconds.map { diskSeconds >= $0 } ?? false }

  /// The milliseconds to wait until the next look, at least 1; `nil` where the time is over.
  mutating func remainingMilliseconds() -> Int32? {
    remainingMilliseconds(at: Self.now())
  }

  /// As `remainingMilliseconds()`, at a moment of the clock.
  mutating func remainingMilliseconds(at now: Double) -> Int32? {
    guard let seconds else { return Int32(Self.look) }
    // Between two looks lies a second; what is beyond a few was no time for anybody.
    let gap = now - lastLook
    if gap > Self.longestGap {
      start += gap
      lastDiskLook = now
    }
    lastLook = now
    if now - lastDiskLook >= Self.diskLook {
      if DiskWait.isSeen(in: process) { diskSeconds += now - lastDiskLook }
      lastDiskLook = now
    }
    if isOfDisk { return nil }
    var left = seconds - (now - start) + diskSeconds
    if left <= 0 {
      left += linux_processor_delay(process) - startDelay
    }
    return left <= 0 ? nil : Int32(min(max(left * 1000, 1), Self.look))
  }

  /// Seconds of the monotonic clock.
  static func now() -> Double {
    Clock.steady()
  }
}
