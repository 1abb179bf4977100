public import Tracks

/// Everything that a track's label follows from: a file of the library, or one track of a cue sheet in it.
public struct LabellingFile: Sendable, Equatable {
  /// The number that stands for the track; every track has one of its own.
  public var id: Int64
  /// Where the file is.
  public var path: FilePath
  /// The part of the file that the track is, or `nil` for the whole of it.
  public var span: AudioSpan?
  /// The identity of the file's audio, or `nil` while it is unknown.
  public var identity: AudioIdentity?
  /// The track's tags.
  public var tags: TrackTags
  /// The track's duration in seconds, 0 where unknown.
  public var duration: Double
  /// The codec's short lower-case name, as in `AudioProperties.codec`; empty where unknown.
  public var codec: String
  /// The mean bit rate in bits a second, 0 where unknown.
  public var bitRate: Int
  /// The number of tracks inside the file as its decoder counts them, 1 for an ordinary one.
  public var subsongs: Int
  /// The number of tracks that a cue sheet beside the file finds in it, or `nil` where there is none. A sheet inside
  /// the file is read from its tags.
  public var cueTracks: Int?
  /// When the track came, in seconds since 1970-01-01 UTC, where foobar2000 does not say it (`history.added` does).
  public var arrival: Double
  /// When indexd first saw the file, in seconds since 1970-01-01 UTC, or `nil` where that is unknown.
  public var seenAt: Double?
  /// Whether the file is gone: it has no label, but copies of it that are there share its history.
  public var isMissing: Bool
  /// What foobar2000 knows of it alone.
  public var history: TrackHistory
  /// What foobar2000 knows of it together with other tracks. It counts where all of them prove to be one recording.
  public var shared: [SharedHistory] = []
  /// What the owner says against every rule.
  public var correction: Correction?
  /// Why the file cannot be analysed, or `nil` where nothing is known against it.
  public var failure: String?

  /// A track with these values.
  public init(
    id: Int64, path: FilePath, span: AudioSpan? = nil, identity: AudioIdentity? = nil, tags: TrackTags = TrackTags(),
    duration: Double = 0, codec: String = "", bitRate: Int = 0, subsongs: Int = 1, cueTracks: Int? = nil,
    arrival: Double, seenAt: Double? = nil, isMissing: Bool = false, history: TrackHistory = TrackHistory(),
    correction: Correction? = nil, failure: String? = nil
  ) {
    self.id = id
    self.path = path
    self.span = span
    self.identity = identity
    self.tags = tags
    self.duration = duration
    self.codec = codec
    self.bitRate = bitRate
    self.subsongs = subsongs
    self.cueTracks = cueTracks
    self.arrival = arrival
    self.seenAt = seenAt
    self.isMissing = isMissing
    self.history = history
    self.correction = correction
    self.failure = failure
  }

  /// Whether the codec keeps every bit of its input.
  var isLossless: Bool {
    let names = [
      "flac", "alac", "ape", "wavpack", "wv", "tta", "wav", "aiff", "tak", "shorten", "truehd", "mlp", "dsd",
    ]
    return codec.hasPrefix("pcm") || names.contains(codec)
  }
}
