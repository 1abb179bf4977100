public import Tracks

/// A file of the music folders, as the index knows it.
public struct FileRow: Sendable {
  /// How far the file has come.
  public enum State: String, Sendable {
    /// It was not looked at since it came or changed.
    case waiting
    /// Its audio and tags are known.
    case probed
    /// It could not be read; it is tried again only when it changes.
    case failed
  }

  /// The file's number in the index.
  public var id: Int64
  /// The number of the music folder it lies in.
  public var root: Int64
  /// Where it is.
  public var path: FilePath
  /// What `stat` said when it was last looked at.
  public var stamp: FileStamp
  /// How far it has come.
  public var state: State
  /// The number of its audio, where known.
  public var audio: Int64?
  /// Since when it is missing on disk, in seconds since 1970; `nil` while it is there.
  public var missingSince: Double?
}
