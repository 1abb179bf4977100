public import Tracks

/// A track as a playlist file lists it.
public struct PlaylistEntry: Sendable, Equatable {
  /// The path as it is to be written; relative, absolute or of another system.
  public var location: FilePath
  /// The duration in seconds, -1 where unknown.
  public var duration: Double
  /// The artist.
  public var artist: String?
  /// The title.
  public var title: String?

  /// An entry with these values.
  public init(location: FilePath, duration: Double = -1, artist: String? = nil, title: String? = nil) {
    self.location = location
    self.duration = duration
    self.artist = artist
    self.title = title
  }
}

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
      guard let location = entry.location.string else {
        warnings.append("\(entry.location.display): left out of the playlist, its name is not UTF-8; rename it")
        continue
      }
      guard !location.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
        warnings.append("\(Self.line(location)): left out of the playlist, its name holds a line break; rename it")
        continue
      }
      let seconds = entry.duration > 0 ? Int(entry.duration.rounded()) : -1
      text += "#EXTINF:\(seconds),\(Self.name(entry))\n"
      // A path that begins with "#" would read as a comment.
      text += (location.utf8.first == UInt8(ascii: "#") ? "./" : "") + location + "\n"
    }
    bytes = Array(text.utf8)
    self.warnings = warnings
  }

  /// Whether these bytes begin as a playlist that indexd wrote.
  public static func isOwn(_ bytes: some Sequence<UInt8>) -> Bool {
    let lines = Array(bytes.prefix(256)).split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
    return lines.prefix(2).contains { $0.elementsEqual(mark.utf8) }
  }

  private static func name(_ entry: PlaylistEntry) -> String {
    let file = entry.location.name
    let title = entry.title ?? String(file.display.prefix(file.display.count - suffix(of: file)))
    return line(entry.artist.map { "\($0) - \(title)" } ?? title)
  }

  private static func suffix(of file: FilePath) -> Int {
    let kind = file.fileExtension
    return kind.isEmpty ? 0 : kind.count + 1
  }

  private static func line(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
