import CSndfile
public import Tracks

/// A first look at audio files.
public enum AudioFile {
  /// What a file's audio is, its tags, and the identity of its encoded audio, without decoding any of it.
  ///
  /// The kind of file comes from its bytes, not its name. Frames are counted, not believed: a file that was cut off
  /// has as many as it still holds. The bytes are read once, for the hash; a FLAC file that carries the MD5 of its
  /// samples is not even read.
  ///
  /// - Throws: A `DecodingFailure` with what is wrong and what to do.
  public static func probe(_ path: FilePath) throws(DecodingFailure) -> ProbedAudio {
    let probed = try look(ByteFile.open(path), path)
    let properties = probed.properties
    guard SampleReader.rates.contains(properties.sampleRate) else {
      throw DecodingFailure(.unsupported, path, detail: "a sample rate of \(properties.sampleRate) Hz")
    }
    // Longer than any recording: the number comes from a damaged header.
    let most: Int64 = 1 << 44
    guard properties.frames < most else {
      throw DecodingFailure(.damaged, path, detail: "a length of \(properties.frames) frames")
    }
    return probed
  }

  /// What a file says, if all of it could be read: whatever its bytes lack otherwise is not its fault.
  static func look(_ file: ByteFile, _ path: FilePath) throws(DecodingFailure) -> ProbedAudio {
    do throws(DecodingFailure) {
      let probed = try inspect(file, path)
      if let failure = file.failure { throw failure }
      return probed
    } catch {
      throw file.failure ?? error
    }
  }

  private static func inspect(_ file: ByteFile, _ path: FilePath) throws(DecodingFailure) -> ProbedAudio {
    let container = Container(file)
    switch container.kind {
    case .flac:
      let stream = try FLACStream(file, in: container.bytes, path: path)
      var probed = tagged(path, container, stream.properties, stream.identity)
      // A cue sheet among the tags has names too.
      probed.tags.cueSheet = probed.tags.cueSheet ?? stream.cueSheet
      return probed
    case .mpeg:
      let stream = try MPEGStream(file, in: container.bytes, path: path)
      return tagged(path, container, stream.properties, stream.identity)
    case .ogg(let codec, _) where container.decoder != .ffmpeg:
      let (properties, identity) = try inspectOgg(file, container, codec, path)
      return tagged(path, container, properties, identity)
    case .riff, .aiff, .caf, .sound:
      if let (properties, identity) = try inspectChunks(file, container, path) {
        return tagged(path, container, properties, identity)
      }
      return try inspectWithFFmpeg(file, container, path)
    case .adts:
      // Spectral band replication doubles the rate of what the headers say; only a decoder can tell.
      var report = try FFmpeg.probe(path, isAudio: true)
      let stream = try ADTSStream(file, in: container.bytes, path: path)
      let properties = stream.properties
      report.properties.frames = properties.frames * Int64(report.properties.sampleRate) / Int64(properties.sampleRate)
      return ProbedAudio(properties: report.properties, tags: report.tags, identity: stream.identity)
    case .ogg, .mp4, .asf, .ape, .wavpack, .musepack, .trueAudio, .matroska, .dsf, .other:
      if container.kind == .other, isText(file) { throw DecodingFailure(.notAudio, path) }
      return try inspectWithFFmpeg(file, container, path)
    }
  }

  private static func tagged(
    _ path: FilePath, _ container: Container, _ properties: AudioProperties, _ identity: AudioIdentity
  ) -> ProbedAudio {
    ProbedAudio(properties: properties, tags: TagReader.read(path, kind: container.tagKind), identity: identity)
  }

  /// Whether the first bytes are those of a text.
  private static func isText(_ file: ByteFile) -> Bool {
    file.bytes(at: 0, count: 4_096).allSatisfy { $0 >= 32 && $0 != 127 || (9...13).contains($0) }
  }

  /// What ffprobe says, and a hash of what lies between the tags.
  private static func inspectWithFFmpeg(
    _ file: ByteFile, _ container: Container, _ path: FilePath
  ) throws(DecodingFailure) -> ProbedAudio {
    var report = try FFmpeg.probe(path, isAudio: container.kind != .other)
    if container.kind == .musepack, let frames = MusepackHeader.frames(file, in: container.bytes) {
      report.properties.frames = frames
    }
    var identity: AudioIdentity?
    switch container.kind {
    case .mp4: identity = MediaData.mp4(file, in: container.bytes)
    case .asf: identity = MediaData.asf(file, in: container.bytes)
    case .ogg(let codec, _):
      let stream = OggStream(file, in: container.bytes, codec: codec)
      identity = AudioIdentity(scheme: .oggPackets, digest: stream.digest)
    case .ape, .wavpack, .musepack, .trueAudio, .riff, .aiff, .caf, .sound, .flac, .mpeg, .adts:
      identity = MediaData.everything(file, in: container.bytes)
    case .dsf: identity = MediaData.dsf(file, in: container.bytes)
    case .matroska, .other: break
    }
    if identity == nil {
      let hash = AudioHash()
      try FFmpeg.hashPackets(path, hash)
      identity = AudioIdentity(scheme: .copiedPackets, digest: hash.digest)
    }
    guard let identity else { throw DecodingFailure(.damaged, path) }
    let tags = container.tagKind == nil ? report.tags : TagReader.read(path, kind: container.tagKind)
    return ProbedAudio(properties: report.properties, tags: tags, identity: identity)
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

  /// What libsndfile says of a file, or `nil` where it does not know it.
  private static func inspectChunks(
    _ file: ByteFile, _ container: Container, _ path: FilePath
  ) throws(DecodingFailure) -> (AudioProperties, AudioIdentity)? {
    let information: SF_INFO
    do {
      information = try SoundFile(FilePart(file, container.bytes), path: path, scratch: Scratch()).information
    } catch {
      if error.reason == .unsupported { return nil }
      throw error
    }
    let data = ChunkedAudio.data(file, in: container) ?? container.bytes
    guard information.frames > 0, !data.isEmpty else { throw DecodingFailure(.noFrames, path) }
    let hash = AudioHash()
    hash.update(information.format & Int32(SF_FORMAT_SUBMASK))
    hash.update(information.samplerate)
    hash.update(information.channels)
    hash.update(file, from: data.lowerBound, to: data.upperBound)
    let seconds = Double(information.frames) / Double(information.samplerate)
    let properties = AudioProperties(
      codec: codec(information.format), sampleRate: Int(information.samplerate), channels: Int(information.channels),
      frames: Int64(information.frames),
      bitRate: KernelNumber.integer(Double(data.upperBound - data.lowerBound) * 8 / seconds))
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
