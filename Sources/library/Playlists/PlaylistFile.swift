import Glibc
import Platform
public import Tracks

/// Writes playlist files: whole or not at all, and only where something changed.
public enum PlaylistFile {
  /// Replaces the playlist by `bytes`.
  ///
  /// A file with just these bytes is left untouched. Otherwise a new file is written beside it, brought to the disk and
  /// renamed over it, so that every reader sees the old list or the new one. Permissions of an existing file and, where
  /// that is allowed, its owner and group are kept; a new one can be read by everybody. Where `file` is a link, the file
  /// that it names is replaced and the link stays. A file that is not empty is replaced only where indexd made it
  /// (`PlaylistText.isOwn`). Only one process may write a playlist at a time.
  ///
  /// - Returns: whether the file was replaced.
  /// - Throws: `PlaylistFailure`; the old file is then as it was.
  public static func write(_ bytes: [UInt8], to file: FilePath) throws(PlaylistFailure) -> Bool {
    let target = resolved(file)
    let old = try existing(target, for: file)
    if let old {
      if old.contents == bytes { return false }
      guard old.contents.isEmpty || PlaylistText.isOwn(old.contents) else { throw failure(.foreignFile, file, 0) }
    }
    let folder = target.parent.bytes.isEmpty ? FilePath(".") : target.parent
    // A name of its own kind, within the 255 bytes of a name: a crash leaves at most this one file, and the next write
    // replaces it.
    let name = Array(".".utf8) + target.name.bytes.prefix(200) + Array(".indexd-new".utf8)
    let temporary = folder.appending(FilePath(bytes: name))
    try fill(temporary, bytes, like: old?.status, for: file)
    let renamed = temporary.withCString { from in target.withCString { rename(from, $0) } }
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

  /// The most bytes of a file that may be a playlist of indexd's.
  private static let largest = 64 << 20

  private struct Existing {
    var contents: [UInt8]
    var status: stat
  }

  /// The file that a path names, through links; the path itself where there is none yet.
  private static func resolved(_ file: FilePath) -> FilePath {
    guard let real = file.withCString({ realpath($0, nil) }) else { return file }
    defer { free(real) }
    return FilePath(bytes: UnsafeBufferPointer(start: real, count: strlen(real)).map(UInt8.init(bitPattern:)))
  }

  /// What is there, or `nil` where nothing is.
  private static func existing(_ target: FilePath, for file: FilePath) throws(PlaylistFailure) -> Existing? {
    guard let (descriptor, status) = RegularFile.open(target) else {
      if errno == ENOENT { return nil }
      throw errno == RegularFile.notRegular ? failure(.foreignFile, file, 0) : failure(.cannotWrite, file, errno)
    }
    defer { close(descriptor) }
    // indexd's own lists are far smaller; what is so large is nobody's list, or a file of nothing.
    guard status.st_size <= largest else { throw failure(.foreignFile, file, 0) }
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(.cannotWrite, file, errno) }
      if count == 0 { return Existing(contents: contents, status: status) }
      contents.append(contentsOf: chunk[..<count])
      guard contents.count <= largest else { throw failure(.foreignFile, file, 0) }
    }
  }

  /// Writes a new file to the disk, with the permissions and owners of the old one.
  private static func fill(
    _ temporary: FilePath, _ bytes: [UInt8], like old: stat?, for file: FilePath
  ) throws(PlaylistFailure) {
    // What lies there was left by a run that was killed, or is somebody's link that must not be followed.
    _ = temporary.withCString { unlink($0) }
    let mode = (old?.st_mode ?? 0o644) & 0o777
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
    let descriptor = temporary.withCString { open($0, flags, mode) }
    guard descriptor >= 0 else { throw failure(.cannotWrite, file, errno) }
    var code: Int32 = 0
    var rest = bytes[...]
    while !rest.isEmpty, code == 0 {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { code = errno }
    }
    // Only root may give a file away; for everybody else the writer's own user, and own group if need be, have to do.
    if let old, code == 0, fchown(descriptor, old.st_uid, old.st_gid) != 0 {
      _ = fchown(descriptor, uid_t.max, old.st_gid)
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
