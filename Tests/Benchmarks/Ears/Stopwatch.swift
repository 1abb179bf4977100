import Glibc

/// CPU time of this process, and what to say of several measurements.
enum Stopwatch {
  /// The CPU time of the process so far, user and system, in seconds.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }

  /// The seconds of each of several runs, after one that does not count.
  static func rounds(_ count: Int, _ work: () throws -> Void) rethrows -> [Double] {
    try work()
    return try (0..<count).map { _ in
      let start = now()
      try work()
      return now() - start
    }
  }

  /// The middle of several measurements.
  static func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
  }

  /// Median, smallest and largest, in milliseconds.
  static func words(_ seconds: [Double]) -> String {
    let sorted = seconds.sorted().map { $0 * 1_000 }
    return "\(short(sorted[sorted.count / 2])) (\(short(sorted[0]))-\(short(sorted[sorted.count - 1])))"
  }

  /// A number with three figures.
  static func short(_ value: Double) -> String {
    let digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((value * scale).rounded())
    guard digits > 0 else { return "\(whole)" }
    let (before, after) = whole.quotientAndRemainder(dividingBy: Int(scale))
    let fraction = String(after)
    return "\(before).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
  }
}
