import Foundation

/// DSF files: one bit a sample, 2.8224 million samples a second.
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
}
