import Tracks

/// A FLAC file's own account of itself (RFC 9639), checked against its last frame.
struct FLACStream {
  let properties: AudioProperties
  let identity: AudioIdentity
  /// The CUESHEET block as the text of a cue sheet; `nil` without one.
  let cueSheet: String?

  /// How far before the end the last frame's header may lie.
  private static let farthestFrame = Int64(ByteFile.capacity)

  /// Reads the metadata and the tail of the FLAC file in `bytes`.
  init(_ file: ByteFile, in bytes: Range<Int64>, path: FilePath) throws(DecodingFailure) {
    var position = bytes.lowerBound + 4
    var information: Information?
    var cues: Range<Int64>?
    while true {
      let head = file.bytes(at: position, count: 38)
      guard head.count >= 4 else { throw DecodingFailure(.noFrames, path) }
      let length = Int64(head.big(0, as: UInt32.self) & 0xFF_FFFF)
      if head[0] & 0x7F == 0, head.count == 38 { information = Information(head) }
      if head[0] & 0x7F == 5 { cues = (position + 4)..<(position + 4 + length) }
      position += 4 + length
      if head[0] & 0x80 != 0 { break }
    }
    guard let information, information.rate > 0 else {
      throw DecodingFailure(.damaged, path, detail: "no STREAMINFO")
    }
    // No decoder of this system gives a sample of them, though all take the file for theirs.
    guard information.bits <= 24 else {
      throw DecodingFailure(.unsupported, path, detail: "FLAC of \(information.bits) bits")
    }
    cueSheet = cues.flatMap { FLACCueSheet.text(file, in: $0, rate: information.rate) }
    let audio = min(position, bytes.upperBound)..<bytes.upperBound
    let counted = Self.lastFrame(file, in: audio, information)
    // Without a readable last frame (a damaged tail) the header's word stands.
    let frames = counted ?? information.total
    guard frames > 0, !audio.isEmpty else { throw DecodingFailure(.noFrames, path) }
    properties = AudioProperties(
      codec: "flac", sampleRate: information.rate, channels: information.channels, frames: frames,
      bitRate: KernelNumber.integer(
        Double(audio.upperBound - audio.lowerBound) * 8 * Double(information.rate) / Double(frames)))
    if frames == information.total, information.digest.contains(where: { $0 != 0 }) {
      identity = AudioIdentity(scheme: .flacMD5, digest: information.digest)
    } else {
      let hash = AudioHash()
      hash.update(file, from: audio.lowerBound, to: audio.upperBound)
      identity = AudioIdentity(scheme: .flacFrames, digest: hash.digest)
    }
  }

  /// The sample number behind the last frame, found backwards from the end; `nil` where none is found.
  private static func lastFrame(_ file: ByteFile, in audio: Range<Int64>, _ information: Information) -> Int64? {
    let start = max(audio.lowerBound, audio.upperBound - farthestFrame)
    let tail = file.bytes(at: start, count: Int(audio.upperBound - start))
    var last: Int64?
    var index = tail.count - 6
    while index >= 0 {
      if tail[index] == 0xFF, tail[index + 1] & 0xFE == 0xF8,
        let end = frameEnd(UnsafeRawBufferPointer(rebasing: tail[index...]), information)
      {
        // Audio data can look like a header; the one that ends the stream as announced is certainly none of that.
        if end.end == information.total { return end.end }
        if last == nil, information.total == 0 || end.end < information.total {
          // What was cut off in the middle of a frame has lost all of it.
          last = isWhole(UnsafeRawBufferPointer(rebasing: tail[index...])) ? end.end : end.start
        }
      }
      index -= 1
    }
    return last
  }

  /// The sample numbers at the start of the frame whose header these bytes begin with and behind it, or `nil` where they
  /// are no header.
  private static func frameEnd(
    _ bytes: UnsafeRawBufferPointer, _ information: Information
  ) -> (start: Int64, end: Int64)? {
    let sizeCode = bytes[2] >> 4
    let rateCode = bytes[2] & 15
    guard sizeCode != 0, rateCode != 15, bytes[3] >> 4 < 11, bytes[3] & 1 == 0 else { return nil }
    // The frame or sample number is coded like UTF-8, up to 7 bytes.
    var index = 4
    let lead = bytes[index]
    let more = lead < 0x80 ? 0 : (~lead).leadingZeroBitCount - 1
    guard lead < 0x80 || (1...6).contains(more), bytes.count >= index + more + 6 else { return nil }
    var number = Int64(lead < 0x80 ? lead : more >= 6 ? 0 : lead & (0x3F >> more))
    for _ in 0..<more {
      index += 1
      guard bytes[index] & 0xC0 == 0x80 else { return nil }
      number = number << 6 | Int64(bytes[index] & 0x3F)
    }
    index += 1
    let size: Int64
    switch sizeCode {
    case 1: size = 192
    case 2...5: size = 576 << Int64(sizeCode - 2)
    case 6:
      size = Int64(bytes[index]) + 1
      index += 1
    case 7:
      size = Int64(bytes.big(index, as: UInt16.self)) + 1
      index += 2
    default: size = 256 << Int64(sizeCode - 8)
    }
    index += rateCode == 12 ? 1 : rateCode >= 13 ? 2 : 0
    guard bytes.count > index, crc8(bytes[..<index]) == bytes[index] else { return nil }
    let isVariable = bytes[1] & 1 == 1
    let start = isVariable ? number : number * Int64(information.blockSize)
    return (start, start + size)
  }

  /// Whether these bytes are a frame up to its checksum: polynomial x^16 + x^15 + x^2 + 1.
  private static func isWhole(_ frame: UnsafeRawBufferPointer) -> Bool {
    var crc: UInt16 = 0
    for byte in frame {
      crc ^= UInt16(byte) << 8
      for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x8005 : crc << 1 }
    }
    return crc == 0
  }

  /// The CRC of a frame header: polynomial x^8 + x^2 + x + 1.
  private static func crc8(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt8 {
    var crc: UInt8 = 0
    for byte in bytes {
      crc ^= byte
      for _ in 0..<8 { crc = crc & 0x80 != 0 ? crc << 1 ^ 7 : crc << 1 }
    }
    return crc
  }

  /// What STREAMINFO says.
  private struct Information {
    let blockSize: Int
    let rate: Int
    let channels: Int
    let bits: Int
    let total: Int64
    let digest: [UInt8]

    /// The block whose header and 34 bytes these are.
    init(_ bytes: UnsafeRawBufferPointer) {
      // With frames of one size the largest and the smallest are equal.
      blockSize = Int(bytes.big(6, as: UInt16.self))
      let fields = bytes.big(14, as: UInt64.self)
      rate = Int(fields >> 44)
      channels = Int(fields >> 41 & 7) + 1
      bits = Int(fields >> 36 & 31) + 1
      total = Int64(fields & 0xF_FFFF_FFFF)
      digest = Array(bytes[22..<38])
    }
  }
}
