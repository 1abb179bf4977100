/// Reads little-endian numbers from bytes, one after the other; `nil` where the bytes end.
struct LittleEndianReader {
  let bytes: [UInt8]
  private(set) var position: Int

  /// A reader that starts at a position.
  init(_ bytes: [UInt8], at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var remaining: Int { bytes.count - position }

  mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
    guard remaining >= MemoryLayout<Number>.size else { return nil }
    let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Number.self) }
    position += MemoryLayout<Number>.size
    return Number(littleEndian: value)
  }

  mutating func double() -> Double? {
    number(UInt64.self).map(Double.init(bitPattern:))
  }

  /// The next `count` bytes.
  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, remaining >= count else { return nil }
    defer { position += count }
    return bytes[position..<(position + count)]
  }
}
