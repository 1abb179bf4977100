import Tracks

/// Locations as foobar2000 stores them: a native path, or a scheme with whatever it needs.
enum LocationString {
  /// The native location that a text names. Escapes like `%20` are left alone: foobar2000 writes none.
  ///
  /// - `file://` and `exttag_off://` are dropped, `/C:\a` becomes `C:\a`;
  /// - `file-relative://` becomes the relative path;
  /// - `mac-volume://UUID/mount/...` becomes `/Volumes/mount/...`;
  /// - `unpack://zip|LENGTH|ARCHIVE|inner` becomes `ARCHIVE|inner`, as foobar2000 displays it;
  /// - any other scheme stays, and names no file.
  static func native(_ text: String, depth: Int = 0) -> String {
    guard let scheme = scheme(of: text) else { return text }
    let rest = String(text.utf8.dropFirst(scheme.utf8.count + 3)) ?? ""
    switch scheme.lowercased() {
    case "file": return withoutSlashBeforeDrive(rest)
    case "file-relative": return rest
    case "exttag_off" where depth < 4: return native(rest, depth: depth + 1)
    case "mac-volume":
      guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { return text }
      return "/Volumes" + rest[slash...]
    case "unpack" where depth < 4: return archive(rest, depth: depth) ?? text
    default: return text
    }
  }

  /// The scheme of a location, without `://`; `nil` for a path. A drive letter is no scheme.
  static func scheme(of text: String) -> String? {
    var length = 0
    for byte in text.utf8.prefix(40) {
      switch byte {
      case 65...90, 97...122: break
      case 48...57, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        if length == 0 { return nil }
      case UInt8(ascii: ":"):
        let after = text.utf8.dropFirst(length)
        guard length >= 2, after.starts(with: "://".utf8) else { return nil }
        return String(text.utf8.prefix(length))
      default: return nil
      }
      length += 1
    }
    return nil
  }

  /// A location with the number of the track inside it, in any spelling that names it unmistakably: `N+location`,
  /// `location<TAB>N`, `location|subsong:N`.
  static func location(_ text: String) -> ListeningRecord.Location {
    let bytes = Array(text.utf8)
    if let plus = bytes.prefix(11).firstIndex(of: UInt8(ascii: "+")), plus > 0,
      let number = decimal(bytes[..<plus])
    {
      let rest = String(decoding: bytes[(plus + 1)...], as: UTF8.self)
      // `10+file://` is foobar2000's own handle; `10+1.flac` is a name.
      if scheme(of: rest) != nil { return .init(path: native(rest), subsong: number) }
    }
    if let tab = bytes.lastIndex(of: 0x09), let number = decimal(bytes[(tab + 1)...]) {
      return .init(path: native(String(decoding: bytes[..<tab], as: UTF8.self)), subsong: number)
    }
    let mark = Array("|subsong:".utf8)
    if let digits = bytes.lastIndex(of: UInt8(ascii: ":")), digits + 1 >= mark.count,
      Array(bytes[(digits + 1 - mark.count)...digits]) == mark, let number = decimal(bytes[(digits + 1)...])
    {
      let path = String(decoding: bytes[..<(digits + 1 - mark.count)], as: UTF8.self)
      return .init(path: native(path), subsong: number)
    }
    return .init(path: native(text))
  }

  /// The number that decimal digits spell, up to 9 of them.
  static func decimal(_ digits: some Collection<UInt8>) -> Int? {
    guard (1...9).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }

  private static func withoutSlashBeforeDrive(_ path: String) -> String {
    let start = Array(path.utf8.prefix(3))
    guard start.count == 3, start[0] == UInt8(ascii: "/"), start[2] == UInt8(ascii: ":"),
      (65...90).contains(start[1] & 0xDF)
    else { return path }
    return String(path.dropFirst())
  }

  private static func archive(_ rest: String, depth: Int) -> String? {
    let bytes = Array(rest.utf8)
    guard let type = bytes.firstIndex(of: UInt8(ascii: "|")) else { return nil }
    let lengthStart = type + 1
    guard let bar = bytes[lengthStart...].firstIndex(of: UInt8(ascii: "|")),
      let length = decimal(bytes[lengthStart..<bar]), bar + 1 + length < bytes.count,
      bytes[bar + 1 + length] == UInt8(ascii: "|")
    else { return nil }
    let outer = String(decoding: bytes[(bar + 1)..<(bar + 1 + length)], as: UTF8.self)
    let inner = String(decoding: bytes[(bar + 2 + length)...], as: UTF8.self)
    return native(outer, depth: depth + 1) + "|" + inner
  }
}
