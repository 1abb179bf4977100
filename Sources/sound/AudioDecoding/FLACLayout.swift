import Glibc
import Tracks

/// Where what lies in a FLAC file (RFC 9639).
struct FLACLayout {
  let information: Information
  /// The body of the CUESHEET block; `nil` without one.
  let cues: Range<Int64>?
  /// The frames.
  let audio: Range<Int64>

  /// Walks the metadata of the FLAC file in `bytes`.
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
    self.information = information
    self.cues = cues
    audio = min(position, bytes.upperBound)..<bytes.upperBound
  }

  /// Where the frame begins that holds a sample, or one before it: found by the headers of frames, between which it is
  /// guessed by their numbers, without decoding any.
  func place(of sample: Int64, _ file: ByteFile) -> Int64 {
    // What a guess may be off by, and what is walked rather than guessed.
    let margin: Int64 = 1 << 14
    var low = (sample: Int64(0), place: audio.lowerBound)
    var high = (sample: max(information.total, sample + 1), place: audio.upperBound)
    while high.place - low.place > 4 * margin, sample - low.sample > Int64(information.rate / 8) {
      let share = Double(sample - low.sample) / Double(high.sample - low.sample)
      let guess = low.place + Int64(share * Double(high.place - low.place)) - margin
      let place = max(low.place + 1, min(guess, high.place - margin))
      if let found = next(file, from: place, to: high.place), found.sample <= sample {
        guard found.sample > low.sample else { break }
        low = found
      } else {
        high = (next(file, from: place, to: high.place)?.sample ?? high.sample, place)
      }
    }
    while let found = next(file, from: low.place + 1, to: high.place), found.sample <= sample { low = found }
    return low.place
  }

  /// The first header of a frame at or behind `start`, and the number of its first sample; `nil` without one.
  private func next(_ file: ByteFile, from start: Int64, to end: Int64) -> (sample: Int64, place: Int64)? {
    var position = start
    while position < end {
      let piece = file.bytes(at: position, count: Int(min(4_096, audio.upperBound - position)))
      guard piece.count > 16, let base = piece.baseAddress else { return nil }
      var index = 0
      while index < piece.count - 16, let found = memchr(base + index, 0xFF, piece.count - 16 - index) {
        index = UnsafeRawPointer(found) - base
        if piece[index + 1] & 0xFE == 0xF8, let frame = information.frame(.init(rebasing: piece[index...])) {
          return (frame.start, position + Int64(index))
        }
        index += 1
      }
      position += Int64(piece.count - 16)
    }
    return nil
  }

  /// What STREAMINFO says.
  struct Information {
    let blockSize: Int
    let rate: Int
    let channels: Int
    let bits: Int
    let total: Int64
    /// The 34 bytes of the block.
    let bytes: [UInt8]
    /// The MD5 of the samples; zeros where it is not known.
    var digest: [UInt8] { Array(bytes[18...]) }

    /// The block whose header and 34 bytes these are.
    init(_ bytes: UnsafeRawBufferPointer) {
      // With frames of one size the largest and the smallest are equal.
      blockSize = Int(bytes.big(6, as: UInt16.self))
      let fields = bytes.big(14, as: UInt64.self)
      rate = Int(fields >> 44)
      channels = Int(fields >> 41 & 7) + 1
      bits = Int(fields >> 36 & 31) + 1
      total = Int64(fields & 0xF_FFFF_FFFF)
      self.bytes = Array(bytes[4..<38])
    }

    /// The sample numbers at the start of the frame whose header these bytes begin with and behind it, or `nil` where
    /// they are no header.
    func frame(_ bytes: UnsafeRawBufferPointer) -> (start: Int64, end: Int64)? {
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
      guard bytes.count > index, Self.crc8(bytes[..<index]) == bytes[index] else { return nil }
      let isVariable = bytes[1] & 1 == 1
      let start = isVariable ? number : number * Int64(blockSize)
      return (start, start + size)
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
  }
}
