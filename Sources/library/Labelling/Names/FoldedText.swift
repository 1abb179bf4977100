/// A folded text as bytes: compared and hashed without Swift's search for canonical equivalents, which costs more than
/// everything else here and has nothing left to find in NFKD.
struct FoldedText: Hashable, Comparable, Sendable, ExpressibleByStringLiteral {
  private(set) var bytes: [UInt8] = []

  init() {}

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  init(stringLiteral text: String) {
    self.init(text)
  }

  var isEmpty: Bool {
    bytes.isEmpty
  }

  var isASCII: Bool {
    bytes.allSatisfy { $0 < 0x80 }
  }

  mutating func append(_ scalar: Unicode.Scalar) {
    bytes.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
  }

  mutating func append(_ other: FoldedText) {
    bytes.append(contentsOf: other.bytes)
  }

  /// Texts one after the other with a separator between two.
  static func joined(_ texts: some Sequence<FoldedText>, by separator: FoldedText = " ") -> FoldedText {
    var result = FoldedText()
    for (index, text) in texts.enumerated() {
      if index > 0 { result.append(separator) }
      result.append(text)
    }
    return result
  }

  /// This text with every occurrence of others replaced, at each place the first that fits.
  func replacing(_ table: [(folded: FoldedText, word: FoldedText)]) -> FoldedText {
    var result = FoldedText()
    var index = 0
    while index < bytes.count {
      if let entry = table.first(where: { bytes[index...].starts(with: $0.folded.bytes) }) {
        result.append(entry.word)
        index += entry.folded.bytes.count
      } else {
        result.bytes.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  func hash(into hasher: inout Hasher) {
    // An array hashes its elements one by one.
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    hasher.combine(bytes.count)
  }

  static func < (left: FoldedText, right: FoldedText) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
