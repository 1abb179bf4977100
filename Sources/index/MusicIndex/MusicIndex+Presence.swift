import GRDB
import Glibc
import Platform
public import Tracks

extension MusicIndex {
  /// Which file a path names: its device and its number there.
  public struct FileNumber: Sendable, Equatable {
    /// The number of the file system.
    public let device: UInt64
    /// The number of the file.
    public let inode: UInt64

    /// What a path names now.
    ///
    /// - Returns: `nil` where nothing is there.
    /// - Throws: `IndexFailure` where that cannot be found out.
    public init?(_ path: FilePath) throws {
      var status = stat()
      guard path.withCString({ stat($0, &status) }) == 0 else {
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw IndexFailure(
          reason: .cannotOpen, file: path.display, detail: SystemError.text())
      }
      (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
  }

  /// Writes all that this open index holds to a file, also where its own file was removed; brings it to the disk.
  ///
  /// - Throws: `IndexFailure` where that cannot be done; nothing is left of the file then.
  public func rescue(to target: FilePath) throws {
    for suffix in ["", "-wal", "-shm", "-journal"] {
      _ = FilePath(bytes: target.bytes + Array(suffix.utf8)).withCString { unlink($0) }
    }
    do {
      try copy(to: target)
    } catch {
      _ = target.withCString { unlink($0) }
      throw error
    }
    let descriptor = target.withCString { open($0, O_RDWR | O_CLOEXEC | O_NOFOLLOW) }
    guard descriptor >= 0 else { return }
    fchmod(descriptor, 0o640)
    fsync(descriptor)
    Glibc.close(descriptor)
  }
}
