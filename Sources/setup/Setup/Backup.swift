import Foundation
import Glibc
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Settings
public import Tracks

/// One file that holds the index, the configuration and the owner's file of corrections: an SQLite database, namely the
/// index with one more table.
public enum Backup {
  /// What a backup or a restore did, as sentences.
  public struct Report: Sendable {
    /// The sentences.
    public var words: [String] = []
  }

  /// Writes a backup, as everything is at one moment. The daemon may go on meanwhile.
  ///
  /// - Throws: `PipelineFailure` where there is a file of that name already, or it cannot be written; `IndexFailure`.
  public static func write(_ workspace: Workspace, to file: FilePath) throws -> Report {
    try StateOwner.asCaller { try refuseExisting(file) }
    // The owner of the state folder makes it there; whoever started this puts it into a folder of their own.
    let folder = StateOwner.isForTheTimeBeing ? workspace.state.path : file.parent
    let temporary = try empty(in: folder, for: file, ".new")
    defer { remove(temporary) }
    let report: Report
    do {
      report = try fill(temporary, workspace)
    } catch {
      throw Self.error(error, of: temporary, concerns: file)
    }
    try sync(temporary, for: file)
    var finished = temporary
    if StateOwner.isForTheTimeBeing {
      guard let made = RegularFile.open(temporary, O_RDONLY | O_NOFOLLOW) else { throw failure(file, "cannot be read") }
      defer { close(made.descriptor) }
      finished = try StateOwner.asCaller { try copy(made.descriptor, in: file.parent, for: file) }
    }
    try StateOwner.asCaller {
      try refuseExisting(file)
      guard RegularFile.rename(finished, to: file) else {
        let failure = failure(file, "cannot be written")
        remove(finished)
        throw failure
      }
    }
    return report
  }

  /// Makes an empty file that only its owner reads: what somebody listens to is nobody else's business.
  private static func empty(in folder: FilePath, for file: FilePath, _ suffix: String) throws -> FilePath {
    let folder = folder.bytes.isEmpty ? FilePath(".") : folder
    let path = folder.appending(FilePath(bytes: Array(".".utf8) + file.name.bytes + Array(suffix.utf8)))
    _ = path.withCString { unlink($0) }
    let descriptor = path.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { throw failure(file, "cannot be written") }
    close(descriptor)
    return path
  }

  private static func fill(_ temporary: FilePath, _ workspace: Workspace) throws -> Report {
    var kept: [BackupFile] = []
    var report = Report()
    for (name, path) in [
      ("configuration", Optional(workspace.file)), ("corrections", workspace.settings.labels.corrections),
    ] {
      guard let path else { continue }
      if let bytes = SmallFile.read(path) {
        kept.append(BackupFile(name: name, path: path, contents: bytes))
        report.words.append("the \(name) \(path.display)")
      } else {
        report.words.append("not the \(name): \(path.display) cannot be read")
      }
    }
    let index = try MusicIndex(workspace.state.index, readOnly: true)
    try index.copy(to: temporary)
    try BackupFile.add(kept, to: temporary)
    report.words.insert(
      "the index, \(try index.read { try $0.libraryCounts(version: FeatureVariant.dense.version) }.files) files",
      at: 0)
    return report
  }

  /// Copies a finished backup to a new file beside its place.
  private static func copy(_ source: Int32, in folder: FilePath, for file: FilePath) throws -> FilePath {
    let target = try empty(in: folder, for: file, ".part")
    guard let output = RegularFile.open(target, O_WRONLY | O_NOFOLLOW) else { throw failure(file, "cannot be written") }
    defer { close(output.descriptor) }
    var offset = off_t(0)
    while true {
      let count = sendfile(output.descriptor, source, &offset, 1 << 24)
      if count < 0, errno == EINTR { continue }
      if count == 0, fsync(output.descriptor) == 0 { return target }
      guard count > 0 else {
        let failure = failure(file, "cannot be written")
        remove(target)
        throw failure
      }
    }
  }

  private static func remove(_ temporary: FilePath) {
    for suffix in ["", "-journal"] {
      _ = FilePath(bytes: temporary.bytes + Array(suffix.utf8)).withCString { unlink($0) }
    }
  }

  /// Puts the configuration of a backup on a machine that has none.
  ///
  /// - Parameter place: Where it goes.
  /// - Returns: where it is now; `nil` where the backup holds none.
  /// - Throws: `IndexFailure` where the file is no backup of this program's, `PipelineFailure` where nothing can be written.
  public static func restoreConfiguration(from file: FilePath, to place: FilePath) throws -> FilePath? {
    guard let kept = try BackupFile.read(file).first(where: { $0.name == "configuration" }) else { return nil }
    try write(kept.contents, to: place)
    return place
  }

  /// Writes a file, making the folders above it.
  private static func write(_ bytes: [UInt8], to file: FilePath) throws(PipelineFailure) {
    do {
      try FileManager.default.createDirectory(atPath: file.parent.display, withIntermediateDirectories: true)
    } catch {
      throw PipelineFailure("\(file.parent.display): cannot be made (\(error.localizedDescription))")
    }
    try SmallFile.write(bytes, to: file)
  }

