import Glibc
import Pipeline
import Platform
import Synchronization
import Tracks

/// Tells on standard error how far a long job is: done, total, rate, time left, the file in hand.
///
/// On a terminal one line, redrawn at most ten times a second; elsewhere a line now and then (`ProgressLines`).
final class ProgressBar: Sendable {
  private struct State {
    var stage: JobProgress.Stage?
    var started = 0.0
    var startedAt = 0
    var drawn = 0.0
    var isShown = false
    var lines = ProgressLines(at: ProgressBar.now())
  }
  private let state = Mutex(State())
  private let isOnTerminal: Bool

  /// A bar on a terminal, else lines.
  init(isOnTerminal: Bool = Terminal.isErrorTerminal) {
    self.isOnTerminal = isOnTerminal
  }

  /// Shows a state of the job.
  func update(_ progress: JobProgress) {
    let now = Self.now()
    guard isOnTerminal else {
      if let line = state.withLock({ $0.lines.line(progress, at: now) }) { Terminal.tell(line) }
      return
    }
    let line = state.withLock { state -> String? in
      if state.stage != progress.stage {
        state.stage = progress.stage
        state.started = now
        state.startedAt = progress.done
        state.drawn = 0
      }
      guard now - state.drawn >= 0.1 || progress.done == progress.total else { return nil }
      state.drawn = now
      state.isShown = true
      return Self.line(progress, since: now - state.started, from: state.startedAt, columns: Terminal.columns)
    }
    if let line { Terminal.write("\r\u{1B}[K" + line, to: STDERR_FILENO) }
  }

  /// Takes the bar off the terminal.
  func clear() {
    let wasShown = state.withLock { state in
      defer { state.isShown = false }
      return state.isShown
    }
    if wasShown { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
  }

  static func line(_ progress: JobProgress, since seconds: Double, from start: Int, columns: Int) -> String {
    var line = progress.stage.words
    if progress.total > 0 {
      line += " \(progress.done)/\(progress.total)"
      let done = progress.done - start
      if done > 0, seconds > 1 {
        let rate = Double(done) / seconds
        if progress.stage == .analysing { line += ", \(Int((rate * 60).rounded()))/min" }
        line += ", \(Layout.duration(Double(progress.total - progress.done) / rate)) left"
      }
    } else if progress.done > 0 {
      line += " \(progress.done)"
    }
    let room = columns - 3 - Layout.width(line)
    if !progress.subject.isEmpty, room > 8 {
      line += "  " + Layout.tail(progress.subject.plain, room)
    }
    return line
  }

  private static func now() -> Double {
    Clock.steady()
  }
}

extension JobProgress.Stage {
  /// The stage for people.
  var words: String {
    switch self {
    case .scanning: "Looking for music"
    case .importing: "Reading the export"
    case .analysing: "Listening"
    case .comparing: "Comparing"
    case .training: "Learning"
    case .scoring: "Scoring"
    case .evaluating: "Judging"
    case .checking: "Checking"
    case .reporting: "Studying"
    }
  }
}
