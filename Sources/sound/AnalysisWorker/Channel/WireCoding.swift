/// What is wrong with the bytes of a message.
struct WireFailure: Error, CustomStringConvertible {
  let description: String
}

/// Writes the values of a message as little-endian bytes, one after the other.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ number: Double) {
    write(number.bitPattern)
  }

  /// Its length, then the elements as they lie in memory: both ends run on one machine.
  mutating func write<Element: BitwiseCopyable>(_ list: [Element]) {
    write(UInt64(list.count))
    list.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ text: String) {
    write(Array(text.utf8))
  }

  /// Whether there is a value, then the value.
  mutating func write<Value>(optional value: Value?, _ body: (inout WireWriter, Value) -> Void) {
    write(UInt8(value == nil ? 0 : 1))
    if let value { body(&self, value) }
  }
}

/// Reads what a `WireWriter` wrote, in the same order.
struct WireReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  private mutating func take(_ count: Int) throws(WireFailure) -> ArraySlice<UInt8> {
    guard count <= bytes.count - position else { throw WireFailure(description: "a message ends early") }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  mutating func read<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(WireFailure) -> Number {
    let slice = try take(MemoryLayout<Number>.size)
    var number = Number.zero
    withUnsafeMutableBytes(of: &number) { $0.copyBytes(from: slice) }
    return Number(littleEndian: number)
  }

  mutating func readDouble() throws(WireFailure) -> Double {
    Double(bitPattern: try read(UInt64.self))
  }

  mutating func readList<Element: BitwiseCopyable>(of type: Element.Type = Element.self) throws(WireFailure)
    -> [Element]
  {
    let count = try read(UInt64.self)
    let stride = MemoryLayout<Element>.stride
    guard count <= UInt64((bytes.count - position) / stride) else {
      throw WireFailure(description: "a message ends early")
    }
    let slice = try take(Int(count) * stride)
    return [Element](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
      slice.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      initialized = Int(count)
    }
  }

  mutating func readText() throws(WireFailure) -> String {
    let bytes = try readList(of: UInt8.self)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw WireFailure(description: "a message's text is not UTF-8")
    }
    return text
  }

  mutating func readOptional<Value>(
    _ body: (inout WireReader) throws(WireFailure) -> Value
  ) throws(WireFailure) -> Value? {
    try read(UInt8.self) == 0 ? nil : try body(&self)
  }

  /// Throws unless everything was read.
  func finish() throws(WireFailure) {
    guard position == bytes.count else { throw WireFailure(description: "a message is too long") }
  }
}
