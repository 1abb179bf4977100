import Tracks

/// Collects tags by the names foobar2000 gives them.
struct TagCollection {
  private(set) var tags = TrackTags()

  /// Adds one value of a tag; several values of one tag are joined with ", ". Unknown names are ignored.
  mutating func add(_ name: String, _ value: String) {
    let text = Self.trimmed(value)
    guard !text.isEmpty else { return }
    switch name.lowercased() {
    case "title": append(text, to: \.title)
    case "artist": append(text, to: \.artist)
    case "album": append(text, to: \.album)
    case "album artist", "albumartist": append(text, to: \.albumArtist)
    case "genre": append(text, to: \.genre)
    case "date": append(text, to: \.date)
    case "tracknumber", "track": append(Self.withoutTotal(text), to: \.trackNumber)
    case "discnumber", "disc": append(Self.withoutTotal(text), to: \.discNumber)
    case _ where StatisticsTag(name: name) != nil: tags.statistics[name.uppercased()] = text
    default: break
    }
  }

  /// The bytes of a tag after which no further value of it is taken.
  private static let longest = 4_096

  private mutating func append(_ text: String, to field: WritableKeyPath<TrackTags, String?>) {
    // A tag of thousands of values would be copied as often.
    guard (tags[keyPath: field]?.utf8.count ?? 0) < Self.longest else { return }
    tags[keyPath: field] = tags[keyPath: field].map { $0 + ", " + text } ?? text
  }

  static func trimmed(_ text: some StringProtocol) -> String {
    let bytes = Array(text.utf8)
    guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 }) else {
      return ""
    }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }

  private static func withoutTotal(_ text: String) -> String {
    trimmed(text.prefix { $0 != "/" })
  }
}
