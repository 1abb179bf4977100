/// What is wrong with the bytes of a stored value.
public struct CodingFailure: Error, Equatable, CustomStringConvertible {
  /// What is wrong, as a sentence without a full stop.
  public let description: String

  /// A failure described by a sentence without a full stop.
  public init(_ description: String) {
    self.description = description
  }
}

/// Writes numbers and text as little-endian bytes, one after the other.
public struct ByteWriter: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8] = []

  /// A writer that holds nothing yet.
  public init() {}

  /// Appends a whole number of fixed width.
  public mutating func write<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends a single-precision number.
  public mutating func write(_ number: Float) {
    write(number.bitPattern)
  }

  /// Appends a double-precision number.
  public mutating func write(_ number: Double) {
    write(number.bitPattern)
  }

  /// Appends a text: its length in bytes, then its UTF-8.
  public mutating func write(_ text: String) {
    write(UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Appends a list of numbers of fixed memory layout: its length, then its elements.
  public mutating func write<Element: BitwiseCopyable>(_ list: [Element]) {
    write(UInt64(list.count))
    // Every platform this runs on stores numbers little-endian, so the elements are copied as they lie in memory.
    list.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}

/// Reads what a `ByteWriter` wrote, in the same order.
public struct ByteReader: Sendable {
  private let bytes: [UInt8]
  private var position = 0

  /// A reader at the start of these bytes.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The number of bytes not read yet.
  public var remaining: Int { bytes.count - position }

  private mutating func take(_ count: Int) throws(CodingFailure) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw CodingFailure("the stored bytes end early") }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  /// Reads a whole number of fixed width.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public mutating func read<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(CodingFailure)
    -> Number
  {
    let slice = try take(MemoryLayout<Number>.size)
    var number = Number.zero
    withUnsafeMutableBytes(of: &number) { $0.copyBytes(from: slice) }
    return Number(littleEndian: number)
  }

  /// Reads a single-precision number.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public mutating func readFloat() throws(CodingFailure) -> Float {
    Float(bitPattern: try read(UInt32.self))
  }

  /// Reads a double-precision number.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public mutating func readDouble() throws(CodingFailure) -> Double {
    Double(bitPattern: try read(UInt64.self))
  }

  /// Reads a text.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public mutating func readText() throws(CodingFailure) -> String {
    let slice = try take(Int(try read(UInt32.self)))
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw CodingFailure("a stored text is not UTF-8")
    }
    return text
  }

  /// Reads a list of numbers of fixed memory layout.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public mutating func readList<Element: BitwiseCopyable>(of type: Element.Type = Element.self) throws(CodingFailure)
    -> [Element]
  {
    let count = try read(UInt64.self)
    guard count <= UInt64(remaining / MemoryLayout<Element>.stride) else {
      throw CodingFailure("the stored bytes end early")
    }
    let slice = try take(Int(count) * MemoryLayout<Element>.stride)
    return [Element](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
      slice.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
      }
      initialized = Int(count)
    }
  }
}
