import Platform

/// The clock that the daemon's schedule goes by.
struct SchedulerClock: Sendable {
  /// Seconds from an arbitrary start that only ever go forward.
  var steady: @Sendable () -> Double
  /// The time of day in seconds since 1970.
  var now: @Sendable () -> Double
  /// Waits for so many seconds; ends early where the task is cancelled.
  var sleep: @Sendable (Double) async -> Void

  /// The clocks of the machine.
  static let system = SchedulerClock(
    steady: { Clock.steady() }, now: { Clock.now() },
    sleep: { seconds in
      // To be cancelled is one of its two ends.
      try? await Task.sleep(for: .seconds(seconds))
    })
}
