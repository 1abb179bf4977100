public import Glibc

/// Numbers as the kernel or a file states them, made into Swift's without a trap: what does not fit becomes the nearest
/// number that does.
///
/// The only place where seconds, sizes and counts of `stat`, `statvfs`, `getrusage` and the clocks are converted.
public enum KernelNumber {
  /// A time as nanoseconds since 1970, from 1677 to 2262; what lies outside becomes the end that is nearer.
  public static func nanoseconds(_ time: timespec) -> Int64 {
    let (product, isTooLarge) = Int64(clamping: time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isBeyond) = product.addingReportingOverflow(Int64(clamping: time.tv_nsec))
    guard isTooLarge || isBeyond else { return sum }
    return time.tv_sec < 0 ? .min : .max
  }

  /// A time as seconds since 1970, or a span of time as seconds.
  public static func seconds(_ time: timespec) -> Double {
    Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// A span of time as seconds.
  public static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }

  /// A time in full, for comparing: equal texts are equal times, whatever their size.
  public static func text(_ time: timespec) -> String { "\(time.tv_sec).\(time.tv_nsec)" }

  /// Seconds since 1970 as a time for the kernel; what is no number becomes 1970.
  public static func time(_ seconds: Double) -> timespec {
    guard seconds.isFinite else { return timespec(tv_sec: 0, tv_nsec: 0) }
    let whole = seconds.rounded(.down)
    return timespec(tv_sec: integer(whole), tv_nsec: integer((seconds - whole) * 1e9))
  }

  /// The present time of one of the system's clocks, in seconds.
  public static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return seconds(time)
  }

  /// The bytes that a user without privileges may still write to a file system; at most `Int.max`, as where it states no
  /// limit.
  public static func freeBytes(_ room: statvfs) -> Int {
    let (bytes, isTooLarge) = UInt64(clamping: room.f_bavail)
      .multipliedReportingOverflow(by: UInt64(clamping: room.f_frsize))
    return isTooLarge ? .max : Int(clamping: bytes)
  }

  /// A number without its fraction; the nearest whole number there is for one that is too large, 0 for what is no number.
  public static func integer(_ number: Double) -> Int {
    if number.isNaN { return 0 }
    // Double(Int.max) is one above the largest.
    if number >= 0x1p63 { return .max }
    return number < -0x1p63 ? .min : Int(number)
  }

  /// Seconds since 1970 within the years 1 to 9999, which every calendar can write.
  public static func writable(_ seconds: Double) -> Double {
    if seconds.isNaN { return 0 }
    return min(max(seconds, -62_135_596_800), 253_402_300_799)
  }
}
