import Glibc
public import Tracks

/// Why a playlist file cannot be written.
public struct PlaylistFailure: Error, Equatable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Reason: String, Sendable {
    /// The file is there and was not made by indexd.
    case foreignFile
    /// The folder is not there.
    case noFolder
    /// The file or its folder cannot be written.
    case cannotWrite
    /// The disk is full.
    case diskFull
  }

  /// The kind of failure.
  public let reason: Reason
  /// The playlist file.
  public let file: String
  /// The system's own words.
  public let detail: String

  /// The file, what is wrong with it and what to do.
  public var description: String {
    switch reason {
    case .foreignFile:
      "\(file): there is a file that indexd did not make; move it away or set `playlist.file` to another name"
    case .noFolder: "\(file): the folder of the playlist does not exist; make it or set `playlist.file`"
    case .cannotWrite: "\(file): the playlist cannot be written (\(detail)); let indexd's user write that folder"
    case .diskFull: "\(file): the disk is full; the old playlist is untouched"
    }
  }
}

/// Writes playlist files: whole or not at all, and only where something changed.
public enum PlaylistFile {
  /// Replaces the playlist by `bytes`.
  ///
  /// A file with just these bytes is left untouched. Otherwise a new file is written beside it, brought to the disk and
  /// renamed over it, so that every reader sees the old list or the new one. Permissions of an existing file are kept;
  /// a new one can be read by everybody.
  ///
  /// - Returns: whether the file was replaced.
  /// - Throws: `PlaylistFailure`; the old file is then as it was.
  public static func write(_ bytes: [UInt8], to file: FilePath) throws(PlaylistFailure) -> Bool {
    var mode: mode_t = 0o644
    if let old = try contents(of: file, mode: &mode) {
      if old == bytes { return false }
      guard PlaylistText.isOwn(old) else { throw failure(.foreignFile, file, 0) }
    }
    let folder = file.parent.bytes.isEmpty ? FilePath(".") : file.parent
    // A name of its own kind: a crash leaves at most this one file, and the next write replaces it.
    let temporary = folder.appending(FilePath(bytes: Array(".".utf8) + file.name.bytes + Array(".indexd-new".utf8)))
    try fill(temporary, bytes, mode: mode, for: file)
    let renamed = temporary.withCString { from in file.withCString { rename(from, $0) } }
    guard renamed == 0 else {
      let code = errno
      _ = temporary.withCString { unlink($0) }
      throw failure(.cannotWrite, file, code)
    }
    let descriptor = folder.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    if descriptor >= 0 {
      fsync(descriptor)
      close(descriptor)
    }
    return true
  }

  private static func contents(of file: FilePath, mode: inout mode_t) throws(PlaylistFailure) -> [UInt8]? {
    let descriptor = file.withCString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure(.cannotWrite, file, errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw failure(.foreignFile, file, 0)
    }
    mode = status.st_mode & 0o777
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(.cannotWrite, file, errno) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  private static func fill(
    _ temporary: FilePath, _ bytes: [UInt8], mode: mode_t, for file: FilePath
  ) throws(PlaylistFailure) {
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
    let descriptor = temporary.withCString { open($0, flags, mode) }
    guard descriptor >= 0 else { throw failure(.cannotWrite, file, errno) }
    var code: Int32 = 0
    var written = 0
    while written < bytes.count, code == 0 {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written) }
      if count >= 0 { written += count } else if errno != EINTR { code = errno }
    }
    if code == 0, fchmod(descriptor, mode) != 0 || fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0, code == 0 { code = errno }
    guard code == 0 else {
      _ = temporary.withCString { unlink($0) }
      throw failure(.cannotWrite, file, code)
    }
  }

  private static func failure(_ reason: PlaylistFailure.Reason, _ file: FilePath, _ code: Int32) -> PlaylistFailure {
    let actual: PlaylistFailure.Reason =
      switch code {
      case ENOSPC, EDQUOT: .diskFull
      case ENOENT, ENOTDIR: .noFolder
      default: reason
      }
    return PlaylistFailure(
      reason: actual, file: file.display, detail: code == 0 ? "" : String(cString: strerror(code)))
  }
}
