import Tracks

/// Tells lines of a playlist that begin with `#`: directives and comments from relative paths whose first name begins so.
enum HashLine {
  /// Whether a line is such a path: it is no directive, what follows the `#` is no path that somebody took out of the
  /// list, and it ends like a file that is played.
  ///
  /// - Parameter isDescribed: Whether an `#EXTINF` before it still waits for its track.
  static func isLocation(_ line: String, isDescribed: Bool) -> Bool {
    guard line.utf8.first == UInt8(ascii: "#"), !isDirective(line) else { return false }
    let rest = String(line.dropFirst())
    let bare = String(rest.drop { $0 == " " || $0 == "\t" || $0 == "#" })
    guard !bare.isEmpty, LocationString.scheme(of: bare) == nil else { return false }
    if let path = ForeignPath(bare) {
      guard path.root == .relative else { return false }
    } else {
      return false
    }
    let hasFolder = rest.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
    // A remark may end in the name of a file.
    if rest.utf8.first == 0x20, !hasFolder, !isDescribed { return false }
    let location = LocationString.location(line).path
    let type = FilePath(location).fileExtension.prefix { $0 != "," }
    return Recognition.audioTypes.contains(String(type)) || PlaylistText.containers.contains(String(type))
  }

  /// Whether a line is one that players write for each other: `#EXTM3U`, `#EXTINF:...`, `#PLAYLIST:...`.
  static func isDirective(_ line: String) -> Bool {
    let name = line.utf8.dropFirst().prefix { byte in
      (65...90).contains(byte & 0xDF) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "_")
    }
    guard let first = name.first, (65...90).contains(first & 0xDF) else { return false }
    let after = line.utf8[name.endIndex...].first
    if after == UInt8(ascii: ":") { return true }
    let isExtended = name.prefix(3).elementsEqual("EXT".utf8) { $0 & 0xDF == $1 }
    return isExtended && (after == nil || after == 0x20 && !line.utf8.contains { $0 == 0x2F || $0 == 0x5C })
  }
}
