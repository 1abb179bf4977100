import Foundation
import Glibc
import Tracks
import Yams

/// What a reader needs to know beside the value: who `~` is.
struct ReadingContext {
  /// The folder that `~` stands for, or `nil` where there is none.
  var home: FilePath?
}

/// How one kind of value is read from a node and written as YAML, and the words for what it must be.
struct ValueKind<Value> {
  /// What a value must be: continues "KEY must be ".
  var wanted: String
  /// The value that a node spells, or `nil` where it spells none.
  var read: (Node, ReadingContext) -> Value?
  /// The YAML that spells a value, on the key's own line or, starting with a line break, below it; `nil` where no YAML
  /// can.
  var write: (Value) -> String?
}

extension ValueKind<Int> {
  static func whole(_ range: ClosedRange<Int>) -> ValueKind {
    ValueKind(
      wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      read: { node, _ in
        guard let text = node.scalar?.string, text.utf8.allSatisfy({ (48...57).contains($0) }),
          let number = Int(text), range.contains(number)
        else { return nil }
        return number
      },
      write: { String($0) })
  }
}

extension ValueKind<UInt64> {
  static func whole(upTo limit: UInt64) -> ValueKind {
    ValueKind(
      wanted: "a whole number from 0 to \(limit)",
      read: { node, _ in
        guard let text = node.scalar?.string, text.utf8.allSatisfy({ (48...57).contains($0) }),
          let number = UInt64(text), number <= limit
        else { return nil }
        return number
      },
      write: { String($0) })
  }
}

extension ValueKind<Double> {
  static func number(_ range: ClosedRange<Double>) -> ValueKind {
    ValueKind(
      wanted: "a number from \(decimal(range.lowerBound)) to \(decimal(range.upperBound))",
      read: { node, _ in
        guard let text = node.scalar?.string, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }),
          let number = Double(text), range.contains(number)
        else { return nil }
        return number
      },
      write: { decimal($0) })
  }
}

extension ValueKind<Bool> {
  static var onOrOff: ValueKind {
    ValueKind(
      wanted: "on or off",
      read: { node, _ in
        switch node.scalar?.string.lowercased() {
        case "on", "yes", "true": true
        case "off", "no", "false": false
        default: nil
        }
      },
      write: { $0 ? "on" : "off" })
  }
}

extension ValueKind<FilePath> {
  static func path(_ what: String) -> ValueKind {
    ValueKind(
      wanted: "\(what), absolute or starting with ~/",
      read: { node, context in node.scalar.flatMap { absolutePath($0.string, home: context.home) } },
      write: { $0.string.flatMap(quoted) })
  }
}

extension ValueKind<String> {
  /// A name that the system's iconv decodes from.
  static var codePage: ValueKind {
    ValueKind(
      wanted: "a code page that iconv knows, such as windows-1252 or cp932",
      read: { node, _ in
        guard let name = node.scalar?.string, !name.isEmpty,
          name.utf8.allSatisfy({ ($0 | 0x20) >= 97 && ($0 | 0x20) <= 122 || (48...57).contains($0) || $0 == 45 })
        else { return nil }
        let descriptor = iconv_open("UTF-8", name)
        guard descriptor != iconv_t(bitPattern: -1) else { return nil }
        iconv_close(descriptor)
        return name
      },
      write: { $0 })
  }

  /// A name of the time zone database.
  static var timeZone: ValueKind {
    ValueKind(
      wanted: "a time zone such as Europe/Berlin",
      read: { node, _ in
        guard let name = node.scalar?.string, TimeZone(identifier: name) != nil else { return nil }
        return name
      },
      write: { $0 })
  }
}

extension ValueKind where Value: RawRepresentable<String> & CaseIterable {
  /// One of the enumeration's words.
  static var word: ValueKind { word(of: Array(Value.allCases)) }

  /// One of some of the enumeration's words.
  static func word(of allowed: [Value]) -> ValueKind {
    let words = allowed.map(\.rawValue)
    return ValueKind(
      wanted: words.dropLast().joined(separator: ", ") + " or " + words.suffix(1).joined(),
      read: { node, _ in
        node.scalar.flatMap { words.contains($0.string) ? Value(rawValue: $0.string) : nil }
      },
      write: { $0.rawValue })
  }
}

extension ValueKind {
  /// A value that may be absent; where it is there, it is of `kind`.
  static func optional<Wrapped>(_ kind: ValueKind<Wrapped>) -> ValueKind<Wrapped?> where Value == Wrapped? {
    ValueKind<Wrapped?>(
      wanted: kind.wanted,
      read: { node, context in kind.read(node, context).map(Optional.some) },
      write: { $0.flatMap(kind.write) })
  }
}

extension ValueKind<[String]> {
  /// A list of texts. A key without a value is an empty list.
  static func texts(_ what: String) -> ValueKind {
    ValueKind(
      wanted: "a list of \(what)",
      read: { node, _ in
        readList(node) { $0.scalar.flatMap { $0.string.isEmpty ? nil : $0.string } }
      },
      write: { writeList($0.map(quoted)) })
  }
}

