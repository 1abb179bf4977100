public import Glibc
public import Tracks

/// Replaces files whole or not at all.
public enum FileReplacement {
  /// Writes a new file beside its place and renames it over what is there, so that every reader has the old file or the new
  /// one. A link in the place is replaced, not followed. Only one
  /// process may write a file at a time.
  ///
  /// - Parameters:
  ///   - bytes: what the file shall hold.
  ///   - path: the file; its folder exists.
  ///   - mode: its permissions.
  ///   - isExact: whether it gets them whatever the umask says.
  ///   - owner: the file whose owner and group it shall have, as far as that is allowed.
  ///   - isDurable: whether it is brought to the disk first, so that a machine that fails meanwhile has one of the two.
  /// - Returns: 0, or the error number where it cannot be written; then nothing has changed.
  public static func write(
    _ bytes: [UInt8], to path: FilePath, mode: mode_t, isExact: Bool = true, owner: stat? = nil,
    isDurable: Bool = true
  ) -> Int32 {
    let folder = path.parent.bytes.isEmpty ? FilePath(".") : path.parent
    // A name of its own kind, within the 255 bytes of a name: a crash leaves at most this one file, and the next write
    // replaces it.
    let name = Array(".".utf8) + path.name.bytes.prefix(200) + Array(".indexd-new".utf8)
    let temporary = folder.appending(FilePath(bytes: name))
    var code = fill(temporary, bytes, mode: mode, isExact: isExact, owner: owner, isDurable: isDurable)
    if code == 0, !RegularFile.rename(temporary, to: path) { code = errno }
    guard code == 0 else {
      _ = temporary.withCString { unlink($0) }
      return code
    }
    guard isDurable else { return 0 }
    let descriptor = folder.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    if descriptor >= 0 {
      fsync(descriptor)
      close(descriptor)
    }
    return 0
  }

  private static func fill(
    _ temporary: FilePath, _ bytes: [UInt8], mode: mode_t, isExact: Bool, owner: stat?, isDurable: Bool
  ) -> Int32 {
    // What lies there was left by a run that was killed, or is somebody's link that must not be followed.
    _ = temporary.withCString { unlink($0) }
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
    let descriptor = temporary.withCString { open($0, flags, mode) }
    guard descriptor >= 0 else { return errno }
    var code = RegularFile.write(bytes, to: descriptor) ? 0 : errno
    // Only root may give a file away; for everybody else the writer's own user, and own group if need be, have to do.
    if let owner, code == 0, fchown(descriptor, owner.st_uid, owner.st_gid) != 0 {
      _ = fchown(descriptor, uid_t.max, owner.st_gid)
    }
    if isExact, code == 0, fchmod(descriptor, mode) != 0 { code = errno }
    if isDurable, code == 0, fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0, code == 0 { code = errno }
    return code
  }
}
