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
    let mode = (old?.status.st_mode ?? 0o644) & 0o777
    let code = FileReplacement.write(bytes, to: target, mode: mode, owner: old?.status)
    guard code == 0 else { throw failure(.cannotWrite, file, code) }
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
    guard let opened = RegularFile.open(target) else {
      if errno == ENOENT { return nil }
      throw errno == RegularFile.notRegular ? failure(.foreignFile, file, 0) : failure(.cannotWrite, file, errno)
    }
    defer { close(opened.descriptor) }
    guard let contents = RegularFile.contents(of: opened, limit: largest) else {
      // indexd's own lists are far smaller; what is so large is nobody's list, or a file of nothing.
      throw errno == EFBIG ? failure(.foreignFile, file, 0) : failure(.cannotWrite, file, errno)
    }
    return Existing(contents: contents, status: opened.status)
  }

  private static func failure(_ reason: PlaylistFailure.Reason, _ file: FilePath, _ code: Int32) -> PlaylistFailure {
    let actual: PlaylistFailure.Reason =
      switch code {
      case ENOSPC, EDQUOT: .diskFull
      case ENOENT, ENOTDIR: .noFolder
      default: reason
      }
    return PlaylistFailure(
      reason: actual, file: file.display, detail: code == 0 ? "" : SystemError.text(code))
  }
}
