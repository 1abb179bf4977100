import Glibc

/// The clocks of the machine.
public enum Clock {
  /// The time of day in seconds since 1970.
  public static func now() -> Double {
    read(CLOCK_REALTIME)
  }

  /// Seconds from an arbitrary start that only ever go forward: for measuring.
  public static func steady() -> Double {
    read(CLOCK_MONOTONIC)
  }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
