import Glibc
import Platform
import Tracks

/// A copy of a SQLite database and its write-ahead log in a folder of its own, removed when it goes.
///
/// Opening the original, even for reading, would make SQLite create or change files beside it.
struct PrivateCopy: ~Copyable {
  /// The copied database.
  let file: FilePath
  private let folder: FilePath
  /// The folder as it is open and locked: whoever can lock it finds that nobody uses it any more. -1 where the file
  /// system knows no locks.
  private let lock: Int32

  private static let prefix = "indexd-import-"
  /// What `mkdtemp` replaces: six of this letter at the end of a name.
  private static let placeholder = String(repeating: "X", count: 6)

  /// Copies a database that foobar2000 may be writing: again if it changed meanwhile, three times at most. The copy lies
  /// in a folder inside `parent`, or in the temporary folder where nothing can be written there.
  init(of original: FilePath, in parent: FilePath?) throws(ImportFailure) {
    let temporary = FilePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
    guard let (folder, lock) = parent.flatMap(Self.folder(in:)) ?? Self.folder(in: temporary) else {
      throw ImportFailure(
        .cannotRead, original, "cannot be copied to \(temporary.display) for reading: \(SystemError.text())")
    }
    let file = folder.appending(ProfileDatabase.fileName)
    do throws(ImportFailure) {
      try Self.copyWhole(original, to: file)
    } catch {
      Self.remove(folder)
      if lock >= 0 { close(lock) }
      throw error
    }
    self.folder = folder
    self.lock = lock
    self.file = file
  }

  deinit {
    Self.remove(folder)
    if lock >= 0 { close(lock) }
  }

  /// A new folder inside `parent`, which is rid of those that killed processes left; `nil` where it cannot be made.
  private static func folder(in parent: FilePath) -> (folder: FilePath, lock: Int32)? {
    for left in parent.children() where left.isFolder && left.name.display.hasPrefix(prefix) {
      guard case .mine(let lock) = locked(left) else { continue }
      remove(left)
      close(lock)
    }
    // Between its making and its locking another process may take a folder for one that was left.
    for _ in 0..<10 {
      let name = parent.appending(prefix + placeholder)
      var template = name.bytes.map(CChar.init(bitPattern:)) + [0]
      guard mkdtemp(&template) != nil else { return nil }
      let folder = FilePath(bytes: template.dropLast().map(UInt8.init(bitPattern:)))
      switch locked(folder) {
      case .mine(let lock) where folder.isFolder: return (folder, lock)
      case .mine(let lock): close(lock)
      case .unknown: return (folder, -1)
      case .others: remove(folder)
      }
    }
    return nil
  }

  private enum Lock {
    /// This process holds it, by this descriptor.
    case mine(Int32)
    /// Another process holds it, or the folder is gone.
    case others
    /// The file system knows no locks.
    case unknown
  }

  private static func locked(_ folder: FilePath) -> Lock {
    let descriptor = folder.withCString { open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
    guard descriptor >= 0 else { return .others }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return .mine(descriptor) }
    let isHeld = errno == EWOULDBLOCK
    close(descriptor)
    return isHeld ? .others : .unknown
  }

  /// Copies a database with its log as they were at one moment.
  static func copyWhole(_ original: FilePath, to target: FilePath) throws(ImportFailure) {
    var attempts = 0
    while try !copy(original, to: target) {
      attempts += 1
      if attempts == 3 {
        throw ImportFailure(.cannotRead, original, "changes while it is read: close foobar2000 and import it again")
      }
    }
  }

  /// Copies database and log; `false` where that is no state that both were in. What is only added to the log meanwhile
  /// does no harm: SQLite takes what is whole of it.
  private static func copy(_ original: FilePath, to target: FilePath) throws(ImportFailure) -> Bool {
    let before = stamp(original)
    let log = start(original.log)
    try copyFile(original, target)
    target.log.withCString { _ = unlink($0) }
    if !stamp(original.log).isEmpty { try copyFile(original.log, target.log) }
    return stamp(original) == before && start(original.log) == log
  }

  /// The header of a log, which is another one whenever the log begins anew; empty where there is none.
  private static func start(_ log: FilePath) -> [UInt8] {
    RegularFile.beginning(log, 32) ?? []
  }

  /// Copies the bytes of a file.
  static func copyFile(_ source: FilePath, _ target: FilePath) throws(ImportFailure) {
    let input = try InputFile(source)
    // What lies there is an attempt before this one, or somebody's link that must not be followed.
    _ = target.withCString { unlink($0) }
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let output = target.withCString { open($0, flags, 0o600) }
    guard output >= 0 else {
      throw ImportFailure(
        .cannotRead, source, "cannot be copied to \(target.display): \(SystemError.text())")
    }
    defer { close(output) }
    var bytes: [UInt8] = []
    while try input.read(1 << 20, into: &bytes) > 0 {
      guard RegularFile.write(bytes, to: output) else {
        throw ImportFailure(.cannotRead, source, "cannot be copied to \(target.display): \(SystemError.text())")
      }
      bytes.removeAll(keepingCapacity: true)
    }
  }

  /// Size and time of a file's last change; empty where there is none.
  private static func stamp(_ path: FilePath) -> [String] {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return [] }
    return ["\(status.st_size)", KernelNumber.text(status.st_mtim)]
  }

  private static func remove(_ folder: FilePath) {
    let file = folder.appending(ProfileDatabase.fileName)
    for path in [file, file.log, FilePath(bytes: file.bytes + Array("-shm".utf8))] {
      path.withCString { _ = unlink($0) }
    }
    folder.withCString { _ = rmdir($0) }
  }
}

extension FilePath {
  /// The write-ahead log beside a SQLite database.
  var log: FilePath {
    FilePath(bytes: bytes + Array("-wal".utf8))
  }
}
