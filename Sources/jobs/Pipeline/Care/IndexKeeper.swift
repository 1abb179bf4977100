import Glibc
public import Logging
public import MusicIndex
import Platform
public import ServiceState
import Tracks

/// Notices that the index was removed or replaced while it was open, and puts what is open back in its place.
///
/// A removed file lives on as long as it is open; what the owner said of tracks would be gone with the process.
public struct IndexKeeper: Sendable {
  private let state: StateFolder
  private let number: MusicIndex.FileNumber?
  private let device: UInt64?
  private let logs: [FilePath: MusicIndex.FileNumber]

  /// The days for which it is told.
  private static let toldDays = 14.0

  /// What happened lately, for the owner; `nil` for nothing.
  static func advice(_ transaction: IndexTransaction) throws -> String? {
    guard let loss = try transaction.note(.indexReplaced), Clock.now() - loss.time < toldDays * 86_400 else {
      return nil
    }
    return loss.words
  }

  /// A keeper of the index that was just opened in a state folder.
  public init(_ state: StateFolder) {
    self.state = state
    // What cannot be found out now is not compared later.
    number = try? MusicIndex.FileNumber(state.index)
    device = (try? MusicIndex.FileNumber(state.path))?.device
    logs = Self.logs(state)
  }

  /// What SQLite laid beside an index.
  private static func logs(_ state: StateFolder) -> [FilePath: MusicIndex.FileNumber] {
    var found: [FilePath: MusicIndex.FileNumber] = [:]
    for suffix in ["-wal", "-shm"] {
      let log = FilePath(bytes: state.index.bytes + Array(suffix.utf8))
      found[log] = (try? MusicIndex.FileNumber(log)) ?? nil
    }
    return found
  }

  /// Whether the index's name means another file than the open one, or none.
  ///
  /// - Throws: `IndexFailure` where that cannot be found out.
  public func isGone() throws -> Bool {
    guard let number else { return false }
    return try MusicIndex.FileNumber(state.index) != number
  }

  /// Writes the open index anew at its place and opens it. A file that somebody laid there is kept beside it.
  ///
  /// - Throws: `PipelineFailure` where the state folder lies on another disk now, `IndexFailure` where the index cannot be
  ///   written; the one that is open stays open then.
  public func putBack(_ index: MusicIndex, logger: Logger) throws -> MusicIndex {
    try state.make()
    if let device, try MusicIndex.FileNumber(state.path)?.device != device {
      throw PipelineFailure(
        "\(state.path.display): another disk lies here than when indexd started; nothing is written to it. Mount the "
          + "right one, or restart indexd")
    }
    let isReplaced = try MusicIndex.FileNumber(state.index) != nil
    let fresh = state.path.appending("index.sqlite.rescued")
    var words =
      "\(WallTime.text(Clock.now())): \(state.index.display) was \(isReplaced ? "replaced" : "removed") "
      + "while indexd ran. It is written anew, and nothing is lost"
    try index.rescue(to: fresh)
    // Another index's log would be played into the one beside it.
    for (log, now) in Self.logs(state) where !isReplaced || logs[log] == now { _ = log.withCString { unlink($0) } }
    if isReplaced {
      words += "; what lay there is now \(try IndexRepair.moveAside(state, word: "replaced").display)"
    }
    guard RegularFile.rename(fresh, to: state.index) else {
      throw PipelineFailure("\(state.index.display): cannot be written (\(SystemError.text()))")
    }
    let opened = try MusicIndex(state.index)
    words += ". To begin anew, stop indexd first, then remove the index."
    let loss = IndexLoss(time: Clock.now(), words: words)
    try opened.write { try $0.setNote(.indexReplaced, loss) }
    logger.error("\(words)")
    // It has no name any more.
    try? index.close()
    return opened
  }
}

/// What became of an index that was removed or replaced while it was open.
private struct IndexLoss: Codable, Equatable {
  /// When, in seconds since 1970.
  var time: Double
  /// What happened, as sentences.
  var words: String
}

extension IndexNote where Value == IndexLoss {
  fileprivate static var indexReplaced: Self { Self(record: "indexReplaced") }
}
