import CTagLib
@_spi(_Unicode) import Swift
import Tracks

/// Reads tags with TagLib.
enum TagReader {
  /// Whether a value of this name is a statistic; those of the Free Music Player Specifications begin alike.
  private static func isStatistic(_ name: String) -> Bool {
    name == "POPM" || name.hasPrefix("FMPS_") || StatisticsTag(name: name) != nil
  }

  /// The tags of a file; none where it has none or they cannot be read.
  ///
  /// `report` holds what ffprobe found, which counts least.
  static func read(
    _ file: ByteFile, _ path: FilePath, _ container: Container, report: [(name: String, value: String)] = []
  ) -> TrackTags {
    var collected = Collected()
    for pair in OwnTags.read(file, container) { collected.add(source: 0, name: pair.name, value: pair.value) }
    withUnsafeMutablePointer(to: &collected) { context in
      if let kind = container.tagKind {
        let descriptor = FileAccess.open(path).descriptor
        if descriptor >= 0 {
          _ = ctaglib_read(descriptor, kind, context) { Collected.add($0, 1 + Int($1), $2, $3) }
        }
      }
      for (index, tag) in tags(file, container).enumerated() {
        let descriptor = FileAccess.open(path).descriptor
        guard descriptor >= 0 else { break }
        _ = ctaglib_read_tag(descriptor, tag.kind, Int(tag.offset), Int32(100 + 2 * index), context) {
          Collected.add($0, Int($1), $2, $3)
        }
      }
    }
    for pair in report { collected.add(source: 1_000, name: pair.name.uppercased(), value: pair.value) }
    return collected.tags
  }

  /// The tags of any kind of file that no reader of its kind looks at.
  private static func tags(_ file: ByteFile, _ container: Container) -> [OuterTag] {
    var tags = container.kind == .mpeg ? [] : container.tags
    switch container.kind {
    case .dsf:
      let head = file.bytes(at: container.bytes.lowerBound, count: 28)
      guard head.count == 28 else { break }
      tags.insert(
        OuterTag(kind: CTAGLIB_ID3V2, offset: container.bytes.lowerBound &+ head.little(20, as: Int64.self)), at: 0)
    case .dsdiff:
      guard let offset = DSDLayout.Chunks(file, in: container.bytes).tag else { break }
      tags.insert(OuterTag(kind: CTAGLIB_ID3V2, offset: offset), at: 0)
    default: break
    }
    return tags.filter { $0.kind != CTAGLIB_ID3V2 || file.bytes(at: $0.offset, count: 10).has("ID3") }
  }

  /// As much of the text as fits into so many bytes of UTF-8.
  static func clip(_ text: String, to most: Int) -> String {
    guard text.utf8.count > most else { return text }
    let end = text.utf8.index(text.startIndex, offsetBy: most)
    return String(text.unicodeScalars[..<end])
  }

  /// The text in NFC, without white space and zero bytes around it; `nil` where nothing is left.
  static func clean(_ text: String) -> String? {
    var scalars = text.unicodeScalars[...]
    func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace || scalar.value == 0 }
    while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
    while let last = scalars.last, isBlank(last) { scalars.removeLast() }
    guard !scalars.isEmpty else { return nil }
    if scalars.allSatisfy(\.isASCII) { return String(scalars) }
    var composed = String.UnicodeScalarView()
    composed.append(contentsOf: String(scalars)._nfc)
    return String(composed)
  }

  /// What the tags of one file hold, by name.
  struct Collected {
    private var values: [String: (source: Int, values: [String])] = [:]

    /// The most bytes of a value, those of a cue sheet, and the most values of a name: whatever has more is no tag.
    private static let longest = 4 << 10
    private static let longestCueSheet = 1 << 20
    /// The list of the times of all plays.
    private static let longestTimes = 1 << 18
    private static let mostValues = 64

    /// Adds a value that TagLib hands over.
    static func add(
      _ context: UnsafeMutableRawPointer?, _ source: Int, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
    ) {
      guard let context, let name, let value else { return }
      context.assumingMemoryBound(to: Collected.self).pointee.add(
        source: source, name: String(cString: name), value: String(cString: value))
    }

    /// Adds a value; one of a less important tag counts only where no other has it.
    mutating func add(source: Int, name: String, value: String) {
      let most =
        name == "CUESHEET" ? Self.longestCueSheet : name == "_TIMESTAMPS" ? Self.longestTimes : Self.longest
      guard let value = TagReader.clean(TagReader.clip(value, to: most)) else { return }
      if let known = values[name] {
        guard known.source == source, known.values.count < Self.mostValues, !known.values.contains(value)
        else { return }
      }
      values[name, default: (source, [])].values.append(value)
    }

    private func joined(_ names: String...) -> String? {
      names.lazy.compactMap { values[$0]?.values.joined(separator: ", ") }.first
    }

    private func first(_ names: String...) -> String? {
      names.lazy.compactMap { values[$0]?.values.first }.first
    }

    private func number(_ name: String) -> String? {
      first(name).flatMap { TagReader.clean(String($0.prefix { $0 != "/" })) }
    }

    var tags: TrackTags {
      var statistics: [String: String] = [:]
      for (name, entry) in values where TagReader.isStatistic(name) { statistics[name] = entry.values.first }
      if statistics["RATING"] == nil, let stars = statistics["POPM"].flatMap(Self.stars) {
        statistics["RATING"] = String(stars)
      }
      statistics["POPM"] = nil
      return TrackTags(
        title: joined("TITLE"), artist: joined("ARTIST"), album: joined("ALBUM"),
        albumArtist: joined("ALBUMARTIST", "ALBUM ARTIST", "ALBUM_ARTIST"), genre: joined("GENRE"),
        date: first("DATE", "YEAR"), trackNumber: number("TRACKNUMBER") ?? number("TRACK"),
        discNumber: number("DISCNUMBER") ?? number("DISC"), cueSheet: first("CUESHEET"), statistics: statistics)
    }

    /// The stars of a popularimeter's byte: players write 1, 64, 128, 196 and 255, or values near them.
    private static func stars(_ text: String) -> Int? {
      guard let byte = Int(text), byte > 0 else { return nil }
      let marks = [1, 64, 128, 196, 255]
      return marks.indices.min { abs(marks[$0] - byte) < abs(marks[$1] - byte) }.map { $0 + 1 }
    }
  }
}
