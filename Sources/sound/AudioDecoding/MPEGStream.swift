import Platform
import Tracks

/// The frames of an MPEG audio stream (layers I to III), counted and hashed without decoding.
struct MPEGStream {
  /// What one frame header says.
  struct Header: Equatable {
    /// The bits that are alike in all frames of a stream: version, layer, sample rate.
    let family: UInt32
    let length: Int
    let sampleRate: Int
    let frames: Int
    let channels: Int
    let layer: Int
    /// Where a Xing tag would lie in the frame.
    let xingOffset: Int

    /// The header of these four bytes, or `nil` where they are none (or one of a free-format stream).
    init?(_ bits: UInt32) {
      guard bits & 0xFFE0_0000 == 0xFFE0_0000 else { return nil }
      let version = Int(bits >> 19 & 3)
      let layerBits = Int(bits >> 17 & 3)
      let bitRateIndex = Int(bits >> 12 & 15)
      let rateIndex = Int(bits >> 10 & 3)
      guard version != 1, layerBits != 0, bitRateIndex != 0, bitRateIndex != 15, rateIndex != 3, bits & 3 != 2
      else { return nil }
      let layer = 4 - layerBits
      let isVersion1 = version == 3
      let rate = Self.rates[rateIndex] >> (isVersion1 ? 0 : version == 2 ? 1 : 2)
      let row = isVersion1 ? layer - 1 : layer == 1 ? 3 : 4
      let bitRate = Self.bitRates[row * 15 + bitRateIndex] * 1000
      let padding = Int(bits >> 9 & 1)
      switch layer {
      case 1:
        frames = 384
        length = (12 * bitRate / rate + padding) * 4
      case 2:
        frames = 1_152
        length = 144 * bitRate / rate + padding
      default:
        frames = isVersion1 ? 1_152 : 576
        length = (isVersion1 ? 144 : 72) * bitRate / rate + padding
      }
      let isMono = bits >> 6 & 3 == 3
      family = bits & 0xFFFE_0C00
      sampleRate = rate
      channels = isMono ? 1 : 2
      self.layer = layer
      xingOffset = 4 + (isVersion1 ? (isMono ? 17 : 32) : (isMono ? 9 : 17))
    }

    private static let rates: InlineArray<3, Int> = [44_100, 48_000, 32_000]
    private static let bitRates: InlineArray<75, Int> = [
      0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448,
      0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
      0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
      0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256,
      0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160,
    ]
  }

  let properties: AudioProperties
  let identity: AudioIdentity

  /// How far behind the tags the first frame may lie.
  private static let farthestStart: Int64 = 1 << 22
  /// How many headers must follow each other to be believed where nothing else speaks for them.
  private static let chain = 8

  /// Where the first frame begins: several headers of one family one after the other, or `nil` without them.
  static func firstFrame(_ file: ByteFile, in bytes: Range<Int64>) -> Int64? {
    var position = bytes.lowerBound
    let limit = min(bytes.upperBound, position + farthestStart)
    while let found = nextSync(file, from: position, to: limit) {
      if follows(file, at: found, in: bytes, family: nil, count: chain) { return found }
      position = found + 1
    }
    return nil
  }

  /// Walks the frames in `bytes`, whose first byte is the first frame's.
  init(_ file: ByteFile, in bytes: Range<Int64>, path: FilePath) throws(DecodingFailure) {
    guard let first = Self.header(file, at: bytes.lowerBound) else { throw DecodingFailure(.notAudio, path) }
    let hash = ContentHash()
    var position = bytes.lowerBound
    let information = MPEGInformation(file, at: position, header: first)
    if information.isPresent { position += Int64(first.length) }
    var run = position
    var count: Int64 = 0
    var length: Int64 = 0
    while position < bytes.upperBound {
      if let header = Self.header(file, at: position), header.family == first.family {
        guard position + Int64(header.length) <= bytes.upperBound else { break }
        position += Int64(header.length)
        count += 1
        if position - run >= Int64(ByteFile.capacity / 2) {
          hash.add(file, from: run, to: position)
          length += position - run
          run = position
        }
        continue
      }
      hash.add(file, from: run, to: position)
      length += position - run
      guard let next = Self.resynchronise(file, from: position + 1, in: bytes, family: first.family) else {
        run = position
        break
      }
      position = next
      run = next
    }
    hash.add(file, from: run, to: position)
    length += position - run
    let frames = count * Int64(first.frames) - Int64(information.skipped)
    guard frames > 0 else { throw DecodingFailure(.noFrames, path) }
    let seconds = Double(frames) / Double(first.sampleRate)
    properties = AudioProperties(
      codec: "mp\(first.layer)", sampleRate: first.sampleRate, channels: first.channels, frames: frames,
      bitRate: KernelNumber.integer(Double(length) * 8 / seconds))
    identity = AudioIdentity(scheme: .mpegFrames, digest: hash.digest)
  }

