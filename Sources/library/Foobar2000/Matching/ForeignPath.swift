/// A path as foobar2000 names it, taken apart: where it starts and the names that follow.
struct ForeignPath: Equatable {
  /// Where a path starts.
  enum Root: Hashable {
    /// A drive, by its upper-case letter.
    case drive(UInt8)
    /// A share of a Windows server, folded.
    case share(server: FoldedText, name: FoldedText)
    /// A server of files, folded, by its protocol.
    case server(String, FoldedText)
    /// The root of a Unix file system.
    case unix
    /// Wherever the playlist lies.
    case relative
  }

  let root: Root
  /// The names as they are written, without empty ones and `.`, with `..` resolved where something precedes it.
  let components: [String]
  /// The number of `..` that nothing precedes; 0 unless the path is relative.
  let ascents: Int

  /// A native path, or `nil` for one that depends on a drive's current folder (`C:a.mp3`) and for none at all. Both
  /// kinds of slash separate names, but only `/` does in Unix paths. A path that starts with a single backslash is
  /// relative: nobody knows its drive. `smb://nas/music` is the share `\\nas\music`.
  init?(_ text: String) {
    if let (name, rest) = LocationString.server(text) {
      guard let path = ForeignPath(protocol: name, rest) else { return nil }
      self = path
      return
    }
    let text = text.utf8.starts(with: "file:///".utf8) ? Self.path(ofURL: text) : text
    let slash = UInt8(ascii: "/")
    let backslash = UInt8(ascii: "\\")
    var bytes = Array(text.utf8)
    var isOfWine = false
    if bytes.starts(with: #"\\?\unix\"#.utf8) || bytes.starts(with: #"\\.\unix\"#.utf8) {
      // Wine's name for the root of the machine that it runs on.
      bytes.replaceSubrange(..<9, with: [slash])
      isOfWine = true
    } else if bytes.starts(with: #"\\?\UNC\"#.utf8) {
      bytes.replaceSubrange(..<8, with: [backslash, backslash])
    } else if bytes.starts(with: #"\\?\"#.utf8) || bytes.starts(with: #"\\.\"#.utf8) {
      bytes.removeFirst(4)
    }
    func isSlash(_ index: Int) -> Bool {
      index < bytes.count && (bytes[index] == slash || bytes[index] == backslash)
    }
    var names: ArraySlice<String>
    if bytes.count >= 2, bytes[1] == UInt8(ascii: ":"), (65...90).contains(bytes[0] & 0xDF) {
      guard bytes.count == 2 || isSlash(2) else { return nil }
      root = .drive(bytes[0] & 0xDF)
      names = Self.names(bytes.dropFirst(2))
    } else if isSlash(0), isSlash(1), !isSlash(2) {
      names = Self.names(bytes[...])
      guard let server = names.popFirst(), let share = names.popFirst() else { return nil }
      root = .share(server: Folding.text(server), name: Folding.text(share))
    } else if bytes.first == slash {
      root = .unix
      names = Self.names(bytes[...], backslashSeparates: isOfWine)
    } else {
      root = .relative
      names = Self.names(bytes[...])
      if names.isEmpty { return nil }
    }
    (components, ascents) = Self.resolved(names, isRelative: root == .relative)
  }

  /// A path on a server: the server's name, without a port, and for `smb` the share's.
  private init?(protocol name: String, _ rest: Substring) {
    var names = Self.names(Array(rest.utf8)[...])
    guard let first = names.popFirst(), let host = first.split(separator: ":").first else { return nil }
    if name == "smb" {
      guard let share = names.popFirst() else { return nil }
      root = .share(server: Folding.text(String(host)), name: Folding.text(share))
    } else {
      root = .server(name, Folding.text(String(host)))
    }
    (components, ascents) = Self.resolved(names, isRelative: false)
  }

  /// The path that `file:///` is followed by: `/C:/a` is one on a drive.
  private static func path(ofURL text: String) -> String {
    let path = Array(text.utf8.dropFirst(7))
    let isDrive = path.count > 2 && path[2] == UInt8(ascii: ":") && (65...90).contains(path[1] & 0xDF)
    return String(decoding: isDrive ? path[1...] : path[...], as: UTF8.self)
  }

  private static func resolved(_ names: ArraySlice<String>, isRelative: Bool) -> ([String], ascents: Int) {
    var components: [String] = []
    var ascents = 0
    for name in names where name != "." {
      if name != ".." {
        components.append(name)
      } else if !components.isEmpty {
        components.removeLast()
      } else if isRelative {
        ascents += 1
      }
    }
    return (components, ascents)
  }

  private static func names(_ bytes: ArraySlice<UInt8>, backslashSeparates: Bool = true) -> ArraySlice<String> {
    bytes.split { $0 == UInt8(ascii: "/") || (backslashSeparates && $0 == UInt8(ascii: "\\")) }
      .map { String(decoding: $0, as: UTF8.self) }[...]
  }

  /// The start of the path in the words of its own system: the root and the first `count` names.
  func prefix(_ count: Int) -> String {
    let names = components.prefix(count)
    switch root {
    case .drive(let letter):
      return String(UnicodeScalar(letter)) + ":\\" + names.joined(separator: "\\")
    case .share(let server, let name):
      let start = "\\\\" + String(decoding: server, as: UTF8.self)
      return ([start, String(decoding: name, as: UTF8.self)] + names).joined(separator: "\\")
    case .server(let name, let server):
      return name + "://" + ([String(decoding: server, as: UTF8.self)] + names).joined(separator: "/")
    case .unix: return "/" + names.joined(separator: "/")
    case .relative: return names.joined(separator: "\\")
    }
  }
}
