/// What a worker and its libraries printed.
enum Chatter {
  /// The number of bytes kept of it: the last ones.
  static let kept = 2048

  /// The last line that is not empty, without control characters, at most 300 characters.
  static func lastWords(_ bytes: [UInt8]) -> String {
    let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    guard let line = lines.last(where: { $0.contains { $0 > 32 } }) else { return "" }
    let text = String(decoding: line, as: UTF8.self).unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }
    return String(String.UnicodeScalarView(text)).prefix(300).description
  }

  /// Whether a runtime's or a library's words say that there was no memory.
  static func tellsOfMemory(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    return ["allocate memory", "bad_alloc", "out of memory", "memory exhausted"].contains { text.contains($0) }
  }
}
