import CLibav
import CSndfile
import Platform
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
    if container.bytes.isEmpty { throw DecodingFailure(.noFrames, path, detail: "nothing but tags") }
    if let name = ForeignFormat.name(file, at: container.bytes.lowerBound, path: path) {
      throw DecodingFailure(.unknownFormat, path, detail: name)
    }
    switch container.kind {
    case .flac:
      let stream = try FLACStream(file, in: container.bytes, path: path)
      var probed = tagged(file, path, container, stream.properties, stream.identity)
      // A cue sheet among the tags has names too.
      probed.tags.cueSheet = probed.tags.cueSheet ?? stream.cueSheet
      return probed
    case .mpeg:
      let stream = try MPEGStream(file, in: container.bytes, path: path)
      return tagged(file, path, container, stream.properties, stream.identity)
    case .ogg(let codec, let isChained) where [.vorbis, .opus].contains(codec) || codec == .flac && !isChained:
      let (properties, identity) = try inspectOgg(file, container, codec, path)
      return tagged(file, path, container, properties, identity)
    case .riff, .aiff, .caf, .sound:
      if let (properties, identity) = try inspectChunks(file, container, path) {
        return tagged(file, path, container, properties, identity)
      }
      return try inspectWithLibav(file, container, path)
    case .adts:
      // Spectral band replication doubles the rate of what the headers say; only a decoder can tell.
      var report = try LibavReport(LibavFile(file, container, path), path)
      let stream = try ADTSStream(file, in: container.bytes, path: path)
      let properties = stream.properties
      report.properties.frames = properties.frames * Int64(report.properties.sampleRate) / Int64(properties.sampleRate)
      let tags = TagReader.read(file, path, container, report: report.tags)
      return ProbedAudio(properties: report.properties, tags: tags, identity: stream.identity)
    case .dsf, .dsdiff(isCompressed: false):
      return try inspectDSD(file, container, path)
    case .asf where MediaData.isEncryptedASF(file, in: container.bytes):
      throw DecodingFailure(.encrypted, path, detail: "Windows Media")
    case .ogg, .mp4, .asf, .ape, .wavpack, .musepack, .trueAudio, .matroska, .dsdiff, .other:
      if container.kind == .other, isText(file) { throw DecodingFailure(.notAudio, path) }
      return try inspectWithLibav(file, container, path)
    }
  }

  private static func tagged(
    _ file: ByteFile, _ path: FilePath, _ container: Container, _ properties: AudioProperties, _ identity: AudioIdentity
  ) -> ProbedAudio {
    ProbedAudio(properties: properties, tags: TagReader.read(file, path, container), identity: identity)
  }

  /// Whether the first bytes are those of a text.
  private static func isText(_ file: ByteFile) -> Bool {
    file.bytes(at: 0, count: 4_096).allSatisfy { $0 >= 32 && $0 != 127 || (9...13).contains($0) }
  }

  /// What libavformat says, and a hash of what lies between the tags.
  private static func inspectWithLibav(
    _ file: ByteFile, _ container: Container, _ path: FilePath
  ) throws(DecodingFailure) -> ProbedAudio {
    let input: LibavFile
    do {
      input = try LibavFile(file, container, path)
    } catch {
      let name = ForeignFormat.rareName(file, at: container.bytes.lowerBound)
      guard let name, error.reason == .notAudio || error.reason == .damaged else { throw error }
      throw DecodingFailure(.unknownFormat, path, detail: name)
    }
    var report = try LibavReport(input, path)
    let rate = Double(report.properties.sampleRate)
    var stated = report.stated
    if container.kind == .musepack, let frames = MusepackHeader.frames(file, in: container.bytes) {
      stated = Double(frames) / rate
    }
    let packets = ContentHash()
    var isBegun = false
    let count = PacketCount(of: input) { packet in
      isBegun = isBegun || packet.pointee.flags & AV_PKT_FLAG_KEY != 0
      guard isBegun else { return }
      packets.add(UnsafeRawBufferPointer(start: packet.pointee.data, count: Int(max(0, packet.pointee.size))))
    }
    guard count.packets > 0 else { throw DecodingFailure(.noFrames, path) }
    let properties = report.properties
    let open = { () throws(DecodingFailure) in
      try AudioSource.open(file, path, properties: properties, scratch: Scratch())
    }
    if case .ogg(_, chained: true) = container.kind {
      report.properties.frames = try CountedLength.decoded(open())
    } else {
      report.properties.frames = try CountedLength.frames(
        count, tick: av_q2d(input.stream.pointee.time_base), rate: rate, stated: stated,
        isGuess: container.kind == .other, open: open)
    }
    guard report.properties.frames > 0 else { throw DecodingFailure(.noFrames, path) }
    var identity: AudioIdentity?
    switch container.kind {
    case .mp4: identity = MediaData.mp4(file, in: container.bytes)
    case .asf: identity = MediaData.asf(file, in: container.bytes)
    case .ogg(let codec, _):
      let stream = OggStream(file, in: container.bytes, codec: codec)
      identity = AudioIdentity(scheme: .oggPackets, digest: stream.digest)
    case .ape, .wavpack, .musepack, .trueAudio, .riff, .aiff, .caf, .sound, .flac, .mpeg, .adts:
      identity = MediaData.everything(file, in: container.bytes)
    case .dsf, .dsdiff, .matroska, .other: break
    }
    let tags = TagReader.read(file, path, container, report: report.tags)
    return ProbedAudio(
      properties: report.properties, tags: tags,
      identity: identity ?? AudioIdentity(scheme: .copiedPackets, digest: packets.digest))
  }

  /// What the header of a DSF or DSDIFF file says.
  private static func inspectDSD(
    _ file: ByteFile, _ container: Container, _ path: FilePath
  ) throws(DecodingFailure) -> ProbedAudio {
    let layout = try DSDLayout(file, in: container, path: path)
    let isDSF = container.kind == .dsf
    let identity = isDSF ? MediaData.dsf(file, in: container.bytes) : MediaData.dsdiff(file, in: container.bytes)
    guard let identity else { throw DecodingFailure(.damaged, path) }
    return tagged(file, path, container, layout.properties, identity)
  }

  private static func inspectOgg(
    _ file: ByteFile, _ container: Container, _ codec: Container.OggCodec, _ path: FilePath
  ) throws(DecodingFailure) -> (AudioProperties, AudioIdentity) {
    let stream = OggStream(file, in: container.bytes, codec: codec)
    guard stream.channels > 0, stream.sampleRate > 0 else {
      throw DecodingFailure(.damaged, path, detail: "no identification header")
    }
    var frames = stream.lastGranule - stream.preSkip
    // The frames of links, and of what was cut out of another stream, are where the granule positions do not tell them.
    if stream.startsLate || stream.starts.count > 1 || stream.endsUnknown || frames <= 0, stream.length > 0 {
      let known = AudioProperties(codec: "", sampleRate: stream.sampleRate, channels: stream.channels, frames: 1)
      frames = try CountedLength.decoded(AudioSource.open(file, path, properties: known, scratch: Scratch()))
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
    let hash = ContentHash()
    hash.add(information.format & Int32(SF_FORMAT_SUBMASK))
    hash.add(information.samplerate)
    hash.add(information.channels)
    hash.add(file, from: data.lowerBound, to: data.upperBound)
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
