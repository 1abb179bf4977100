import Tracks

/// Text made comparable across file systems. Only for comparing: files are opened by their real names.
enum Folding {
  /// Simple case folding. Results are compared with `==`, which holds composed and decomposed characters equal.
  static func folded(_ text: some StringProtocol) -> String {
    var isPlain = true
    for byte in text.utf8 where byte >= 0x80 || (65...90).contains(byte) {
      isPlain = false
      break
    }
    if isPlain { return String(text) }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(folded(scalar)) }
    return String(result)
  }

  /// A scalar's simple folding: its upper case's lower case where both are single scalars, as file systems compare.
  static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.value < 0x80 {
      return (65...90).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
    }
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

  /// A folded name of a file or folder, without the trailing dots and spaces that Windows drops.
  static func component(_ name: some StringProtocol) -> String {
    let folded = folded(name)
    let kept = folded.unicodeScalars.reversed().drop { $0 == "." || $0 == " " }
    if kept.isEmpty || kept.count == folded.unicodeScalars.count { return folded }
    return String(String.UnicodeScalarView(kept.reversed()))
  }

  /// A folded name in which every character that some file system or program replaces, and everything it is replaced
  /// by, has become one sign; several of a kind in a row are one.
  static func skeleton(_ name: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      let sign = sign(of: scalar) ?? scalar
      if sign != scalar, result.last == sign { continue }
      if sign == ".", result.last == "." || result.last == "\u{1}" {
        // Two dots and more are what becomes of an ellipsis.
        result.removeLast()
        result.append("\u{1}")
        continue
      }
      result.append(sign)
    }
    return String(result)
  }

  /// The sign of a character that is forbidden on Windows, or that stands in for one: in Samba's `catia` map, in the
  /// private area that CIFS mounts and Macs use, or as a look-alike that rippers choose. Dashes and waves, which
  /// Japanese code pages confuse, have signs of their own.
  private static func sign(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x00...0x1F, 0x7F, 0xFFFD: "\u{1}"
    case 0x22, 0x27, 0x2A, 0x3A, 0x3C, 0x3E, 0x3F, 0x5C, 0x5F, 0x60, 0x7C: "\u{1}"  // " ' * : < > ? \ _ ` |
    case 0xA4, 0xA6, 0xA8, 0xAB, 0xB4, 0xBB, 0xBF, 0xF7, 0xFF: "\u{1}"  // vfs_catia, acute accent
    case 0xF000...0xF0FF: "\u{1}"  // SFM and SFU
    case 0xFF02, 0xFF07, 0xFF0A, 0xFF0F, 0xFF1A, 0xFF1C, 0xFF1E, 0xFF1F, 0xFF3C, 0xFF5C: "\u{1}"  // full width
    case 0x2018...0x201F, 0x2032, 0x2033, 0x2039, 0x203A: "\u{1}"  // quotes
    case 0x2024...0x2026, 0x2044, 0x2215, 0x2216, 0x2223, 0x2236, 0x29F8, 0xA789: "\u{1}"
    case 0x02C8, 0x02D0, 0x0294, 0x204E, 0x2217, 0x22C6, 0x2758, 0x01C0: "\u{1}"
    case 0x2D, 0x2010...0x2015, 0x2212, 0xFF0D: "\u{2}"
    case 0x7E, 0x223C, 0x301C, 0xFF5E: "\u{3}"
    default: nil
    }
  }
}
