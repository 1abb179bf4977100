import Tracks

/// Locations as foobar2000 stores them: a native path, or a scheme with whatever it needs.
enum LocationString {
  /// The native location that a text names. Escapes like `%20` are left alone: foobar2000 writes none.
  ///
  /// - `file://` and `exttag_off://` are dropped, `/C:\a` becomes `C:\a`; but `file:///` before a path with escapes stays:
  ///   other players write them (`readings`);
  /// - `smb://`, `ftp://`, `ftps://`, `dav://` and `davs://` lose the name and the password of the user;
  /// - `file-relative://` becomes the relative path;
  /// - `mac-volume://UUID/mount/...` becomes `/Volumes/mount/...`;
  /// - `unpack://zip|LENGTH|ARCHIVE|inner` becomes `ARCHIVE|inner`, as foobar2000 displays it;
  /// - any other scheme stays, and names no file.
  static func native(_ text: String, depth: Int = 0) -> String {
    guard let scheme = scheme(of: text) else { return text }
    let rest = String(text.utf8.dropFirst(scheme.utf8.count + 3)) ?? ""
    switch scheme.lowercased() {
    case "file" where rest.utf8.first == UInt8(ascii: "/") && EncodedNames.isPercentEncoded(rest):
      return "file://" + rest
    case "file": return withoutSlashBeforeDrive(rest)
    case let name where servers[name] != nil: return name + "://" + withoutUser(rest)
    case "file-relative": return rest
    case "exttag_off" where depth < 4: return native(rest, depth: depth + 1)
    case "mac-volume":
      guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { return text }
      return "/Volumes" + rest[slash...]
    case "unpack" where depth < 4: return archive(rest, depth: depth) ?? text
    default: return text
    }
  }

  /// The schemes of servers whose folders foobar2000 indexes, each with what it is called whether encrypted or not.
  private static let servers = ["smb": "smb", "ftp": "ftp", "ftps": "ftp", "dav": "dav", "davs": "dav"]

  /// The scheme of a location that names no file anywhere: a stream's, a disc's.
  static func streamScheme(of text: String) -> String? {
    scheme(of: text).flatMap { $0.lowercased() == "file" || servers[$0.lowercased()] != nil ? nil : $0 }
  }

  /// The protocol of a server, and what follows `://`; `nil` for any other location.
  static func server(_ text: String) -> (protocol: String, rest: Substring)? {
    guard let scheme = scheme(of: text), let name = servers[scheme.lowercased()] else { return nil }
    return (name, text[text.utf8.index(text.startIndex, offsetBy: scheme.utf8.count + 3)...])
  }

  /// The ways to read a location, the likelier first: as it is, and where it is a URL with its escapes read.
  static func readings(_ text: String) -> [String] {
    guard let scheme = scheme(of: text), scheme.lowercased() == "file" || servers[scheme.lowercased()] != nil,
      let decoded = decoded(text)
    else { return [text] }
    return [text, decoded]
  }

  /// A text with its escapes such as `%20` read; `nil` where it has none, or where what they spell is not UTF-8.
  private static func decoded(_ text: String) -> String? {
    guard EncodedNames.isPercentEncoded(text) else { return nil }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      let isEscape = byte == UInt8(ascii: "%") && digits.count == 2 && digits.allSatisfy { UInt8(ascii: "+") != $0 }
      if isEscape, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), value != 0 {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// What follows `://` without `user:password@`. A password may hold slashes and at signs that nobody encoded.
  private static func withoutUser(_ rest: String) -> String {
    let bytes = Array(rest.utf8)
    let authority = bytes.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
    var end = authority.lastIndex(of: UInt8(ascii: "@"))
    if end == nil, let colon = authority.firstIndex(of: UInt8(ascii: ":")),
      !authority[(colon + 1)...].allSatisfy({ (48...57).contains($0) })
    {
      // What stands behind the colon is no port, so it begins a password.
      end = bytes.firstIndex(of: UInt8(ascii: "@"))
    }
    return end.map { String(decoding: bytes[($0 + 1)...], as: UTF8.self) } ?? rest
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
