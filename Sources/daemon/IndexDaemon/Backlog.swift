import Pipeline
import Tracks

/// How far the analysis of what waits has come: in words for the log, once for each tenth of a large backlog and once at
/// its end.
struct Backlog {
  /// From so many files on a backlog is told of by tenths.
  static let large = 100

  private var done = AnalysisResult()
  private var tenth = 0

  /// Takes note of a portion.
  ///
  /// - Parameters:
  ///   - portion: what was done.
  ///   - waiting: what is left, as far as it was counted.
  ///   - isEnd: whether nothing is left.
  /// - Returns: what to say now; `nil` for nothing.
  mutating func add(_ portion: AnalysisResult, waiting: Int, isEnd: Bool) -> String? {
    done.taken += portion.taken
    done.analysed += portion.analysed
    done.recognised += portion.recognised
    done.failed += portion.failed
    done.parts += portion.parts
    guard !isEnd else {
      defer { self = Backlog() }
      guard done.taken > 0 else { return nil }
      let parts = done.parts > 0 ? ", \(counted(done.parts, "track")) of cue sheets" : ""
      return
        "analysed \(counted(done.analysed, "file"))\(parts), recognised \(done.recognised), \(done.failed) cannot be read"
    }
    let total = done.taken + waiting
    guard total >= Self.large else { return nil }
    let reached = min(9, done.taken * 10 / total)
    guard reached > tenth else { return nil }
    tenth = reached
    return "analysed \(reached * 10)% of what waits: \(done.taken) of \(counted(total, "file"))"
  }
}
