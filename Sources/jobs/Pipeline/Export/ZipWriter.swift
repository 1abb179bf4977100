/// A ZIP archive (PKWARE's APPNOTE 6.3) that is written from its beginning to its end: members as they are, not compressed,
/// with sizes of 64 bits and their checksums behind them.
final class ZipWriter {
  private struct Member {
    var name: [UInt8]
    var size: UInt64
    var start: UInt64
    var checksum: UInt32 = 0
  }

  private let write: ([UInt8]) throws -> Void
  private var members: [Member] = []
  private var position: UInt64 = 0
  private var checksum: UInt32 = 0

  /// The version that knows such sizes, what follows the name is in UTF-8 and the checksum comes later, not compressed, of
  /// the first day that ZIP knows.
  private static let head: [UInt8] = [45, 0, 8, 8, 0, 0, 0, 0, 0x21, 0]
  private static let large: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]

  /// What every archive of this writer begins with.
  static let beginning = String(decoding: Array("PK".utf8) + [3, 4] + head, as: UTF8.self)

  /// A writer that hands its bytes on.
  init(_ write: @escaping ([UInt8]) throws -> Void) {
    self.write = write
  }

  /// Begins a member of a number of bytes.
  func begin(_ name: String, size: Int) throws {
    members.append(Member(name: Array(name.utf8), size: UInt64(size), start: position))
    checksum = .max
    let extra: [UInt8] = [1, 0, 16, 0] + bytes(UInt64(size)) + bytes(UInt64(size))
    try put(
      Array("PK".utf8) + [3, 4] + Self.head + bytes(UInt32(0)) + Self.large + Self.large
        + bytes(UInt16(name.utf8.count)) + bytes(UInt16(extra.count)) + Array(name.utf8) + extra)
  }

  /// Adds bytes to the member.
  func add(_ bytes: [UInt8]) throws {
    for byte in bytes { checksum = Self.table[Int(UInt8(truncatingIfNeeded: checksum) ^ byte)] ^ checksum >> 8 }
    try put(bytes)
  }

  /// Ends the member.
  func end() throws {
    let last = members.count - 1
    members[last].checksum = ~checksum
    let size = bytes(members[last].size)
    try put(Array("PK".utf8) + [7, 8] + bytes(members[last].checksum) + size + size)
  }

  /// Ends the archive.
  func finish() throws {
    let start = position
    for member in members {
      let extra: [UInt8] = [1, 0, 24, 0] + bytes(member.size) + bytes(member.size) + bytes(member.start)
      var entry = Array("PK".utf8) + [1, 2, 45, 0] + Self.head + bytes(member.checksum) + Self.large + Self.large
      entry += bytes(UInt16(member.name.count)) + bytes(UInt16(extra.count))
      // No comment, the first disk, no attributes.
      entry += [UInt8](repeating: 0, count: 10) + Self.large + member.name + extra
      try put(entry)
    }
    let (end, count) = (position, UInt64(members.count))
    var tail = Array("PK".utf8) + [6, 6] + bytes(UInt64(44)) + [45, 0, 45, 0] + [UInt8](repeating: 0, count: 8)
    tail += bytes(count) + bytes(count) + bytes(end - start) + bytes(start)
    tail += Array("PK".utf8) + [6, 7, 0, 0, 0, 0] + bytes(end) + bytes(UInt32(1))
    let few = bytes(UInt16(clamping: count))
    tail +=
      Array("PK".utf8) + [5, 6, 0, 0, 0, 0] + few + few + bytes(UInt32(clamping: end - start)) + Self.large + [0, 0]
    try put(tail)
  }

  private func put(_ bytes: [UInt8]) throws {
    position += UInt64(bytes.count)
    try write(bytes)
  }

  private func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }

  /// The checksums of single bytes (CRC-32, reversed polynomial 0xEDB88320).
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
  }
}
