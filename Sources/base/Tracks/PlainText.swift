extension String {
  /// The text as a person may be shown it on one line, on a terminal, in a log or in a list: nothing in it steers a
  /// terminal, begins a line of its own, or turns the direction of what stands beside it. Names of files may hold anything.
  ///
  /// Controls below U+0020 and U+007F become their pictures (U+2400 and on), other characters of that kind `<U+202E>`. It is
  /// for people alone: a name is not found again by it.
  public var plain: String { plain(keepsLines: false) }

  /// As `plain`, but line feeds stay: for words of this program's own that take several lines.
  public var plainLines: String { plain(keepsLines: true) }

  private func plain(keepsLines: Bool) -> String {
    guard unicodeScalars.contains(where: { $0.steersText && !(keepsLines && $0 == "\n") }) else { return self }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if !scalar.steersText || keepsLines && scalar == "\n" {
        result.append(scalar)
      } else {
        result.append(contentsOf: scalar.shown.unicodeScalars)
      }
    }
    return String(result)
  }
}

extension Unicode.Scalar {
  /// Whether the character does something to the text around it instead of being seen: controls (C0, DEL and C1), line and
  /// paragraph separators, marks of direction, and marks of annotations.
  public var steersText: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x206F: true
    case 0xFFF9...0xFFFB: true
    default: false
    }
  }

  /// What is shown instead of a character that steers text.
  public var shown: String {
    switch value {
    case 0..<0x20: String(Unicode.Scalar(0x2400 + value) ?? self)
    case 0x7F: "\u{2421}"
    default:
      "<U+" + String(repeating: "0", count: max(0, 4 - String(value, radix: 16).count))
        + String(value, radix: 16, uppercase: true) + ">"
    }
  }
}
