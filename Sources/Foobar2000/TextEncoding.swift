import Tracks

/// The character set of a text file and the length of its mark.
enum TextEncoding: Equatable {
  case utf8(mark: Int)
  case utf16(bigEndian: Bool, mark: Int)
  case codePage(String)

  /// The name for people.
  var name: String {
    switch self {
    case .utf8: "UTF-8"
    case .utf16(let bigEndian, _): bigEndian ? "UTF-16BE" : "UTF-16LE"
    case .codePage(let name): name
    }
  }

  /// What the first bytes of a file say: a mark, or the zero bytes that UTF-16 puts beside ASCII.
  static func marked(_ start: [UInt8]) -> TextEncoding? {
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8(mark: 3) }
    if start.starts(with: [0xFF, 0xFE]) { return .utf16(bigEndian: false, mark: 2) }
    if start.starts(with: [0xFE, 0xFF]) { return .utf16(bigEndian: true, mark: 2) }
    if start.count >= 4, start[0] != 0, start[1] == 0, start[2] != 0, start[3] == 0 {
      return .utf16(bigEndian: false, mark: 0)
    }
    if start.count >= 4, start[0] == 0, start[1] != 0, start[2] == 0, start[3] != 0 {
      return .utf16(bigEndian: true, mark: 0)
    }
    return nil
  }

  /// The encoding of a line-based text: its mark, else what `#EXTENC:` names, else UTF-8 if all of the file is valid,
  /// else the owner's code page, else Windows-1252 with a warning.
  static func detect(
    _ path: FilePath, options: ReadingOptions, warnings: inout [String]
  ) throws(ImportFailure) -> TextEncoding {
    let file = try InputFile(path)
    var bytes: [UInt8] = []
    var got = try file.read(1 << 16, into: &bytes)
    if let marked = marked(bytes) { return marked }
    if let declared = declaredName(bytes) {
      let folded = declared.lowercased()
      return folded == "utf-8" || folded == "utf8" ? .utf8(mark: 0) : .codePage(declared)
    }
    var check = UTF8Check()
    while got > 0 {
      if !check.accepts(bytes) { break }
      bytes.removeAll(keepingCapacity: true)
      got = try file.read(1 << 18, into: &bytes)
    }
    if got == 0, check.isComplete { return .utf8(mark: 0) }
    if let codePage = options.codePage { return .codePage(codePage) }
    warnings.append("The file is not UTF-8 and was read as Windows-1252; name its code page if names look wrong.")
    return .codePage("CP1252")
  }

  private static func declaredName(_ start: [UInt8]) -> String? {
    for line in start.split(separator: UInt8(ascii: "\n"), maxSplits: 20).prefix(20) {
      let upper = line.prefix(8).map { (97...122).contains($0) ? $0 - 32 : $0 }
      guard upper == Array("#EXTENC:".utf8) else { continue }
      let name = line.dropFirst(8).filter { $0 > 0x20 && $0 < 0x7F }
      return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }
    return nil
  }
}

/// Tells UTF-8 from everything else, piece by piece.
struct UTF8Check {
  private var pending = 0
  private var low: UInt8 = 0x80
  private var high: UInt8 = 0xBF

  /// Whether the text so far does not stop inside a character.
  var isComplete: Bool { pending == 0 }

  /// Whether the text is still UTF-8 after these bytes. Once it is not, the check is over.
  mutating func accepts(_ bytes: [UInt8]) -> Bool {
    for byte in bytes {
      if pending > 0 {
        guard byte >= low, byte <= high else { return false }
        pending -= 1
        low = 0x80
        high = 0xBF
        continue
      }
      switch byte {
      case 0x00...0x7F: continue
      case 0xC2...0xDF: pending = 1
      case 0xE0...0xEF:
        pending = 2
        if byte == 0xE0 { low = 0xA0 }
        if byte == 0xED { high = 0x9F }
      case 0xF0...0xF4:
        pending = 3
        if byte == 0xF0 { low = 0x90 }
        if byte == 0xF4 { high = 0x8F }
      default: return false
      }
    }
    return true
  }
}
