import CSndfile
public import Tracks

/// A first look at audio files.
public enum AudioFile {
  /// What a file's audio is, its tags, and the identity of its encoded audio, without decoding any of it.
  ///
  /// The kind of file comes from its bytes, not its name. Frames are counted, not believed: a file that was cut off
  /// has as many as it still holds. The bytes are read once, for the hash; a FLAC file that carries the MD5 of its
  /// samples is not even read.
  public static func probe(_ path: FilePath) throws(DecodingFailure) -> ProbedAudio {
    let file = try ByteFile.open(path)
    let container = Container(file)
    let (properties, identity) = try inspect(file, container, path)
    return ProbedAudio(
      properties: properties, tags: TagReader.read(path, kind: container.tagKind), identity: identity)
  }

  private static func inspect(
    _ file: ByteFile, _ container: Container, _ path: FilePath
  ) throws(DecodingFailure) -> (AudioProperties, AudioIdentity) {
    switch container.kind {
    case .flac:
      let stream = try FLACStream(file, in: container.bytes, path: path)
      return (stream.properties, stream.identity)
    case .mpeg:
      let stream = try MPEGStream(file, in: container.bytes, path: path)
      return (stream.properties, stream.identity)
    case .ogg(let codec, _) where container.decoder != .ffmpeg:
      return try inspectOgg(file, container, codec, path)
    case .riff, .aiff, .caf:
      return try inspectChunks(file, container, path)
    case .ogg, .mp4, .asf, .ape, .wavpack, .musepack, .trueAudio:
      throw DecodingFailure(.unsupported, path)
    case .other:
      throw DecodingFailure(.notAudio, path)
    }
  }

  private static func inspectOgg(
    _ file: ByteFile, _ container: Container, _ codec: Container.OggCodec, _ path: FilePath
  ) throws(DecodingFailure) -> (AudioProperties, AudioIdentity) {
    let stream = OggStream(file, in: container.bytes, codec: codec)
    guard stream.channels > 0, stream.sampleRate > 0 else {
      throw DecodingFailure(.damaged, path, detail: "no identification header")
    }
    var frames = stream.lastGranule
    if codec == .opus {
      frames = try OpusStream(file, in: container.bytes, path: path, scratch: Scratch()).frames
    } else if codec == .vorbis, stream.startsLate || stream.links > 1 {
      frames = try VorbisStream(file, in: container.bytes, path: path).frames
    }
    guard frames > 0 else { throw DecodingFailure(.noFrames, path) }
    let name = codec == .opus ? "opus" : codec == .vorbis ? "vorbis" : "flac"
    let bitRate = Double(stream.length) * 8 * Double(stream.sampleRate) / Double(frames)
    let properties = AudioProperties(
      codec: name, sampleRate: stream.sampleRate, channels: stream.channels, frames: frames, bitRate: Int(bitRate))
    return (properties, AudioIdentity(scheme: .oggPackets, digest: stream.digest))
  }

  private static func inspectChunks(
    _ file: ByteFile, _ container: Container, _ path: FilePath
  ) throws(DecodingFailure) -> (AudioProperties, AudioIdentity) {
    let information = try SoundFile(file, in: container.bytes, path: path, scratch: Scratch()).information
    guard let data = ChunkedAudio.data(file, in: container), information.frames > 0 else {
      throw DecodingFailure(.noFrames, path)
    }
    let hash = AudioHash()
    hash.update(information.format & Int32(SF_FORMAT_SUBMASK))
    hash.update(information.samplerate)
    hash.update(information.channels)
    hash.update(file, from: data.lowerBound, to: data.upperBound)
    let seconds = Double(information.frames) / Double(information.samplerate)
    let properties = AudioProperties(
      codec: codec(information.format), sampleRate: Int(information.samplerate), channels: Int(information.channels),
      frames: Int64(information.frames), bitRate: Int(Double(data.upperBound - data.lowerBound) * 8 / seconds))
    return (properties, AudioIdentity(scheme: .pcmData, digest: hash.digest))
  }

  private static func codec(_ format: Int32) -> String {
    switch Int(format) & Int(SF_FORMAT_SUBMASK) {
    case SF_FORMAT_ALAC_16, SF_FORMAT_ALAC_20, SF_FORMAT_ALAC_24, SF_FORMAT_ALAC_32: "alac"
    case SF_FORMAT_IMA_ADPCM, SF_FORMAT_MS_ADPCM: "adpcm"
    case SF_FORMAT_GSM610: "gsm"
    case SF_FORMAT_MPEG_LAYER_III: "mp3"
    default: "pcm"
    }
  }
}
