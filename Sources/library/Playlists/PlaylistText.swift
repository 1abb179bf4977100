public import Tracks

/// The text of an `.m3u8` playlist.
public struct PlaylistText: Sendable, Equatable {
  /// The comment line that every playlist of indexd's has, by which it knows its own.
  public static let mark = "#GENERATOR:indexd"

  /// The bytes of the file: UTF-8 without a BOM, lines ended by LF.
  public let bytes: [UInt8]
  /// The entries that were left out, as sentences: a playlist cannot hold names that are not UTF-8 or break the line.
  public let warnings: [String]

  /// A playlist of these entries in their order.
  ///
  /// - Parameter comment: One line about the playlist; line breaks in it become spaces.
  public init(_ entries: [PlaylistEntry], comment: String) {
    var text = "#EXTM3U\n\(Self.mark)\n# \(Self.line(comment))\n"
    var warnings: [String] = []
    for entry in entries {
      if let fault = Self.fault(of: entry.location) {
        warnings.append(fault)
        continue
      }
      let location = entry.location.display
      let seconds = entry.duration > 0 && entry.duration < 1e9 ? Int(entry.duration.rounded()) : -1
      text += "#EXTINF:\(seconds),\(Self.name(entry))\n"
      // A path that begins with "#" would read as a comment, and a reader that trims lines would lose a blank.
      let needsPrefix = [UInt8(ascii: "#"), 0x20, 0x09].contains(location.utf8.first)
      text += (needsPrefix ? "./" : "") + location + "\n"
    }
    bytes = Array(text.utf8)
    self.warnings = warnings
  }

  /// Why a playlist cannot hold a location, as a sentence; `nil` where it can.
  public static func fault(of location: FilePath) -> String? {
    guard let text = location.string else {
      return "\(location.display): left out of the playlist, its name is not UTF-8; rename it"
    }
    guard !text.isEmpty, !text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0 }) else {
      return "\(line(text)): left out of the playlist, its name holds a line break; rename it"
    }
    return nil
  }

  /// Whether these bytes begin as a playlist that indexd wrote.
  public static func isOwn(_ bytes: some Sequence<UInt8>) -> Bool {
    let lines = Array(bytes.prefix(256)).split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
    return lines.prefix(2).contains { $0.elementsEqual(mark.utf8) }
  }

  private static func name(_ entry: PlaylistEntry) -> String {
    let parts = [entry.artist, entry.title].compactMap { $0 }.filter { !$0.isEmpty }
    if entry.title?.isEmpty == false { return line(parts.joined(separator: " - ")) }
    // A Windows path has its own separator.
    let separators = [UInt8(ascii: "/"), UInt8(ascii: "\\")]
    let file = FilePath(bytes: Array(entry.location.bytes.split(whereSeparator: separators.contains).last ?? []))
    let suffix = file.fileExtension
    let bare = suffix.isEmpty ? file : FilePath(bytes: file.bytes.dropLast(suffix.utf8.count + 1))
    return line((parts + [bare.display]).joined(separator: " - "))
  }

  /// A text on one line: what some reader takes for a line break, or what turns the text around, becomes a space.
  private static func line(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.steersText ? " " : $0 }))
  }
}