  /// The header at `offset`, or `nil` where there is none.
  static func header(_ file: ByteFile, at offset: Int64) -> Header? {
    let bytes = file.bytes(at: offset, count: 4)
    return bytes.count == 4 ? Header(bytes.big(0)) : nil
  }

  /// The stream in `bytes` as a decoder should see it: an information frame that tells the truth, then the audio.
  ///
  /// `frames` is the length that walking the stream gave. Layers I and II know no information frame.
  static func part(_ file: ByteFile, in bytes: Range<Int64>, frames: Int64) -> FilePart {
    guard let first = header(file, at: bytes.lowerBound), first.layer == 3 else { return FilePart(file, bytes) }
    let information = MPEGInformation(file, at: bytes.lowerBound, header: first)
    let start = information.isPresent ? min(bytes.upperBound, bytes.lowerBound + Int64(first.length)) : bytes.lowerBound
    let count = (frames + Int64(information.skipped)) / Int64(first.frames)
    let head = file.bytes(at: bytes.lowerBound, count: 4)
    let prefix = information.frame(like: head.big(0), frames: count)
    return FilePart(file, start..<bytes.upperBound, prefix: prefix)
  }

  /// How many frames ahead of its target a seek must land, beyond the four of its own that libmpg123 decodes.
  ///
  /// A frame of layer III begins in the up to 511 (MPEG-2: 255) bytes before it, which are many frames where these are
  /// small: half a second at the lowest bit rates.
  static func lead(_ properties: AudioProperties) -> Int64 {
    guard properties.codec == "mp3", properties.bitRate > 0 else { return 0 }
    let isVersion1 = properties.sampleRate >= 32_000
    let frames = isVersion1 ? 1_152 : 576
    let reservoir = isVersion1 ? 511 : 255
    let headers = isVersion1 ? 36 : 21
    let own = 4
    let most = 48
    let bytes = max(8, properties.bitRate / 8 * frames / properties.sampleRate - headers)
    let needed = (reservoir + bytes - 1) / bytes
    return needed <= own ? 0 : Int64(min(most, 2 * needed) * frames)
  }

  private static func nextSync(_ file: ByteFile, from start: Int64, to end: Int64) -> Int64? {
    var position = start
    while position < end {
      let piece = file.bytes(at: position, count: Int(min(4_096, end - position)))
      if piece.count < 4 { return nil }
      for index in 0..<(piece.count - 3) where piece[index] == 0xFF && piece[index + 1] & 0xE0 == 0xE0 {
        if Header(piece.big(index)) != nil { return position + Int64(index) }
      }
      position += Int64(piece.count - 3)
    }
    return nil
  }

  /// Whether `count` headers of one family follow each other from `start`, or fewer up to the very end.
  private static func follows(
    _ file: ByteFile, at start: Int64, in bytes: Range<Int64>, family: UInt32?, count: Int
  ) -> Bool {
    var position = start
    var family = family
    let isResuming = family != nil
    for index in 0..<count {
      // A stream may be shorter than the chain, but then nothing lies before it, and one header alone proves nothing.
      if index > 1, position + 4 > bytes.upperBound { return isResuming || start == bytes.lowerBound }
      guard let header = header(file, at: position), family == nil || header.family == family else { return false }
      // The machine code of programs holds chains of what could be headers of layer I.
      guard header.layer == 3 || isResuming || start == bytes.lowerBound else { return false }
      family = header.family
      position += Int64(header.length)
    }
    return true
  }

  private static func resynchronise(
    _ file: ByteFile, from start: Int64, in bytes: Range<Int64>, family: UInt32
  ) -> Int64? {
    var position = start
    while let found = nextSync(file, from: position, to: bytes.upperBound) {
      if follows(file, at: found, in: bytes, family: family, count: 2) { return found }
      position = found + 1
    }
    return nil
  }
}
