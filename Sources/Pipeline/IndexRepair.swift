import Foundation
import Glibc
public import Logging
public import MusicIndex
public import Tracks

/// Opens the index for the one who writes it, and makes a new one where it is damaged.
public enum IndexRepair {
  /// The note that tells what became of a damaged index.
  static let note = "repair"
  /// The number of damaged indexes beside which no further one is laid.
  private static let most = 3

  /// Opens the index of a state folder; a damaged one is moved aside, and what can be read of it is taken over.
  ///
  /// - Throws: `IndexFailure` where it cannot be opened for another reason, `PipelineFailure` where it cannot be moved.
  public static func open(_ state: StateFolder, logger: Logger) throws -> MusicIndex {
    do {
      return try MusicIndex(state.index)
    } catch let failure as IndexFailure where failure.reason == .damaged {
      return try rebuild(state, because: failure.detail, logger: logger)
    }
  }

  /// Moves a damaged index aside, makes a new one, and takes over what can be read. Nobody may have it open.
  ///
  /// - Throws: `IndexFailure`, or `PipelineFailure` where it cannot be moved, or was damaged too often before.
  public static func rebuild(_ state: StateFolder, because reason: String, logger: Logger) throws -> MusicIndex {
    logger.error("\(state.index.display): the index is damaged (\(reason)); it is moved aside and made anew")
    guard damaged(in: state).count < most else {
      throw PipelineFailure(
        "\(state.index.display): the index is damaged once more; check the disk, then remove the files "
          + "index.sqlite.damaged-* and start again")
    }
    let aside = try moveAside(state, word: "damaged")
    let index = try MusicIndex(state.index)
    let salvage = try index.salvage(from: aside)
    var words =
      "\(Status.time(Clock.now()) ?? ""): the index was damaged (\(reason)) and is made anew. Kept: "
      + "\(salvage.corrections) of your corrections, the arrival of \(salvage.files) files, "
      + "\(salvage.recommendations) recommendations, \(salvage.imports) imports"
    words +=
      salvage.unreadable.isEmpty
      ? "; nothing of these is lost." : "; lost in part or whole: \(salvage.unreadable.joined(separator: ", "))."
    words += " The damaged file is \(aside.display); remove it when you do not need it."
    let note = words
    try index.write { try $0.setNote(self.note, note) }
    logger.warning("\(note)")
    return index
  }

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
    while name(number).withCString({ access($0, F_OK) }) == 0 { number += 1 }
    let target = name(number)
    // The log first: without its index it is of no use to anybody, but with another's it would be harmful.
    for suffix in ["-wal", "-shm", ""] {
      let from = FilePath(bytes: state.index.bytes + Array(suffix.utf8))
      let to = FilePath(bytes: target.bytes + Array(suffix.utf8))
      guard from.withCString({ from in to.withCString { rename(from, $0) } }) == 0 || errno == ENOENT else {
        throw PipelineFailure("\(from.display): cannot be moved to \(to.display) (\(LibraryScan.words(errno)))")
      }
    }
    return target
  }

  /// The damaged indexes that lie in a state folder.
  static func damaged(in state: StateFolder) -> [FilePath] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: state.path.display)) ?? []
    return names.filter { name in
      name.hasPrefix("index.sqlite.damaged-") && !name.hasSuffix("-wal") && !name.hasSuffix("-shm")
    }.sorted().map { state.path.appending($0) }
  }

  /// What became of a damaged index, as long as it lies there.
  static func advice(_ transaction: IndexTransaction, _ state: StateFolder) throws -> String? {
    guard let words = try transaction.note(note), !damaged(in: state).isEmpty else { return nil }
    return words
  }
}

/// The size and time of the index as a writer left it: a file that is still like that need not be checked.
public enum IndexSeal {
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
    return "\(status.st_size) \(status.st_ino) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)\n"
  }
}
