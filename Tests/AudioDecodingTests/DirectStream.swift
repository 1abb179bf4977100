import Foundation

/// DSF and DSDIFF files: one bit a sample, 2.8224 million samples a second.
enum DirectStream {
  private static let rate = 2_822_400
  private static let block = 4_096

  private static func little(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }

  /// What comes before the data of a mono file of so many samples.
  static func header(samples: Int, tag: Int64 = 0) -> [UInt8] {
    let bytes = (samples / 8 + block - 1) / block * block
    let total = 28 + 52 + 12 + bytes
    var head = Array("DSD ".utf8) + little(UInt64(28)) + little(UInt64(total)) + little(tag)
    head += Array("fmt ".utf8) + little(UInt64(52))
    for number in [1, 0, 1, 1, UInt32(rate), 1] { head += little(number) }
    head += little(UInt64(samples)) + little(UInt32(block)) + little(UInt32(0))
    return head + Array("data".utf8) + little(UInt64(12 + bytes))
  }

  /// A file of these values at 44.1 kHz, held for 64 bits each, by a sigma-delta modulator of the second order.
  static func file(_ values: [Float]) -> [UInt8] {
    let samples = values.count * 64
    var bytes = header(samples: samples)
    bytes.reserveCapacity(bytes.count + samples / 8 + block)
    var first = 0.0
    var second = 0.0
    var output = 1.0
    for (index, value) in values.enumerated() {
      let next = index + 1 < values.count ? values[index + 1] : value
      for byte in 0..<8 {
        var bits: UInt8 = 0
        for bit in 0..<8 {
          let part = Double(8 * byte + bit) / 64
          first += Double(value) * (1 - part) + Double(next) * part - output
          second += first - output
          output = second >= 0 ? 1 : -1
          if output > 0 { bits |= 1 << UInt8(bit) }
        }
        bytes.append(bits)
      }
    }
    // Silence in DSD is a pattern, not zeros.
    while (bytes.count - 92) % block != 0 { bytes.append(0x69) }
    return bytes
  }

  private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    Array(name.utf8) + withUnsafeBytes(of: UInt64(body.count).bigEndian, Array.init) + body
      + (body.count % 2 == 1 ? [0] : [])
  }

  private static func form(_ compression: String, channels: Int, _ chunks: [[UInt8]]) -> [UInt8] {
    func big(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.bigEndian, Array.init) }
    let names = channels == 1 ? ["C000"] : ["SLFT", "SRGT"]
    let about =
      chunk("FS  ", big(UInt32(rate))) + chunk("CHNL", big(UInt16(channels)) + names.flatMap { Array($0.utf8) })
      + chunk("CMPR", Array(compression.utf8) + [3] + Array("any".utf8))
    let body =
      Array("DSD ".utf8) + chunk("FVER", big(UInt32(0x0105_0000))) + chunk("PROP", Array("SND ".utf8) + about)
      + chunks.joined()
    return chunk("FRM8", body)
  }

  /// A DSDIFF file of these values, the same in each channel, and an ID3v2 tag behind or before the sound.
  static func chunks(_ values: [Float], channels: Int, tag: [UInt8] = [], isTagFirst: Bool = false) -> [UInt8] {
    let sound = file(values)[92...].flatMap { byte -> [UInt8] in
      // The first sample is the highest bit here.
      var turned: UInt8 = 0
      for bit in UInt8(0)..<8 where byte >> bit & 1 == 1 { turned |= 1 << (7 - bit) }
      return [UInt8](repeating: turned, count: channels)
    }
    let tags = tag.isEmpty ? [] : [chunk("ID3 ", tag)]
    let chunks = isTagFirst ? tags + [chunk("DSD ", sound)] : [chunk("DSD ", sound)] + tags
    return form("DSD ", channels: channels, chunks)
  }

  /// A DSDIFF file of silence in frames of Direct Stream Transfer, of which none is coded.
  static func compressed(seconds: Int, tag: [UInt8]) -> [UInt8] {
    let perSecond = 75
    let count = seconds * perSecond
    let frame = chunk("DSTF", [0] + [UInt8](repeating: 0x69, count: rate / perSecond / 8 * 2))
    let about = withUnsafeBytes(of: UInt32(count).bigEndian, Array.init) + [0, UInt8(perSecond)]
    let sound = chunk("FRTE", about) + [[UInt8]](repeating: frame, count: count).joined()
    return form("DST ", channels: 2, [chunk("DST ", sound), chunk("ID3 ", tag)])
  }
}
