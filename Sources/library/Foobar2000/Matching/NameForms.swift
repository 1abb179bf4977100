/// A name in the forms that survive what happens to names between a list and a library.
struct NameForms {
  /// Its letters and digits, whatever their script.
  let letters: FoldedText
  /// The ASCII letters and digits that no code page touches: characters beyond ASCII are gone, with their base letters.
  let rest: FoldedText
  /// The ASCII letters and digits once marks are taken off, as a best-fit conversion leaves them; `nil` where other
  /// letters remain.
  let base: FoldedText?
  /// Whether every character is ASCII.
  let isASCII: Bool
  /// Whether it holds signs that stand for lost characters, or such as a wrong code page makes.
  let isSuspect: Bool

  /// The forms of UTF-8.
  init(_ name: some Collection<UInt8>) {
    let bytes = Array(name)
    var isASCII = true
    var hasStandIn = false
    for byte in bytes {
      if byte >= 0x80 { isASCII = false }
      if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "_") { hasStandIn = true }
    }
    self.isASCII = isASCII
    if isASCII {
      var letters: FoldedText = []
      letters.reserveCapacity(bytes.count)
      for byte in bytes where Self.isLetter(byte | 0x20) || Self.isDigit(byte) {
        letters.append(Self.isDigit(byte) ? byte : byte | 0x20)
      }
      rest = letters
      base = letters
      self.letters = letters.isEmpty ? PathNames.letters(Folding.text(String(decoding: bytes, as: UTF8.self))) : letters
      isSuspect = hasStandIn
      return
    }
    let folded = Folding.text(String(decoding: bytes, as: UTF8.self))
    letters = PathNames.letters(folded)
    (rest, base) = Self.reduced(folded)
    isSuspect = hasStandIn || String(decoding: bytes, as: UTF8.self).unicodeScalars.contains(where: Self.isSuspect)
  }

  /// What ASCII leaves of a folded text: without characters that have marks, and with their base letters.
  private static func reduced(_ folded: FoldedText) -> (rest: FoldedText, base: FoldedText?) {
    var rest: FoldedText = []
    var base: FoldedText = []
    var isWhole = true
    var index = 0
    while index < folded.count {
      let byte = folded[index]
      if byte < 0x80 {
        if isLetter(byte) || isDigit(byte) {
          base.append(byte)
          if !isMark(folded, index + 1) { rest.append(byte) }
        }
        index += 1
        continue
      }
      let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
      if let plain = withoutMark[Array(folded[index..<min(index + length, folded.count)])] {
        base += plain
      } else if !isMark(folded, index), byte != 0xC2, byte != 0xE2 {
        // Not a mark, nor one of the signs of Latin-1 and of general punctuation.
        isWhole = false
      }
      index += length
    }
    return (rest, isWhole ? base : nil)
  }

  /// Letters that have no decomposition, and what conversions put for them.
  private static let withoutMark: [FoldedText: [UInt8]] = Dictionary(
    uniqueKeysWithValues: [
      ("ø", "o"), ("ł", "l"), ("đ", "d"), ("ð", "d"), ("ħ", "h"), ("ı", "i"), ("ß", "ss"), ("æ", "ae"), ("œ", "oe"),
      ("þ", "th"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) })

  /// Whether a combining mark (U+0300 to U+036F) stands at a position.
  private static func isMark(_ text: FoldedText, _ index: Int) -> Bool {
    guard index + 1 < text.count else { return false }
    return text[index] == 0xCC || (text[index] == 0xCD && text[index + 1] <= 0xAF)
  }

  /// Whether a character is one that bytes of other code pages become in a Western one (Windows-1252, 437, 850), or the
  /// sign for one that nothing could be made of.
  private static func isSuspect(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x80...0xFF, 0x152...0x153, 0x160...0x161, 0x178, 0x17D...0x17E, 0x192, 0x131, 0x2C6, 0x2DC: true
    case 0x393...0x3C6, 0x2013...0x203A, 0x2017, 0x207F, 0x20A7, 0x20AC, 0x2122, 0x2219...0x2321: true
    case 0x2500...0x25A0, 0xFFFD: true
    default: false
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}

/// Spellings of a location that stand for others: percent signs, entities, escapes.
enum EncodedNames {
  /// A text with `%20`, `&amp;` and `\u00e9` read as what they stand for, also where they were encoded twice; `nil` where
  /// there is nothing of the kind.
  static func decoded(_ text: String) -> String? {
    var bytes = Array(text.utf8)
    var changed = false
    for _ in 0..<2 {
      guard let next = once(bytes) else { break }
      (bytes, changed) = (next, true)
    }
    return changed ? String(decoding: bytes, as: UTF8.self) : nil
  }

  /// Whether a text has a percent sign before two hexadecimal digits.
  static func isPercentEncoded(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.indices.contains { percent(bytes, $0) != nil }
  }

  private static let entities: [(name: [UInt8], text: [UInt8])] = [
    ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

  private static func once(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "&") }) || hasEscape(bytes) else {
      return nil
    }
    var result: [UInt8] = []
    var changed = false
    var index = 0
    while index < bytes.count {
      if let byte = percent(bytes, index) {
        result.append(byte)
        index += 3
      } else if let entity = entities.first(where: { bytes[index...].starts(with: $0.name) }) {
        result += entity.text
        index += entity.name.count
      } else if let scalar = escape(bytes, index) {
        result += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        index += 6
      } else {
        result.append(bytes[index])
        index += 1
        continue
      }
      changed = true
    }
    return changed ? result : nil
  }

  private static func percent(_ bytes: [UInt8], _ index: Int) -> UInt8? {
    guard bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = digit(bytes[index + 1]),
      let low = digit(bytes[index + 2])
    else { return nil }
    return high << 4 | low
  }

  private static func hasEscape(_ bytes: [UInt8]) -> Bool {
    bytes.indices.contains { escape(bytes, $0) != nil }
  }

  /// The character of `\u00e9`.
  private static func escape(_ bytes: [UInt8], _ index: Int) -> Unicode.Scalar? {
    guard bytes[index] == UInt8(ascii: "\\"), index + 5 < bytes.count, bytes[index + 1] == UInt8(ascii: "u") else {
      return nil
    }
    var value: UInt32 = 0
    for position in (index + 2)...(index + 5) {
      guard let digit = digit(bytes[position]) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value >= 0x80 ? Unicode.Scalar(value) : nil
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70, 97...102: (byte & 0xDF) - 55
    default: nil
    }
  }
}
