/// Writes samples as a WAV file of 16-bit PCM.
public enum WaveFile {
  /// The bytes of a WAV file of interleaved samples from -1 to 1; samples beyond are clipped.
  public static func bytes(_ samples: [Float], rate: Int = 44_100, channels: Int = 1) -> [UInt8] {
    func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
      withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
    let data = samples.flatMap { little(Int16(max(-32_768, min(32_767, ($0 * 32_767).rounded())))) }
    return Array("RIFF".utf8) + little(UInt32(36 + data.count)) + Array("WAVEfmt ".utf8) + little(UInt32(16))
      + little(UInt16(1)) + little(UInt16(channels)) + little(UInt32(rate)) + little(UInt32(rate * channels * 2))
      + little(UInt16(channels * 2)) + little(UInt16(16)) + Array("data".utf8) + little(UInt32(data.count)) + data
  }
}
