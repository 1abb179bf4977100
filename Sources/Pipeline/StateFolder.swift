import Glibc
public import Tracks

/// The folder that holds everything indexd keeps: the index, the inbox and the requests.
public struct StateFolder: Sendable, Equatable {
  /// The folder.
  public let path: FilePath

  /// The state folder at a path; nothing is made yet.
  public init(_ path: FilePath) {
    self.path = path
  }

  /// The SQLite file.
  public var index: FilePath { path.appending("index.sqlite") }
  /// Where exports of foobar2000 are dropped.
  public var inbox: FilePath { path.appending("inbox") }
  /// Where `indexctl` drops requests.
  public var requests: FilePath { path.appending("requests") }
  /// The file whose lock says that a daemon (or `try`) works here.
  public var lock: FilePath { path.appending("lock") }
  /// The playlist, where nothing else is configured.
  public var playlist: FilePath { path.appending("Probably liked.m3u8") }

  /// Makes the folder and those in it, where they are missing.
  ///
  /// - Throws: `PipelineFailure` where one cannot be made or written.
  public func make() throws(PipelineFailure) {
    try Self.make(path, mode: 0o750)
    for shared in [inbox, requests] {
      try Self.make(shared, mode: 0o770)
      // Members of the group may drop files there, whatever the umask. What else is set there stays: set-group-ID.
      var status = stat()
      _ = shared.withCString { stat($0, &status) == 0 ? chmod($0, status.st_mode & 0o7000 | 0o770) : -1 }
    }
    guard path.withCString({ access($0, W_OK | X_OK) }) == 0 else {
      throw PipelineFailure(
        "\(path.display): the state folder cannot be written (\(LibraryScan.words(errno))); give it to the user "
          + "indexd runs as, or set `state` to another folder")
    }
  }

  private static func make(_ folder: FilePath, mode: mode_t) throws(PipelineFailure) {
    if folder.withCString({ mkdir($0, mode) }) == 0 || errno == EEXIST { return }
    if errno == ENOENT, !folder.parent.bytes.isEmpty, folder.parent != folder {
      try make(folder.parent, mode: 0o755)
      if folder.withCString({ mkdir($0, mode) }) == 0 || errno == EEXIST { return }
    }
    throw PipelineFailure("\(folder.display): cannot be made (\(LibraryScan.words(errno)))")
  }
}

/// Why a job could not be done: one sentence for the owner that names the file and what to do.
public struct PipelineFailure: Error, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// A failure described by a sentence.
  public init(_ description: String) {
    self.description = description
  }
}

/// The lock that keeps a second daemon off a state folder. It goes with the process that holds it.
public struct StateLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Throws: `PipelineFailure` where another process holds it or the lock file cannot be made.
  public init(_ folder: StateFolder) throws(PipelineFailure) {
    let file = RegularFile.open(folder.lock, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o640)
    let words = errno == ELOOP ? "it is a link" : RegularFile.words(errno)
    descriptor = file?.descriptor ?? -1
    guard let file else {
      throw PipelineFailure("\(folder.lock.display): cannot be used as the lock (\(words)); remove it")
    }
    // What is written into it would stand in a file of somebody else's.
    guard file.status.st_nlink == 1 else {
      close(descriptor)
      throw PipelineFailure("\(folder.lock.display): is another name of some file; remove it")
    }
    var lock = Self.wholeFile()
    guard fcntl(descriptor, Self.setLock, &lock) == 0 else {
      let holder = Self.holder(descriptor)
      close(descriptor)
      throw PipelineFailure(
        "\(folder.path.display): another indexd or indexctl works here\(holder.map { " (process \($0))" } ?? ""); "
          + "stop it first, or let it do the work")
    }
    // The process number is only for people: the lock itself says who holds it.
    _ = ftruncate(descriptor, 0)
    _ = "\(getpid())\n".withCString { pwrite(descriptor, $0, strlen($0), 0) }
  }

  deinit {
    close(descriptor)
  }

  /// The process that holds the lock of a state folder, `nil` where none does or the lock cannot be looked at.
  public static func holder(of folder: StateFolder) -> Int? {
    guard let (descriptor, _) = RegularFile.open(folder.lock, O_RDONLY | O_NOFOLLOW) else { return nil }
    defer { close(descriptor) }
    var lock = wholeFile()
    guard fcntl(descriptor, getLock, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
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
