import Glibc

/// Times for people: those of this machine's zone, with its name. Programs are given UTC.
public enum WallTime {
  /// A time to the minute: `2026-11-29 17:44 CET`.
  ///
  /// - Parameter seconds: seconds since 1970.
  public static func text(_ seconds: Double) -> String { format("%Y-%m-%d %H:%M %Z", seconds) }

  /// The day of a time: `2026-11-29`.
  ///
  /// - Parameter seconds: seconds since 1970.
  public static func day(_ seconds: Double) -> String { format("%Y-%m-%d", seconds) }

  private static func format(_ form: String, _ seconds: Double) -> String {
    var time = time_t(KernelNumber.integer(KernelNumber.writable(seconds).rounded(.down)))
    var parts = tm()
    tzset()
    localtime_r(&time, &parts)
    var text = [CChar](repeating: 0, count: 64)
    let count = strftime(&text, text.count, form, &parts)
    return String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
