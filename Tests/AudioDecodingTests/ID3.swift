import TestSupport

/// Tags made by hand.
enum ID3 {
  private static func synchsafe(_ size: Int) -> [UInt8] {
    [UInt8(size >> 21 & 0x7F), UInt8(size >> 14 & 0x7F), UInt8(size >> 7 & 0x7F), UInt8(size & 0x7F)]
  }

  private static func frame(_ name: String, _ body: [UInt8]) -> [UInt8] {
    Array(name.utf8) + synchsafe(body.count) + [0, 0] + body
  }

  /// A frame of text; zeros part its values.
  static func text(_ name: String, _ value: String) -> [UInt8] { frame(name, [3] + Array(value.utf8)) }

  /// A frame of the user's own.
  static func user(_ name: String, _ value: String) -> [UInt8] {
    frame("TXXX", [3] + Array(name.utf8) + [0] + Array(value.utf8))
  }

  /// A popularimeter.
  static func popularimeter(_ rating: UInt8, count: UInt32) -> [UInt8] {
    frame("POPM", Array("no@email".utf8) + [0, rating] + withUnsafeBytes(of: count.bigEndian, Array.init))
  }

  /// A play counter.
  static func counter(_ count: UInt32) -> [UInt8] { frame("PCNT", withUnsafeBytes(of: count.bigEndian, Array.init)) }

  /// A cover of so many bytes of noise.
  static func picture(bytes: Int) -> [UInt8] {
    var random = SeededGenerator(seed: 9)
    let noise = (0..<bytes).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return frame("APIC", [3] + Array("image/jpeg".utf8) + [0, 3, 0] + noise)
  }

  /// A tag of version 2.4 of these frames.
  static func tag(_ frames: [[UInt8]]) -> [UInt8] {
    let body = Array(frames.joined())
    return Array("ID3".utf8) + [4, 0, 0] + synchsafe(body.count) + body
  }

  /// An APEv2 tag of these items, with a cover of so many bytes.
  static func ape(_ items: [(String, String)], cover bytes: Int = 0) -> [UInt8] {
    func little(_ number: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(number).littleEndian, Array.init) }
    var body = items.flatMap { name, value -> [UInt8] in
      let text = Array(value.utf8)
      return little(text.count) + [0, 0, 0, 0] + Array(name.utf8) + [0] + text
    }
    if bytes > 0 {
      var random = SeededGenerator(seed: 9)
      let noise = (0..<bytes).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let picture = Array("cover.jpg".utf8) + [0] + noise
      body += little(picture.count) + [2, 0, 0, 0] + Array("Cover Art (Front)".utf8) + [0] + picture
    }
    let count = items.count + (bytes > 0 ? 1 : 0)
    func frame(_ flags: UInt8) -> [UInt8] {
      Array("APETAGEX".utf8) + little(2_000) + little(body.count + 32) + little(count) + [0, 0, 0, flags]
        + [UInt8](repeating: 0, count: 8)
    }
    return frame(0xA0) + body + frame(0x80)
  }
}
