/// What a worker and its libraries printed.
enum WorkerOutput {
  /// The number of bytes kept of it: the last ones.
  static let kept = 2048

  /// The last line that says something, without control characters, at most 300 characters. The list of functions that Swift's
  /// runtime prints on its way out says nothing.
  static func lastWords(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    let lines = text.split { $0 == "\n" || $0 == "\r" }.map { line in
      String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
    }
    let told = lines.prefix { !$0.hasPrefix("Current stack trace") }
    return told.last { $0.contains { !$0.isWhitespace } }.map { String($0.prefix(300)) } ?? ""
  }

  /// Whether a runtime's or a library's words say that there was no memory.
  static func tellsOfMemory(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    return ["allocate memory", "bad_alloc", "out of memory", "memory exhausted"].contains { text.contains($0) }
  }
}