  /// Puts the index of a backup in the place of the one that is there, which is moved aside. The configuration and the
  /// corrections that are there stay; where those of the backup differ, they are laid beside them.
  ///
  /// - Throws: `PipelineFailure` where another process works on the state folder or a file cannot be written;
  ///   `IndexFailure` where the backup is damaged, another program's or a newer indexd's. Nothing is changed then.
  public static func restore(_ workspace: Workspace, from file: FilePath) throws -> Report {
    let files = try BackupFile.read(file)
    try workspace.state.make()
    let lock = try StateLock(workspace.state)
    defer { _ = lock }
    var report = Report()
    let fresh = FilePath(bytes: workspace.state.index.bytes + Array(".restored".utf8))
    _ = fresh.withCString { unlink($0) }
    let source = try BackupFile.open(file)
    do {
      try source.copy(to: fresh)
      try BackupFile.strip(fresh)
      // A copy that this program cannot open must not take the place of anything.
      let copy = try MusicIndex(fresh)
      if let fault = try copy.integrityFaults().first {
        throw IndexFailure(reason: .damaged, file: file.display, detail: fault)
      }
      let count = try copy.read { try $0.libraryCounts(version: FeatureVariant.dense.version) }.files
      let lost = lostWords(workspace, copy)
      try copy.close()
      report.words.append("the index, \(counted(count, "file"))")
      if lost > 0 {
        report.words.append(
          "what you said of \(counted(lost, "track")) since the backup is not in it; `indexctl label` says it again")
      }
      RegularFile.finish(fresh, mode: 0o640)
      for suffix in ["-wal", "-shm"] {
        _ = FilePath(bytes: fresh.bytes + Array(suffix.utf8)).withCString { unlink($0) }
      }
    } catch {
      for suffix in ["", "-wal", "-shm", "-journal"] {
        _ = FilePath(bytes: fresh.bytes + Array(suffix.utf8)).withCString { unlink($0) }
      }
      throw Self.error(error, of: fresh, concerns: file)
    }
    if let aside = try IndexRepair.install(fresh, in: workspace.state, word: "replaced") {
      report.words.append("the index that was there is \(aside.display) now")
    }
    for kept in files { try put(kept, workspace, &report) }
    return report
  }

  /// How many of the owner's words of today are others, or none, in a backup.
  private static func lostWords(_ workspace: Workspace, _ backup: MusicIndex) -> Int {
    // A present index that cannot be read, which may be why there is a restore, tells of nothing.
    guard let present = try? MusicIndex(workspace.state.index, readOnly: true),
      let today = try? present.read({ try $0.corrections() }), let then = try? backup.read({ try $0.corrections() })
    else { return 0 }
    let known = Dictionary(then.map { ($0.identity, $0.word) }, uniquingKeysWith: { first, _ in first })
    return today.count { known[$0.identity] != $0.word }
  }

  private static func put(_ kept: BackupFile, _ workspace: Workspace, _ report: inout Report) throws {
    let places = ["configuration": workspace.file, "corrections": workspace.settings.labels.corrections]
    // Where a file lay on the other machine says nothing of this one.
    guard let place = places[kept.name] ?? nil else { return }
    let present = SmallFile.read(place)
    guard present != kept.contents else { return }
    let isThere = place.withCString { access($0, F_OK) } == 0
    let target = isThere ? FilePath(bytes: place.bytes + Array(".backup".utf8)) : place
    do {
      try write(kept.contents, to: target)
    } catch {
      // Root's configuration is not the service's to write.
      report.words.append("not the \(kept.name): \(error)")
      return
    }
    guard isThere else {
      report.words.append("the \(kept.name) \(place.display)")
      return
    }
    let beside = target
    report.words.append("the \(kept.name) \(place.display) stays as it is; that of the backup is \(beside.display)")
  }

  private static func refuseExisting(_ file: FilePath) throws(PipelineFailure) {
    var status = stat()
    guard file.withCString({ lstat($0, &status) }) != 0 else {
      throw PipelineFailure("\(file.display): is there already; name a new file")
    }
  }

  private static func sync(_ temporary: FilePath, for file: FilePath) throws {
    let descriptor = temporary.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw failure(file, "cannot be written") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure(file, "cannot be written") }
  }

  /// The failure of a copy that nobody knows of, told of the file that it was made for or from; the disk is told as it is.
  private static func error(_ error: any Error, of copy: FilePath, concerns file: FilePath) -> any Error {
    guard let failure = error as? IndexFailure, failure.file == copy.display else { return error }
    switch failure.reason {
    case .damaged: return IndexFailure(reason: .refused, file: file.display, detail: "is damaged: \(failure.detail)")
    case .diskFull:
      return PipelineFailure("\(copy.parent.display): the disk is full; make room, then give the command again")
    default: return IndexFailure(reason: .refused, file: file.display, detail: failure.detail)
    }
  }

  private static func failure(_ file: FilePath, _ words: String) -> PipelineFailure {
    PipelineFailure("\(file.display): \(words) (\(SystemError.text()))")
  }
}
