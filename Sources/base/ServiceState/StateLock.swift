import Glibc
public import Platform
import Tracks

/// The lock that keeps a second daemon off a state folder. It goes with the process that holds it.
public struct StateLock: ~Copyable, Sendable {
  private let folder: StateFolder
  /// The lock file.
  private var descriptor: Int32
  /// The folder itself, whose lock nobody can remove; -1 where the file system does not lock folders.
  private let folderDescriptor: Int32

  /// Takes the lock.
  ///
  /// - Throws: `PipelineFailure` where another process holds it or the lock file cannot be made.
  public init(_ folder: StateFolder) throws(PipelineFailure) {
    let (file, whole) = try Self.locks(folder)
    self.folder = folder
    descriptor = file
    folderDescriptor = whole
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if folderDescriptor >= 0 { close(folderDescriptor) }
  }

  /// Makes and locks the lock file again where somebody has removed it: `status` looks at it.
  ///
  /// - Throws: `PipelineFailure` where it cannot be made, or another process was quicker.
  public mutating func renew() throws(PipelineFailure) {
    if Self.isAt(folder.lock, descriptor) { return }
    let fresh = try Self.lockFile(folder)
    if descriptor >= 0 { close(descriptor) }
    descriptor = fresh
  }

  private static func locks(_ folder: StateFolder) throws(PipelineFailure) -> (file: Int32, folder: Int32) {
    let whole = try lockFolder(folder)
    do throws(PipelineFailure) {
      return (try lockFile(folder), whole)
    } catch {
      if whole >= 0 { close(whole) }
      throw error
    }
  }

  private static func lockFolder(_ folder: StateFolder) throws(PipelineFailure) -> Int32 {
    let descriptor = folder.path.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { return -1 }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
    let isHeld = errno == EWOULDBLOCK
    close(descriptor)
    if isHeld { throw taken(folder, by: folderHolder(folder)) }
    return -1
  }

  private static func lockFile(_ folder: StateFolder) throws(PipelineFailure) -> Int32 {
    let file = RegularFile.open(folder.lock, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o640)
    let words = errno == ELOOP ? "it is a link" : SystemError.text()
    guard let (descriptor, status) = file else {
      throw PipelineFailure("\(folder.lock.display): cannot be used as the lock (\(words)); remove it")
    }
    // What is written into it would stand in a file of somebody else's.
    guard status.st_nlink == 1 else {
      close(descriptor)
      throw PipelineFailure("\(folder.lock.display): is another name of some file; remove it")
    }
    var lock = wholeFile()
    guard fcntl(descriptor, setLock, &lock) == 0 else {
      let holder = holder(descriptor)
      close(descriptor)
      throw taken(folder, by: holder)
    }
    // The process number is only for people: the lock itself says who holds it.
    _ = ftruncate(descriptor, 0)
    _ = "\(getpid())\n".withCString { pwrite(descriptor, $0, strlen($0), 0) }
    return descriptor
  }

  private static func taken(_ folder: StateFolder, by holder: Int?) -> PipelineFailure {
    PipelineFailure(
      "\(folder.path.display): another indexd or indexctl works here\(holder.map { " (process \($0))" } ?? ""); "
        + "stop it first, or let it do the work")
  }

  private static func isAt(_ path: FilePath, _ descriptor: Int32) -> Bool {
    var (named, open) = (stat(), stat())
    guard path.withCString({ lstat($0, &named) }) == 0, fstat(descriptor, &open) == 0 else { return false }
    return named.st_dev == open.st_dev && named.st_ino == open.st_ino
  }

  /// The process that holds the lock of the folder itself, by the kernel's list of locks; `nil` where that tells none.
  private static func folderHolder(_ folder: StateFolder) -> Int? {
    var status = stat()
    guard folder.path.withCString({ stat($0, &status) }) == 0, let list = SmallFile.read(FilePath("/proc/locks")) else {
      return nil
    }
    let device = UInt64(status.st_dev)
    let (major, minor) = (device >> 8 & 0xFFF | device >> 32 & 0xFFFF_F000, device & 0xFF | device >> 12 & 0xFFFF_FF00)
    let digits = { (number: UInt64) in (number < 16 ? "0" : "") + String(number, radix: 16) }
    let place = "\(digits(major)):\(digits(minor)):\(status.st_ino)"
    for line in String(decoding: list, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count > 5, words[1] == "FLOCK", words[3] == "WRITE", words[5] == place { return Int(words[4]) }
    }
    return nil
  }

  /// The process that holds the lock of a state folder, `nil` where none does or the lock cannot be looked at.
  public static func holder(of folder: StateFolder) -> Int? {
    // Where the lock file was removed, the folder's own lock still tells.
    guard let (descriptor, _) = RegularFile.open(folder.lock, O_RDONLY | O_NOFOLLOW) else {
      return folderHolder(folder)
    }
    defer { close(descriptor) }
    var lock = wholeFile()
    guard fcntl(descriptor, getLock, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return folderHolder(folder) }
    return holder(descriptor) ?? 0
  }

  private static func holder(_ descriptor: Int32) -> Int? {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int(String(decoding: bytes[..<count], as: UTF8.self).filter(\.isNumber))
  }

  // Locks of open file descriptions: unlike the process's own they survive the closing of another descriptor of the
  // file. The header's macros are not visible in Swift.
  private static let getLock: Int32 = 36
  private static let setLock: Int32 = 37

  private static func wholeFile() -> flock {
    flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
  }
}
