import Glibc
import Tracks

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
    KernelNumber.now(clock)
  }
}
