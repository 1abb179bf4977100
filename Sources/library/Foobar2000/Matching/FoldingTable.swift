import Foundation

/// What each character becomes when it is decomposed and folded, worked out once.
///
/// Folding is simple: a character's upper case's lower case where both are single characters, as file systems compare.
final class FoldingTable: Sendable {
  static let shared = FoldingTable()

  /// Characters that have no case and no decomposition: most of Chinese, Japanese and Yi, and what nobody assigned.
  private static let unchanged: [ClosedRange<UInt32>] = [
    0x3100...0xA63F, 0xAC00...0xF8FF, 0xFE00...0xFF20, 0xFF3B...0xFF40, 0xFF5B...0xFFFF,
  ]

  /// For every character of the basic plane: 0 where it stays, else 1 + its position in `expansions`.
  private let indexes: [UInt16]
  private let expansions: [[UInt8]]
  private let classes: [UInt8]

  private init() {
    var indexes = [UInt16](repeating: 0, count: 0x10000)
    var classes = [UInt8](repeating: 0, count: 0x10000)
    var expansions: [[UInt8]] = []
    for value in UInt32(0x80)...0xFFFF where !Self.unchanged.contains(where: { $0.contains(value) }) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      classes[Int(value)] = scalar.properties.canonicalCombiningClass.rawValue
      let expansion = Self.expansion(scalar)
      if expansion != Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter) {
        expansions.append(expansion)
        indexes[Int(value)] = UInt16(expansions.count)
      }
    }
    self.indexes = indexes
    self.classes = classes
    self.expansions = expansions
  }

  /// Appends what a character becomes and returns the combining class of its last part.
  func append(_ scalar: Unicode.Scalar, to result: inout FoldedText) -> UInt8 {
    switch scalar.value {
    case 0..<0x80:
      let byte = UInt8(scalar.value)
      result.append((65...90).contains(byte) ? byte | 0x20 : byte)
      return 0
    case 0xAC00...0xD7A3:
      appendHangul(scalar.value - 0xAC00, to: &result)
      return 0
    case 0x10000...:
      result.append(contentsOf: Self.expansion(scalar))
      return scalar.properties.canonicalCombiningClass.rawValue
    default:
      let index = indexes[Int(scalar.value)]
      if index > 0 {
        result.append(contentsOf: expansions[Int(index) - 1])
      } else {
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
      return classes[Int(scalar.value)]
    }
  }

  /// A Hangul syllable by its number, as its two or three letters (The Unicode Standard, section 3.12).
  private func appendHangul(_ syllable: UInt32, to result: inout FoldedText) {
    let tail = syllable % 28
    for value in [0x1100 + syllable / 588, 0x1161 + syllable % 588 / 28] + (tail > 0 ? [0x11A7 + tail] : []) {
      result.append(
        contentsOf: Unicode.Scalar(value).flatMap { UTF8.encode($0) } ?? UTF8.encodedReplacementCharacter)
    }
  }

  private static func expansion(_ scalar: Unicode.Scalar) -> [UInt8] {
    var folded = String.UnicodeScalarView()
    for part in String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars { folded.append(fold(part)) }
    return Array(String(folded).decomposedStringWithCanonicalMapping.utf8)
  }

  private static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    // Dotless i would become i, another letter to every file system.
    if scalar.value == 0x131 { return scalar }
    let upper = single(scalar.properties.uppercaseMapping) ?? scalar
    return single(upper.properties.lowercaseMapping) ?? scalar
  }

  private static func single(_ text: String) -> Unicode.Scalar? {
    let scalars = text.unicodeScalars
    guard let first = scalars.first, scalars.index(after: scalars.startIndex) == scalars.endIndex else { return nil }
    return first
  }
}
