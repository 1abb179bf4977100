import MusicIndex
import Synchronization

/// How far the files without a summary have been taken in portions: each portion goes on where the one before ended, so that
/// choosing it costs the same in a library of any size.
final class AnalysisPosition: Sendable {
  private let bound = Mutex<Int64?>(nil)

  /// The next files to analyse.
  ///
  /// - Parameters:
  ///   - limit: The most files.
  ///   - now: Leaves out what is postponed at this time, in seconds since 1970.
  ///   - isTaken: Whether the next call goes on behind these files.
  func next(
    _ transaction: IndexTransaction, version: Int, limit: Int, dueAt now: Double?, isTaken: Bool = true
  ) throws -> [FileRow] {
    let start = bound.withLock { $0 }
    var files = try transaction.filesToAnalyse(version: version, limit: limit, dueAt: now, below: start)
    // Behind the last one the first may be due again.
    if files.isEmpty, start != nil {
      bound.withLock { $0 = nil }
      files = try transaction.filesToAnalyse(version: version, limit: limit, dueAt: now)
    }
    if isTaken, let last = files.last(where: { $0.state == .probed }) { bound.withLock { $0 = last.id } }
    return files
  }
}
