import Platform
import Tracks

/// The frames of a bare AAC stream (ADTS, ISO/IEC 13818-7), counted and hashed without decoding: it says nowhere how
/// long it is.
struct ADTSStream {
  let properties: AudioProperties
  let identity: AudioIdentity

  /// How many headers must follow each other to be believed.
  private static let chain = 8

  /// Whether frames follow each other from the first of `bytes`.
  static func begins(_ file: ByteFile, in bytes: Range<Int64>) -> Bool {
    var position = bytes.lowerBound
    for index in 0..<chain {
      if index > 2, position == bytes.upperBound { return true }
      guard let header = Header(file, at: position) else { return false }
      position += Int64(header.length)
    }
    return true
  }

  /// Walks the frames in `bytes`.
  init(_ file: ByteFile, in bytes: Range<Int64>, path: FilePath) throws(DecodingFailure) {
    guard let first = Header(file, at: bytes.lowerBound) else { throw DecodingFailure(.notAudio, path) }
    let hash = ContentHash()
    var position = bytes.lowerBound
    var blocks: Int64 = 0
    var length: Int64 = 0
    while position < bytes.upperBound {
      guard let header = Header(file, at: position), header.sampleRate == first.sampleRate else {
        guard let next = Self.resynchronise(file, from: position + 1, in: bytes, rate: first.sampleRate) else { break }
        position = next
        continue
      }
      guard position + Int64(header.length) <= bytes.upperBound else { break }
      hash.add(file.bytes(at: position, count: header.length))
      position += Int64(header.length)
      length += Int64(header.length)
      blocks += Int64(header.blocks)
    }
    let frames = blocks * 1_024
    guard frames > 0 else { throw DecodingFailure(.noFrames, path) }
    let seconds = Double(frames) / Double(first.sampleRate)
    properties = AudioProperties(
      codec: "aac", sampleRate: first.sampleRate, channels: first.channels, frames: frames,
      bitRate: KernelNumber.integer(Double(length) * 8 / seconds))
    identity = AudioIdentity(scheme: .copiedPackets, digest: hash.digest)
  }

  /// Where, behind damage, a header of the same rate stands that another one follows; `nil` without such.
  private static func resynchronise(
    _ file: ByteFile, from start: Int64, in bytes: Range<Int64>, rate: Int
  ) -> Int64? {
    var position = start
    while position < bytes.upperBound {
      let piece = file.bytes(at: position, count: Int(min(4_096, bytes.upperBound - position)))
      if piece.isEmpty { return nil }
      guard let index = piece.firstIndex(of: 0xFF) else {
        position += Int64(piece.count)
        continue
      }
      position += Int64(index)
      if let header = Header(file, at: position), header.sampleRate == rate {
        let end = position + Int64(header.length)
        if end == bytes.upperBound || Header(file, at: end)?.sampleRate == rate { return position }
      }
      position += 1
    }
    return nil
  }

  private struct Header {
    let length: Int
    let sampleRate: Int
    let channels: Int
    let blocks: Int

    init?(_ file: ByteFile, at offset: Int64) {
      let bytes = file.bytes(at: offset, count: 7)
      guard bytes.count == 7, bytes[0] == 0xFF, bytes[1] & 0xF6 == 0xF0 else { return nil }
      let rates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
      ]
      let rate = Int(bytes[2] >> 2 & 15)
      guard rates.indices.contains(rate) else { return nil }
      sampleRate = rates[rate]
      let layout = Int(bytes[2] & 1) << 2 | Int(bytes[3] >> 6)
      channels = layout == 7 ? 8 : max(1, layout)
      length = Int(bytes[3] & 3) << 11 | Int(bytes[4]) << 3 | Int(bytes[5] >> 5)
      blocks = Int(bytes[6] & 3) + 1
      guard length > 7 else { return nil }
    }
  }
}
