import Tracks

/// The names of the live playlists of foobar2000 2, which `index.txt` keeps beside them.
enum PlaylistIndex {
  /// The name that `index.txt` gives to `playlist-GUID.fplite`; the file's own name where it gives none.
  static func name(of playlist: FilePath) throws(ImportFailure) -> String {
    let fallback = playlist.nameWithoutExtension
    let prefix = "playlist-"
    guard fallback.lowercased().hasPrefix(prefix) else { return fallback }
    let wanted = identifier(fallback.dropFirst(prefix.count).utf8)
    let index = playlist.parent.appending("index.txt")
    // Without a readable index the playlist still has its own name.
    guard let encoding = try? index.detectedEncoding() else { return fallback }
    var lines = try LineReader(index, encoding: encoding)
    while let (line, _) = try lines.next() {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      if identifier(line[..<colon]) == wanted {
        // The name itself may hold colons.
        let name = String(decoding: line[(colon + 1)...], as: UTF8.self)
        return name.isEmpty ? fallback : name
      }
    }
    return fallback
  }

  /// The digits of a GUID, whatever its case, braces and dashes.
  private static func identifier(_ text: some Sequence<UInt8>) -> [UInt8] {
    text.compactMap { byte in
      switch byte {
      case 48...57, 97...102: byte
      case 65...70: byte | 0x20
      default: nil
      }
    }
  }
}

extension FilePath {
  /// How the text file at this path is encoded, without help of the owner.
  func detectedEncoding() throws(ImportFailure) -> TextEncoding {
    var ignored: [String] = []
    return try TextEncoding.detect(self, options: ReadingOptions(), warnings: &ignored)
  }
}
