/// A name that Windows made for programs of DOS, such as `MUSICO~1` for *Music of the Night*: at most six characters of the
/// long name, without blanks and dots, before a tilde and a number.
///
/// From the fifth of a kind on it is two characters of the name and four digits of a hash.
struct ShortName {
  /// What stands before the tilde.
  let start: [UInt8]
  /// The starts that the long name may have; none where all of it is there.
  let starts: [[UInt8]]

  /// The parts of a name with or without its extension; `nil` where it is no such name.
  init?(_ name: [UInt8]) {
    let dot = name.lastIndex(of: UInt8(ascii: ".")) ?? name.endIndex
    guard name.endIndex - dot <= 4 else { return nil }
    let stem = name[..<dot]
    guard let tilde = stem.lastIndex(of: UInt8(ascii: "~")), (1...6).contains(tilde) else { return nil }
    let number = stem[(tilde + 1)...]
    guard (1...6).contains(number.count), number.allSatisfy({ (48...57).contains($0) }), stem.count <= 8 else {
      return nil
    }
    start = Array(stem[..<tilde])
    guard stem.count == 8 else {
      // What is shorter was not cut.
      starts = []
      return
    }
    let hash = start.dropFirst(2)
    let isHash = hash.count == 4 && hash.allSatisfy(Self.isHexadecimal) && hash.contains { $0 < 65 }
    starts = isHash ? [start, Array(start.prefix(2))] : [start]
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...102).contains(byte | 0x20)
  }
}