extension ValueKind<[FilePath]> {
  /// A list of paths, at least one unless there may be none.
  static func paths(_ what: String, mayBeNone: Bool = false) -> ValueKind {
    ValueKind(
      wanted: "a list of \(what), each absolute or starting with ~/",
      read: { node, context in
        let paths = readList(node) { $0.scalar.flatMap { absolutePath($0.string, home: context.home) } }
        return paths.flatMap { $0.isEmpty && !mayBeNone ? nil : $0 }
      },
      write: { writeList($0.map { $0.string.flatMap(quoted) }) })
  }
}

extension ValueKind<[Settings.PathRule]> {
  /// A mapping of Windows folders to folders here.
  static var pathRules: ValueKind {
    ValueKind(
      wanted: "a mapping of Windows folders to absolute folders here, such as 'D:\\Music': /srv/music",
      read: { node, context in
        if isNull(node) { return [] }
        guard case .mapping(let mapping) = node else { return nil }
        var rules: [Settings.PathRule] = []
        for (key, value) in mapping {
          guard let windows = key.scalar?.string, isWindowsFolder(windows),
            let here = value.scalar.flatMap({ absolutePath($0.string, home: context.home) })
          else { return nil }
          rules.append(Settings.PathRule(windows: windows, here: here))
        }
        return rules
      },
      write: { rules in
        if rules.isEmpty { return "{}" }
        var text = ""
        for rule in rules {
          guard let windows = quoted(rule.windows), let here = rule.here.string.flatMap(quoted) else { return nil }
          text += "\n  \(windows): \(here)"
        }
        return text
      })
  }
}

/// The elements of a list, or `nil` where the node is no list or an element cannot be read.
private func readList<Element>(_ node: Node, _ read: (Node) -> Element?) -> [Element]? {
  if isNull(node) { return [] }
  guard case .sequence(let sequence) = node else { return nil }
  var elements: [Element] = []
  for child in sequence {
    guard let element = read(child) else { return nil }
    elements.append(element)
  }
  return elements
}

/// A list on one line, or `nil` where an element cannot be written.
private func writeList(_ elements: [String?]) -> String? {
  let written = elements.compactMap { $0 }
  return written.count == elements.count ? "[" + written.joined(separator: ", ") + "]" : nil
}

/// Whether a key stands there without a value.
func isNull(_ node: Node) -> Bool {
  guard case .scalar(let scalar) = node else { return false }
  return scalar.style == .plain && (scalar.string.isEmpty || scalar.string == "~" || scalar.string == "null")
}

/// A number as people write it: `6`, `0.6`, never with an exponent within the ranges used here.
private func decimal(_ number: Double) -> String {
  number == number.rounded() && number.magnitude < 1e15 ? String(Int(number)) : String(number)
}

/// An absolute path without a trailing slash, or `nil` where the text spells none.
private func absolutePath(_ text: String, home: FilePath?) -> FilePath? {
  var bytes = Array(text.utf8)
  if text.utf8.elementsEqual("~".utf8) || text.utf8.starts(with: "~/".utf8) {
    guard let home else { return nil }
    bytes = home.bytes + bytes.dropFirst()
  }
  guard bytes.first == UInt8(ascii: "/"), !bytes.contains(0) else { return nil }
  while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
  return FilePath(bytes: bytes)
}

/// Whether a text is a drive (`D:`), a folder on one (`D:\Music`, `D:/Music`), a share (`\\nas\music`, `smb://nas/music`), a
/// folder of a server (`ftp://nas/music`) or an absolute folder of another machine (`/Volumes/Music`). No name and no
/// password of a user belongs there.
private func isWindowsFolder(_ text: String) -> Bool {
  let bytes = Array(text.utf8)
  if let scheme = ["smb://", "ftp://", "ftps://", "dav://", "davs://"].first(where: { text.lowercased().hasPrefix($0) })
  {
    let names = bytes.dropFirst(scheme.utf8.count).split(separator: UInt8(ascii: "/"))
    return names.count >= (scheme == "smb://" ? 2 : 1) && !names[0].contains(UInt8(ascii: "@"))
  }
  if bytes.starts(with: #"\\"#.utf8) { return bytes.count > 2 }
  if bytes.first == UInt8(ascii: "/") { return true }
  guard bytes.count >= 2, bytes[1] == UInt8(ascii: ":"), (97...122).contains(bytes[0] | 0x20) else { return false }
  return bytes.count == 2 || bytes[2] == UInt8(ascii: "\\") || bytes[2] == UInt8(ascii: "/")
}

/// A text as a quoted YAML scalar that reads back as the same scalars, or `nil` where none does.
func quoted(_ text: String) -> String? {
  let scalars = text.unicodeScalars
  // Yams takes a byte order mark off the beginning of any scalar.
  if scalars.first == "\u{FEFF}" { return nil }
  if scalars.allSatisfy(isPrintable) {
    return "'" + text.replacingOccurrences(of: "'", with: "''", options: .literal) + "'"
  }
  var written = "\""
  for scalar in scalars {
    switch scalar {
    case "\0": return nil
    case "\"": written += "\\\""
    case "\\": written += "\\\\"
    case _ where isPrintable(scalar): written.unicodeScalars.append(scalar)
    default:
      let digits = String(scalar.value, radix: 16)
      written += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }
  }
  return written + "\""
}

/// Whether a scalar may stand for itself inside quotes on one line.
private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
  default: false
  }
}
