import Glibc
import Platform

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
    case .cannotWrite where detail == SystemError.text(EROFS):
      "\(file): the playlist cannot be written (\(detail)): the service may write only where `setup` allows it, and only "
        + "in folders that were there when it started; restart it, or ask `indexctl doctor`"
    case .cannotWrite: "\(file): the playlist cannot be written (\(detail)); let indexd's user write that folder"
    case .diskFull: "\(file): the disk is full; the old playlist is untouched"
    }
  }
}
