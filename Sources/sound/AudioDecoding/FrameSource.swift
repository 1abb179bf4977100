import Tracks

/// What delivers the frames of a file one after the other, mixed down.
protocol FrameSource: AnyObject {
  /// The rate of the frames in Hz.
  var sampleRate: Int { get }

  /// Why nothing more comes, where that is neither the end nor damage.
  var failure: DecodingFailure? { get }

  /// Up to how many frames it is cheaper to read on and forget than to seek.
  var cheapGap: Int { get }

  /// Moves to a frame and returns the one that it came to lie on, or `nil` where it cannot.
  func seek(to frame: Int64) -> Int64?

  /// Writes up to `count` frames and returns how many; fewer only at the end or where the audio is damaged.
  func read(into target: MixTarget, count: Int) -> Int

  /// Whether only the mean of several channels is decoded, and nothing apart from it.
  var isMeanOnly: Bool { get }

  /// Goes back to the first frame, to decode from there nothing but the mean where that costs less, or all channels.
  func rewind(meanOnly: Bool)
}

extension FrameSource {
  var isMeanOnly: Bool { false }

  func rewind(meanOnly: Bool) {}

  /// Writes the means of up to `count` frames, as `read(into:count:)` does.
  func read(into mean: UnsafeMutablePointer<Float>, count: Int) -> Int {
    read(into: MixTarget(mean: mean, apart: nil), count: count)
  }

  /// Brings the source from `position` (`nil` where that is unknown) to a frame, and returns whether it got there.
  ///
  /// `spare` is memory for `spareCount` frames that are decoded for nothing on the way.
  func advance(
    from position: Int64?, to wanted: Int64, spare: UnsafeMutablePointer<Float>, spareCount: Int
  ) -> Bool {
    func skip(_ count: Int64) -> Bool {
      var left = count
      while left > 0 {
        let piece = Int(min(left, Int64(spareCount)))
        if read(into: spare, count: piece) < piece { return false }
        left -= Int64(piece)
      }
      return true
    }
    if let position, wanted >= position, wanted - position <= Int64(cheapGap) { return skip(wanted - position) }
    // Decoders may land beside the target: read on up to it, or start further ahead.
    var target = wanted
    for _ in 0..<4 {
      guard let reached = seek(to: target) else { return false }
      if reached <= wanted { return skip(wanted - reached) }
      target = max(0, target - 2 * (reached - wanted))
    }
    return false
  }
}

/// Opens files with the decoder that understands them.
enum AudioSource {
  /// A source at the first frame of a file.
  static func open(
    _ path: FilePath, properties: AudioProperties, scratch: Scratch
  ) throws(DecodingFailure) -> any FrameSource {
    let file = try ByteFile.open(path)
    do {
      return try open(file, path, properties: properties, scratch: scratch)
    } catch {
      throw file.failure ?? error
    }
  }

  /// As `open(_:properties:scratch:)`, of a file that is open.
  static func open(
    _ file: ByteFile, _ path: FilePath, properties: AudioProperties, scratch: Scratch
  ) throws(DecodingFailure) -> any FrameSource {
    let container = Container(file)
    switch container.decoder {
    case .libsndfile:
      var part = FilePart(file, container.bytes)
      var lead: Int64 = 0
      if container.kind == .mpeg {
        part = MPEGStream.part(file, in: container.bytes, frames: properties.frames)
        lead = MPEGStream.lead(properties)
      }
      do {
        if container.kind == .flac { return try FLACFile(file, in: container.bytes, path: path) }
        return try SoundFile(part, path: path, lead: lead, scratch: scratch)
      } catch {
        guard error.reason == .unsupported else { throw error }
        return try LibavStream(file, container, path, properties, scratch: scratch)
      }
    case .libav:
      if case .ogg(let codec, chained: true) = container.kind {
        return OggChain(file, container, codec, path, properties, scratch: scratch)
      }
      return try LibavStream(file, container, path, properties, scratch: scratch)
    }
  }
}
