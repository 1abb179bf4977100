import Foundation
import Glibc

/// Files of hours, made at once: most of them take no room on the disk.
public enum LongFile {
  /// Writes a WAV file of a short noise every four seconds.
  public static func wave(_ path: String, seconds: Int = 20_000) throws {
    var bytes = WaveFile.bytes([])
    let length = UInt32(seconds * 44_100 * 2)
    bytes.replaceSubrange(4..<8, with: little(length + 36))
    bytes.replaceSubrange(40..<44, with: little(length))
    try write(bytes, to: path, size: bytes.count + Int(length), soundEvery: 4 * 44_100 * 2)
  }

  /// Writes a DSF file of a short noise every four seconds, of one channel, whose samples come one every 2,822,400th of a second.
  public static func directStream(_ path: String, seconds: Int = 3_600) throws {
    let samples = UInt64(seconds * 2_822_400 / 32_768 * 32_768)
    var head = Array("DSD ".utf8) + little(UInt64(28)) + little(92 + samples / 8) + little(UInt64(0))
    head += Array("fmt ".utf8) + little(UInt64(52))
    for number in [1, 0, 1, 1, 2_822_400, 1] as [UInt32] { head += little(number) }
    head += little(samples) + little(UInt32(4_096)) + little(UInt32(0))
    head += Array("data".utf8) + little(12 + samples / 8)
    try write(head, to: path, size: 92 + Int(samples / 8), soundEvery: 4 * 2_822_400 / 8)
  }

  /// Writes a file of a format of frames, of the 3 s of a fixture (`tone.aac`, `untagged.mp3`) again and again.
  public static func repeating(_ fixture: String, _ path: String, seconds: Int) throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let piece = try Data(contentsOf: tests.appendingPathComponent("AudioDecodingTests/Fixtures/\(fixture)"))
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    let pieces = Data(repeatElement(piece, count: 100).joined())
    for _ in 0..<(seconds / 300) { try file.write(contentsOf: pieces) }
    try file.close()
  }

  private static func little(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }

  private static func write(_ head: [UInt8], to path: String, size: Int, soundEvery step: Int) throws {
    try Data(head).write(to: URL(fileURLWithPath: path))
    guard truncate(path, off_t(size)) == 0 else { throw CocoaError(.fileWriteUnknown) }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    var generator = SeededGenerator(seed: 1)
    let noise = Data((0..<4_096).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
    for place in stride(from: head.count, to: size - noise.count, by: step) {
      try file.seek(toOffset: UInt64(place))
      try file.write(contentsOf: noise)
    }
    try file.close()
  }
}
