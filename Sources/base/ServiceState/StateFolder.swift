import Glibc
public import Platform
import Synchronization
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
  public var playlist: FilePath { path.appending(Self.playlistName) }
  /// The name of the playlist, where none is configured.
  public static let playlistName = "Probably liked.m3u8"

  /// Whether it is the folder of a trial: nobody watches its inbox.
  public var isTrial: Bool { path.name.bytes.starts(with: Self.trialMark.utf8) }
  /// How the name of a trial's folder begins.
  public static let trialMark = "try-"

  /// Makes the folder and those in it, where they are missing.
  ///
  /// - Throws: `PipelineFailure` where one cannot be made or written.
  public func make() throws(PipelineFailure) {
    try Self.make(path, mode: 0o750)
    for shared in [inbox, requests] {
      // Members of the group may drop files there, whatever the umask.
      try Self.makeShared(shared)
      var status = stat()
      guard shared.withCString({ stat($0, &status) }) == 0, status.st_mode & 0o777 != 0o770 else { continue }
      let special = status.st_mode & 0o7000
      if shared.withCString({ chmod($0, special | 0o770) }) != 0 { _ = shared.withCString { chmod($0, 0o770) } }
    }
    guard path.withCString({ access($0, W_OK | X_OK) }) == 0 else {
      throw PipelineFailure(
        "\(path.display): the state folder cannot be written (\(SystemError.text())); give it to the user "
          + "indexd runs as, or set `state` to another folder")
    }
  }

  /// Keeps two threads from taking each other's umask for the process's own.
  private static let masking = Mutex(())

  /// Makes a folder that the group may write. The set-group-ID bit is inherited; a service may be forbidden to set it, so
  /// the mode has to be right from the beginning.
  private static func makeShared(_ folder: FilePath) throws(PipelineFailure) {
    if folder.withCString({ access($0, F_OK) }) == 0 { return }
    try masking.withLock { _ throws(PipelineFailure) in
      let mask = umask(0)
      defer { umask(mask) }
      try make(folder, mode: 0o770)
    }
  }

  private static func make(_ folder: FilePath, mode: mode_t) throws(PipelineFailure) {
    if folder.withCString({ mkdir($0, mode) }) == 0 || errno == EEXIST { return }
    if errno == ENOENT, !folder.parent.bytes.isEmpty, folder.parent != folder {
      try make(folder.parent, mode: 0o755)
      if folder.withCString({ mkdir($0, mode) }) == 0 || errno == EEXIST { return }
    }
    throw PipelineFailure("\(folder.display): cannot be made (\(SystemError.text()))")
  }
}
