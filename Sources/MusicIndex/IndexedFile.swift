public import Tracks

/// A file of the music folders, as the index knows it.
public struct IndexedFile: Sendable {
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

/// A file with its audio and tags: what labelling and matching work on.
public struct KnownFile: Sendable {
  /// The file's number in the index.
  public var id: Int64
  /// Where it is.
  public var path: FilePath
  /// When indexd first saw it, in seconds since 1970.
  public var firstSeen: Double
  /// The file's modification time in seconds since 1970.
  public var modified: Double
  /// Whether the first scan of its music folder found it.
  public var isOfFirstScan: Bool
  /// Whether a cue sheet lies beside it.
  public var hasCueFile: Bool
  /// The number of its audio; `nil` for a file that is waiting or failed.
  public var audio: Int64?
  /// The identity of its audio.
  public var identity: AudioIdentity?
  /// When the audio arrived, in seconds since 1970.
  public var arrival: Double
  /// What the audio is.
  public var properties: AudioProperties?
  /// Its tags.
  public var tags: TrackTags
  /// Whether the audio has a summary of the current version.
  public var isAnalysed: Bool
  /// The code of the failure, for a failed file.
  public var failure: String?
  /// Whether the file is missing on disk.
  public var isMissing: Bool
}
