import Foundation
import Tracks

/// Text made comparable across file systems: as UTF-8 in canonical decomposition with simple case folding. Only for
/// comparing: files are opened by their real names.
typealias FoldedText = [UInt8]

/// Makes texts and paths comparable.
enum Folding {
  /// A folded text.
  static func text(_ text: some StringProtocol) -> FoldedText {
    var result: FoldedText = []
    let utf8 = text.utf8
    let done: Void? = utf8.withContiguousStorageIfAvailable { fold($0, into: &result) }
    if done == nil { Array(utf8).withUnsafeBufferPointer { fold($0, into: &result) } }
    return result
  }

  /// A folded name of a file or folder, without the trailing dots and spaces that Windows drops, nor what CIFS mounts
  /// and Macs write for them. A name of nothing else keeps them.
  static func component(_ name: some StringProtocol) -> FoldedText {
    var result = text(name)
    dropTrailingDots(&result, from: 0)
    return result
  }

  /// A folded path of this machine, every name of it folded as by `component`.
  static func path(_ path: FilePath) -> FoldedText {
    var result: FoldedText = []
    result.reserveCapacity(path.bytes.count + 8)
    path.bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      while true {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
        let from = result.count
        fold(UnsafeBufferPointer(rebasing: bytes[start..<end]), into: &result)
        dropTrailingDots(&result, from: from)
        if end == bytes.count { return }
        result.append(UInt8(ascii: "/"))
        start = end + 1
      }
    }
    return result
  }

  /// What stands for a space (U+F028) and a dot (U+F029) at the end of a name.
  private static let trailingStandIns = ["\u{F028}", "\u{F029}"].map { Array($0.utf8) }

  private static func dropTrailingDots(_ name: inout FoldedText, from start: Int) {
    var end = name.count
    while end > start {
      if name[end - 1] == UInt8(ascii: ".") || name[end - 1] == 0x20 {
        end -= 1
      } else if end - start >= 3, trailingStandIns.contains(where: { name[(end - 3)..<end].elementsEqual($0) }) {
        end -= 3
      } else {
        break
      }
    }
    if end > start { name.removeLast(name.count - end) }
  }

  private static func fold(_ bytes: UnsafeBufferPointer<UInt8>, into result: inout FoldedText) {
    guard let foreign = bytes.firstIndex(where: { $0 >= 0x80 }) else {
      result.append(contentsOf: bytes.lazy.map { (65...90).contains($0) ? $0 | 0x20 : $0 })
      return
    }
    result.append(contentsOf: bytes[..<foreign].lazy.map { (65...90).contains($0) ? $0 | 0x20 : $0 })
    let table = FoldingTable.shared
    var isInOrder = true
    var previousClass: UInt8 = 0
    let from = result.count
    var decoder = UTF8()
    var rest = bytes[foreign...].makeIterator()
    scalars: while true {
      let scalar: Unicode.Scalar
      switch decoder.decode(&rest) {
      case .scalarValue(let value): scalar = value
      case .emptyInput: break scalars
      case .error: scalar = "\u{FFFD}"
      }
      let combining = table.append(scalar, to: &result)
      if combining > 0, combining < previousClass { isInOrder = false }
      previousClass = combining
    }
    if !isInOrder { result.replaceSubrange(from..., with: ordered(Array(result[from...]))) }
  }

  /// Combining marks in canonical order, which the marks of one character need only where there are several.
  private static func ordered(_ text: FoldedText) -> FoldedText {
    Array(String(decoding: text, as: UTF8.self).decomposedStringWithCanonicalMapping.utf8)
  }

  /// A folded text in which every character that some file system or program replaces, and everything it is replaced
  /// by, has become one sign; several of a kind in a row are one.
  static func skeleton(_ text: FoldedText) -> FoldedText {
    var result: FoldedText = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let byte = text[index]
      var length = 1
      var sign: UInt8?
      if byte < 0x80 {
        sign = asciiSign(byte)
      } else {
        length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        sign = foreignSign(text[index..<min(index + length, text.count)])
      }
      if byte == UInt8(ascii: "."), result.last == byte || (result.last == 1 && text[index - 1] == byte) {
        // Two dots and more are what becomes of an ellipsis.
        result[result.count - 1] = 1
        if result.count > 1, result[result.count - 2] == 1 { result.removeLast() }
      } else if let sign {
        if result.last != sign { result.append(sign) }
      } else {
        result.append(contentsOf: text[index..<min(index + length, text.count)])
      }
      index += length
    }
    return result
  }

  /// The sign of an ASCII character that Windows forbids or that programs write instead; dashes and waves, which
  /// Japanese code pages confuse with others, have signs of their own.
  private static func asciiSign(_ byte: UInt8) -> UInt8? {
    switch byte {
    // " ' * : < > ? \ _ ` |
    case 0x00...0x1F, 0x7F, 0x22, 0x27, 0x2A, 0x3A, 0x3C, 0x3E, 0x3F, 0x5C, 0x5F, 0x60, 0x7C: 1
    case 0x2D: 2
    case 0x7E: 3
    default: nil
    }
  }

  /// The sign of a character that stands in for a forbidden one: in Samba's `catia` map, in the private area that CIFS
  /// mounts and Macs use, or as a look-alike that rippers choose.
  private static func foreignSign(_ bytes: ArraySlice<UInt8>) -> UInt8? {
    guard let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first else { return nil }
    switch scalar.value {
    case 0xFFFD, 0xA4, 0xA6, 0xA8, 0xAB, 0xB4, 0xBB, 0xBF, 0xF7, 0xF000...0xF0FF: return 1
    case 0xFF02, 0xFF07, 0xFF0A, 0xFF0F, 0xFF1A, 0xFF1C, 0xFF1E, 0xFF1F, 0xFF3C, 0xFF5C: return 1  // full width
    case 0x2018...0x201F, 0x2032, 0x2033, 0x2039, 0x203A: return 1  // quotes
    case 0x2024...0x2026, 0x2044, 0x2215, 0x2216, 0x2223, 0x2236, 0x29F8, 0xA789: return 1
    case 0x02C8, 0x02D0, 0x0294, 0x204E, 0x2217, 0x22C6, 0x2758, 0x01C0: return 1
    case 0x2010...0x2015, 0x2212, 0xFF0D: return 2
    case 0x223C, 0x301C, 0xFF5E: return 3
    default: return nil
    }
  }
}
