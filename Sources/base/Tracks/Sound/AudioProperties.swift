/// What a file's audio is, as its decoder tells it.
public struct AudioProperties: Sendable, Equatable, Codable {
  /// The codec's short lower-case name: `flac`, `vorbis`, `opus`, `mp3`, `pcm`, `aac`, ...
  public var codec: String
  /// The file's own sample rate in Hz.
  public var sampleRate: Int
  /// The number of channels.
  public var channels: Int
  /// The number of frames at the file's own rate.
  public var frames: Int64
  /// The number of tracks inside the file, 1 for an ordinary one.
  public var subsongs: Int
  /// The mean bit rate of the audio in bits a second, 0 where unknown.
  public var bitRate: Int

  /// Properties with these values.
  public init(codec: String, sampleRate: Int, channels: Int, frames: Int64, subsongs: Int = 1, bitRate: Int = 0) {
    self.codec = codec
    self.sampleRate = sampleRate
    self.channels = channels
    self.frames = frames
    self.subsongs = subsongs
    self.bitRate = bitRate
  }

  /// The duration in seconds, 0 where the rate is unknown.
  public var duration: Double {
    sampleRate > 0 ? Double(frames) / Double(sampleRate) : 0
  }
}
