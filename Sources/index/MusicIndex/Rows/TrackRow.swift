public import Tracks

/// A track with its audio and tags: the whole of a file, or a part of it that a cue sheet names.
public struct TrackRow: Sendable {
  /// The track's number in the index; that of a whole file is the file's own.
  public var id: Int64
  /// The number of the file.
  public var file: Int64
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
  /// The part of the file that the track is; `nil` for the whole of it.
  public var span: AudioSpan?
  /// Where a cue sheet names the track; `nil` where none does.
  public var place: SheetPlace?
  /// The parts that a cue sheet names in this file, in the order of their numbers.
  public var parts: [TrackRow] = []

  /// The number of the track in its cue sheet; 0 for a whole file.
  public var number: Int { span == nil ? 0 : place?.number ?? 0 }

  /// Where cue sheets name this file or parts of it.
  public var places: [SheetPlace] { parts.isEmpty ? [place].compactMap { $0 } : parts.compactMap(\.place) }
}
