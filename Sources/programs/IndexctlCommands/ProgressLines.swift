import Pipeline

/// When a log is told how far a long job is: by tenths of each of its stages, and rarely.
struct ProgressLines {
  /// The least seconds between two lines, and before the first: what is done by then needs none.
  static let pause = 30.0
  /// The same for a stage that cannot tell how much there is to do.
  static let longPause = 60.0

  private var told: Double
  private var stage: JobProgress.Stage?
  private var started = 0.0
  private var startedAt = 0
  private var tenth = 0

  /// - Parameter now: when the job begins, in seconds.
  init(at now: Double) {
    told = now
  }

  /// The line for a state of the job; `nil` where it is too early for one.
  mutating func line(_ progress: JobProgress, at now: Double) -> String? {
    if stage != progress.stage { (stage, started, startedAt, tenth) = (progress.stage, now, progress.done, 0) }
    let reached = progress.total > 0 ? progress.done * 10 / progress.total : 0
    let isDue = progress.total > 0 ? reached > tenth && now - told >= Self.pause : now - told >= Self.longPause
    guard isDue else { return nil }
    (told, tenth) = (now, reached)
    return ProgressBar.line(progress, since: now - started, from: startedAt, columns: 80)
  }
}
