import Tracks

/// The character set of a text file and the length of its mark.
enum TextEncoding: Equatable {
  case utf8(mark: Int)
  /// UTF-16, but for lines that a program added byte by byte: those are UTF-8, or in the code page (Windows-1252 for `nil`).
  case utf16(bigEndian: Bool, mark: Int, codePage: String? = nil)
  case codePage(String)
  /// Each line is UTF-8 or else in the code page.
  case mixed(codePage: String, mark: Int)

  /// The name for people.
  var name: String {
    switch self {
    case .utf8: "UTF-8"
    case .utf16(let bigEndian, _, _): bigEndian ? "UTF-16BE" : "UTF-16LE"
    case .codePage(let name): name
    case .mixed(let name, _): "UTF-8 and \(name)"
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

  /// The encoding of a line-based text: UTF-16 by its mark or its zero bytes, else UTF-8 if all of it is valid. Else each
  /// line is UTF-8 or in the code page that `#EXTENC:` or the owner names, or in Windows-1252: a mark and `#EXTENC:` say
  /// nothing against bytes that contradict them. A warning counts the lines that nobody's word stands for.
  static func detect(
    _ path: FilePath, options: ReadingOptions, warnings: inout [String]
  ) throws(ImportFailure) -> TextEncoding {
    let file = try InputFile(path)
    var bytes: [UInt8] = []
    var got = try file.read(1 << 16, into: &bytes)
    var mark = 0
    switch marked(bytes) {
    case .utf8(let length): mark = length
    case .utf16(let bigEndian, let length, _):
      return .utf16(bigEndian: bigEndian, mark: length, codePage: options.codePage)
    case .some(let other): return other
    case nil: break
    }
    let declared = declaredName(bytes).flatMap { isUnicode($0) || CodePageConverter(from: $0) == nil ? nil : $0 }
    if let declared, isStateful(declared) { return .codePage(declared) }
    var census = LineCensus()
    census.take(bytes[mark...])
    while got > 0 {
      bytes.removeAll(keepingCapacity: true)
      got = try file.read(1 << 18, into: &bytes)
      census.take(bytes[...])
    }
    census.end()
    if census.others == 0 {
      guard let declared, mark == 0, isDoubleByte(declared), census.unicode == census.faint else {
        return .utf8(mark: mark)
      }
      return .codePage(declared)
    }
    return judged(census, mark: mark, codePage: declared ?? options.codePage, &warnings)
  }

  /// The encoding of a text that is not all UTF-8.
  private static func judged(
    _ census: LineCensus, mark: Int, codePage: String?, _ warnings: inout [String]
  ) -> TextEncoding {
    if let codePage, mark == 0 {
      // Two letters of a double-byte code page now and then look like one of UTF-8.
      let isByChance = isDoubleByte(codePage) && census.faint == census.unicode && census.unicode < census.others
      if census.unicode == 0 || isByChance || isStateful(codePage) { return .codePage(codePage) }
    }
    let name = codePage ?? LineDecoder.fallback
    let told = codePage == nil ? "Windows-1252" : name
    warnings.append(
      "\(census.others) of \(counted(census.lines, "line")) \(census.others == 1 ? "is" : "are") not UTF-8 and read as "
        + "\(told); save it as UTF-8 (.m3u8), or set `import.codePage` if names look wrong.")
    return census.unicode == 0 && mark == 0 ? .codePage(name) : .mixed(codePage: name, mark: mark)
  }

  /// Whether a declared name says UTF-8, or UTF-16, which a name that can be read as ASCII belies.
  private static func isUnicode(_ name: String) -> Bool {
    let folded = name.lowercased()
    return ["utf-8", "utf8", "unicode"].contains(folded) || folded.hasPrefix("utf-16") || folded.hasPrefix("utf16")
      || folded.hasPrefix("ucs-2")
  }

  /// Whether the meaning of a byte depends on what stands lines before it, or a line's end is no byte of its own.
  private static func isStateful(_ name: String) -> Bool {
    let folded = name.lowercased()
    return ["utf-7", "utf7", "utf-16", "utf16", "utf-32", "utf32", "ucs", "iso-2022", "hz"].contains {
      folded.hasPrefix($0)
    }
  }

  /// Whether a code page has characters of two bytes.
  private static func isDoubleByte(_ name: String) -> Bool {
    let folded = name.lowercased()
    return ["932", "936", "949", "950", "sjis", "shift", "gb", "big5", "euc", "uhc", "johab", "31j"].contains {
      folded.contains($0)
    }
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

  /// Whether bytes are UTF-8 by themselves.
  static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
    var check = UTF8Check()
    return bytes.allSatisfy { check.accepts($0) } && check.isComplete
  }

  /// Whether the text is still UTF-8 after this byte. Once it is not, the check is over.
  mutating func accepts(_ byte: UInt8) -> Bool {
    if pending > 0 {
      guard byte >= low, byte <= high else { return false }
      pending -= 1
      low = 0x80
      high = 0xBF
      return true
    }
    switch byte {
    case 0x00...0x7F: return true
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
    return true
  }
}
