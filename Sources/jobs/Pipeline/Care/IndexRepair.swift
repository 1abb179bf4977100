import Foundation
import Glibc
public import Logging
public import MusicIndex
public import Platform
public import ServiceState
public import Tracks

/// Opens the index for the one who writes it, and makes a new one where it is damaged.
public enum IndexRepair {
  /// The number of damaged indexes beside which no further one is laid.
  private static let most = 3

  /// Opens the index of a state folder; a damaged one is moved aside, and what can be read of it is taken over.
  ///
  /// - Parameter progress: Called again and again as long as something is taken over.
  /// - Throws: `IndexFailure` where it cannot be opened for another reason, `PipelineFailure` where it cannot be moved.
  public static func open(
    _ state: StateFolder, logger: Logger, progress: () -> Void = {}
  ) throws -> MusicIndex {
    if exists(salvaged(in: state)) { try replace(state, word: "damaged") }
    do {
      return try MusicIndex(state.index)
    } catch let failure as IndexFailure where failure.reason == .damaged {
      return try rebuild(state, because: failure.detail, logger: logger, progress: progress)
    }
  }

  /// Makes a new index, takes over what can be read of a damaged one, and moves that one aside. Nobody may have it open.
  ///
  /// The damaged index stays in its place until the new one holds everything: whatever ends this in between, the next
  /// start begins it again or brings it to its end.
  ///
  /// - Parameter progress: Called again and again as long as it lasts.
  /// - Throws: `IndexFailure`, or `PipelineFailure` where it cannot be moved, or was damaged too often before.
  public static func rebuild(
    _ state: StateFolder, because reason: String, logger: Logger, progress: () -> Void = {}
  ) throws -> MusicIndex {
    logger.error("\(state.index.display): the index is damaged (\(reason)); it is moved aside and made anew")
    guard damaged(in: state).count < most else {
      throw PipelineFailure(
        "\(state.index.display): the index is damaged once more; check the disk, then remove the files "
          + "index.sqlite.damaged-* and start again")
    }
    progress()
    let unfinished = state.index + ".salvaging"
    for suffix in suffixes { _ = (unfinished + suffix).withCString { unlink($0) } }
    let index = try MusicIndex(unfinished)
    let salvage = try index.salvage(from: state.index, progress: progress)
    var words =
      "\(WallTime.text(Clock.now())): the index was damaged (\(reason)) and is made anew. Kept: "
      + "\(salvage.corrections) of your corrections, the arrival of \(salvage.files) files, "
      + "\(salvage.recommendations) recommendations, \(salvage.imports) imports"
    words +=
      salvage.unreadable.isEmpty
      ? "; nothing of these is lost." : "; lost in part or whole: \(salvage.unreadable.joined(separator: ", "))."
    try index.keep(words, as: .repair)
    try index.emptyLog()
    try index.close()
    for suffix in suffixes.dropLast() { _ = (unfinished + suffix).withCString { unlink($0) } }
    try install(unfinished, in: state, word: "damaged")
    logger.warning("\(words)")
    return try MusicIndex(state.index)
  }

  /// Puts a complete index of the state folder, which nobody has open, in the place of the one that is there. What ends this
  /// in between is brought to its end by the next `open`.
  ///
  /// - Parameter word: What the name of the old one says of it.
  /// - Returns: the old one's new name; `nil` where there was none.
  /// - Throws: `PipelineFailure` where one of them cannot be moved.
  @discardableResult
  public static func install(
    _ complete: FilePath, in state: StateFolder, word: String
  ) throws(PipelineFailure) -> FilePath? {
    try move(complete, to: salvaged(in: state))
    return try replace(state, word: word)
  }

  /// The index that takes the place of another one: there only while the two change places, and complete.
  private static func salvaged(in state: StateFolder) -> FilePath {
    state.index + ".salvaged"
  }

  /// Moves the old index aside, as far as it still lies there, and the complete one to its place. A log that is left without
  /// its index goes too: it would be played into the other one.
  @discardableResult
  private static func replace(_ state: StateFolder, word: String) throws(PipelineFailure) -> FilePath? {
    let wasThere = exists(state.index)
    let aside = try moveAside(state, word: word)
    try move(salvaged(in: state), to: state.index)
    return wasThere ? aside : nil
  }

  private static func exists(_ file: FilePath) -> Bool {
    file.withCString { access($0, F_OK) } == 0
  }

  private static func move(_ from: FilePath, to: FilePath) throws(PipelineFailure) {
    guard RegularFile.rename(from, to: to) else {
      throw PipelineFailure("\(from.display): cannot be moved to \(to.display) (\(SystemError.text()))")
    }
  }

  /// What SQLite adds to an index's name. The logs come first: without their index they are of no use to anybody, but
  /// with another's they would be harmful.
  private static let suffixes = ["-wal", "-shm", ""]

  /// Moves the index and its log files to names of their own.
  ///
  /// - Returns: the index's new name.
  /// - Throws: `PipelineFailure` where that cannot be done.
  public static func moveAside(_ state: StateFolder, word: String) throws(PipelineFailure) -> FilePath {
    let time = (Status.time(Clock.now()) ?? "").filter { $0.isNumber }
    func name(_ number: Int) -> FilePath {
      FilePath(
        bytes: state.index.bytes + Array(".\(word)-\(time)\(number == 0 ? "" : "-\(number)")".utf8))
    }
    var number = 0
    while exists(name(number)) { number += 1 }
    let target = name(number)
    for suffix in suffixes where exists(state.index + suffix) { try move(state.index + suffix, to: target + suffix) }
    return target
  }

  /// The damaged indexes that lie in a state folder.
  static func damaged(in state: StateFolder) -> [FilePath] {
    (Directory.names(in: state.path) ?? []).filter { name in
      let name = name.display
      return name.hasPrefix("index.sqlite.damaged-") && !name.hasSuffix("-wal") && !name.hasSuffix("-shm")
    }.map(state.path.appending)
  }

  /// What became of a damaged index, as long as it lies there.
  static func advice(_ transaction: IndexTransaction, _ state: StateFolder) throws -> String? {
    guard let words = try transaction.note(.repair), let file = damaged(in: state).last else { return nil }
    return "\(words) The damaged file is \(file.display); remove it when you do not need it."
  }
}

extension FilePath {
  fileprivate static func + (path: FilePath, suffix: String) -> FilePath {
    FilePath(bytes: path.bytes + Array(suffix.utf8))
  }
}

/// The size and time of the index as a writer left it: a file that is still like that need not be checked.
public enum CleanShutdownMarker {
  /// Seals the index of a state folder, which must be closed. Where it cannot be sealed the next start checks it.
  public static func seal(_ state: StateFolder) {
    guard let stamp = stamp(state) else { return }
    try? SmallFile.write(Array(stamp.utf8), to: file(state))
  }

  /// Whether the index is another than the one that was sealed.
  public static func isBroken(_ state: StateFolder) -> Bool {
    guard let stamp = stamp(state), let sealed = SmallFile.read(file(state)) else { return true }
    return sealed != Array(stamp.utf8)
  }

  private static func file(_ state: StateFolder) -> FilePath {
    state.path.appending("index.seal")
  }

  private static func stamp(_ state: StateFolder) -> String? {
    var status = stat()
    guard state.index.withCString({ stat($0, &status) }) == 0 else { return nil }
    return "\(status.st_size) \(status.st_ino) \(KernelNumber.text(status.st_mtim))\n"
  }
}
