import Foundation

/// A word of a folded text and the piece of the text that it stands in.
struct FoldedWord: Equatable, Sendable {
  /// The word in NFKD, lower case, without the accents of Latin letters.
  var text: FoldedText
  /// The number of the piece: brackets begin and end one.
  var segment: Int
  /// Whether the piece stands in brackets.
  var isBracketed: Bool
}

/// Takes texts of tags to words that spellings of the same name share: width, case, composition, Latin accents,
/// apostrophes, punctuation and spaces do not matter; letters of other scripts, their marks and symbols do.
enum TextFolding {
  /// The words of a text, none where it holds nothing but white space.
  static func words(_ text: String) -> [FoldedWord] {
    var collector = WordCollector()
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      for scalar in text.unicodeScalars { collector.take(lower(scalar)) }
    } else {
      for scalar in compatible(text).unicodeScalars {
        // Some lower-case letters are composed again or fold further.
        switch scalar {
        case "ß": for _ in 0..<2 { collector.take("s") }
        case "ς": collector.take("σ")
        case "æ": for letter in "ae".unicodeScalars { collector.take(letter) }
        case "ø": collector.take("o")
        case "ł": collector.take("l")
        case "ı": collector.take("i")
        default: collector.take(scalar)
        }
      }
    }
    let words = collector.finish()
    if !words.isEmpty { return words }
    // A name of nothing but punctuation ("!!!", "?") is a name all the same.
    let marks = text.unicodeScalars.filter { !$0.properties.isWhitespace }
    if marks.isEmpty { return [] }
    var name = FoldedText()
    for mark in marks { name.append(mark) }
    return [FoldedWord(text: name, segment: 0, isBracketed: false)]
  }

  /// The words of a text, one space between two.
  static func joined(_ text: String) -> FoldedText {
    FoldedText.joined(words(text).map(\.text))
  }

  /// A text in NFKD and lower case, its punctuation and spaces as they are.
  static func compatible(_ text: String) -> String {
    text.decomposedStringWithCompatibilityMapping.lowercased()
  }

  private static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    (65...90).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
  }
}

/// Puts scalars together to words.
private struct WordCollector {
  private enum Script {
    case latin
    case other
  }

  private var words: [FoldedWord] = []
  private var current = FoldedText()
  private var script = Script.latin
  private var depth = 0
  private var segment = 0

  mutating func take(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x61...0x7A, 0x30...0x39: append(scalar, .latin)
    // Combining accents: a Latin letter goes without, others (й, ё) are letters of their own with them.
    case 0x300...0x36F: if !current.isEmpty, script == .other { current.append(scalar) }
    // Apostrophes and their stand-ins join what they part.
    case 0x27, 0x60, 0x2018, 0x2019, 0x2032, 0x2BC: break
    case 0x26:
      flush()
      for letter in "and".unicodeScalars { append(letter, .latin) }
      flush()
    case 0x28, 0x5B, 0x7B, 0x3C, 0x3010, 0x300C, 0x300E, 0x3008, 0x300A, 0x3014: bracket(opens: true)
    case 0x29, 0x5D, 0x7D, 0x3E, 0x3011, 0x300D, 0x300F, 0x3009, 0x300B, 0x3015: bracket(opens: false)
    case 0x23, 0x266F: symbol("#")
    case 0x25, 0x40: symbol(scalar)
    // Tildes, bars and the like only part words.
    case 0x7E, 0x7C, 0x301C, 0x20: flush()
    default:
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
        .letterNumber, .otherNumber, .nonspacingMark, .spacingMark:
        append(scalar, .other)
      case .mathSymbol, .currencySymbol, .otherSymbol: symbol(scalar)
      case .format, .enclosingMark: break
      default: flush()
      }
    }
  }

  mutating func finish() -> [FoldedWord] {
    flush()
    return words
  }

  private mutating func append(_ scalar: Unicode.Scalar, _ newScript: Script) {
    // Digits belong to either side; "TVサイズ" is two words.
    let isDigit = (0x30...0x39).contains(scalar.value)
    if !current.isEmpty, newScript != script, !isDigit { flush() }
    if current.isEmpty || !isDigit { script = newScript }
    current.append(scalar)
  }

  private mutating func symbol(_ scalar: Unicode.Scalar) {
    flush()
    current.append(scalar)
    flush()
  }

  private mutating func bracket(opens: Bool) {
    flush()
    depth = max(0, depth + (opens ? 1 : -1))
    segment += 1
  }

  private mutating func flush() {
    guard !current.isEmpty else { return }
    words.append(FoldedWord(text: current, segment: segment, isBracketed: depth > 0))
    current = FoldedText()
    script = .latin
  }
}
