/// A line of single bytes in a text of UTF-16, as a program adds it that does not look at what is there.
///
/// It has no zero byte before its end, and is an address with an extension, the path of a drive or a line of an extended
/// list: by chance no line of UTF-16 begins so.
enum NarrowLine {
  /// What begins at a place.
  enum Finding: Equatable {
    /// A line of UTF-16.
    case none
    /// A line of single bytes, which ends before this index, with its end.
    case some(end: Int)
    /// More bytes are needed to tell.
    case unknown
  }

  /// Looks at the bytes from the beginning of a line on; `isLast` where no more follow.
  static func look(at bytes: ArraySlice<UInt8>, isLast: Bool) -> Finding {
    guard let end = bytes.firstIndex(where: { $0 == 0 || $0 == 0x0A }) else {
      guard isLast else { return .unknown }
      return isNarrow(bytes) ? .some(end: bytes.endIndex) : .none
    }
    guard bytes[end] == 0x0A, isNarrow(bytes[..<end]) else { return .none }
    return .some(end: end + 1)
  }

  private static func isNarrow(_ bytes: ArraySlice<UInt8>) -> Bool {
    let line = bytes.last == 0x0D ? bytes.dropLast() : bytes
    guard line.count >= 4, line.allSatisfy({ $0 >= 0x20 || $0 == 0x09 }) else { return false }
    let start = Array(line.prefix(4))
    if start == Array("#EXT".utf8) { return true }
    if isLetter(start[0]), start[1] == UInt8(ascii: ":"), start[2] == UInt8(ascii: "\\") { return true }
    guard let dot = line.lastIndex(of: UInt8(ascii: ".")) else { return false }
    let type = line[(dot + 1)...]
    return (2...4).contains(type.count) && type.allSatisfy { isLetter($0) || (48...57).contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
}
