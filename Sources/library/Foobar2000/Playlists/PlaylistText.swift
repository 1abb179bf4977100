import Tracks

/// Reads `.m3u` and `.m3u8` playlists, and foobar2000's `.fplite`, which is a list of locations as well.
struct PlaylistText {
  /// File types that hold several tracks: foobar2000 lists such a file once for each of them.
  static let containers: Set<String> = ["cue", "iso", "mka", "zip", "rar", "7z"]

  private let path: FilePath
  private let options: ReadingOptions

  init(_ path: FilePath, options: ReadingOptions) {
    self.path = path
    self.options = options
  }

  /// Delivers one record a line that names a location, with what `#EXTINF` says of it. Lines that start with `#` are
  /// comments, unless they are relative paths whose first name starts so. The same container on consecutive lines is one record. A list that breaks off is refused.
  func read(_ kind: ExportKind, record deliver: (ListeningRecord) throws -> Void) throws -> ExportSummary {
    var summary = ExportSummary(kind: kind)
    let encoding = try TextEncoding.detect(path, options: options, warnings: &summary.warnings)
    summary.encoding = encoding.name
    summary.playlistName = try ExportReader.playlistName(of: path, kind: kind)
    var lines = try LineReader(path, encoding: encoding)
    var information: (seconds: Double?, title: String)?
    var previous: ListeningRecord.Location?
    var sawHashName = false
    while let (whole, isTooLong) = try lines.next() {
      // Where lists were joined, the mark of the second stands before its first line.
      let line = whole.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(whole.dropFirst(3)) : whole
      if isTooLong || line.contains(0) {
        summary.malformed.add(
          place: "line \(lines.lineNumber)",
          problem: isTooLong ? "longer than \(LineReader.longest) bytes" : "a zero byte")
        continue
      }
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      let text = String(decoding: line, as: UTF8.self)
      let isName = HashLine.isLocation(text, isDescribed: information != nil)
      if lines.lineNumber > 1, !lines.isEnded, !isName, Self.isBrokenOff(text, afterHashNames: sawHashName) {
        throw truncated(lines.lineNumber)
      }
      if line.first == UInt8(ascii: "#"), !isName {
        information = Self.information(text) ?? information
        continue
      }
      sawHashName = sawHashName || isName
      let location = LocationString.location(text)
      defer {
        previous = location
        information = nil
      }
      if location == previous, Self.containers.contains(FilePath(location.path).fileExtension) { continue }
      var record = ListeningRecord(locations: [location])
      if let information {
        record.duration = information.seconds
        (record.tags.artist, record.tags.title) = Self.artistAndTitle(information.title)
      }
      summary.entries += 1
      try deliver(record)
    }
    if information != nil { throw truncated(lines.lineNumber) }
    return summary
  }

  /// Whether a last line without an end is the start of a longer one: a description without its track, or a path that
  /// names no kind of file that is played. In a list with folders that begin with `#`, a comment with a slash is such a
  /// path.
  private static func isBrokenOff(_ line: String, afterHashNames: Bool) -> Bool {
    let start = "#EXTINF:".utf8
    if line.utf8.first == UInt8(ascii: "#") {
      if line.utf8.count > 1, zip(line.utf8, start).allSatisfy({ $0 == $1 }) { return true }
      return afterHashNames && !HashLine.isDirective(line) && line.utf8.contains { $0 == 0x2F || $0 == 0x5C }
    }
    let location = LocationString.location(line)
    if LocationString.scheme(of: location.path) != nil { return false }
    // Playlist Manager puts the number of a track behind a comma.
    let type = FilePath(location.path).fileExtension.prefix { $0 != "," }
    return !Recognition.audioTypes.contains(String(type)) && !containers.contains(String(type))
  }

  private func truncated(_ line: Int) -> ImportFailure {
    ImportFailure(
      .truncated, path,
      "line \(line): breaks off: the list or its copy is incomplete. Save it again; nothing of it was taken")
  }

  /// The duration and the title of an `#EXTINF` line; `nil` for other comments.
  private static func information(_ line: String) -> (seconds: Double?, title: String)? {
    let head = line.utf8.prefix(8).map { (97...122).contains($0) ? $0 - 32 : $0 }
    guard head == Array("#EXTINF:".utf8) else { return nil }
    let rest = line.utf8.dropFirst(8)
    let comma = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
    // Some programs put attributes between the seconds and the comma.
    let number = rest[..<comma].prefix { $0 != 0x20 }
    let seconds = Double(String(decoding: number, as: UTF8.self)).flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    let title = comma == rest.endIndex ? "" : String(decoding: rest[rest.index(after: comma)...], as: UTF8.self)
    return (seconds, title)
  }

  /// `Artist - Title` parted at the first ` - `; a title alone where there is none.
  private static func artistAndTitle(_ text: String) -> (artist: String?, title: String?) {
    let bytes = Array(text.utf8)
    func trimmed(_ part: ArraySlice<UInt8>) -> String? {
      let from = part.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? part.endIndex
      let to = part[from...].lastIndex { $0 != 0x20 && $0 != 0x09 }.map { $0 + 1 } ?? from
      // foobar2000 writes a question mark for a tag that is missing.
      return from < to && !part[from..<to].elementsEqual("?".utf8)
        ? String(decoding: part[from..<to], as: UTF8.self) : nil
    }
    let separator = Array(" - ".utf8)
    var index = 0
    while index + 3 <= bytes.count {
      if bytes[index..<(index + 3)].elementsEqual(separator) {
        return (trimmed(bytes[..<index]), trimmed(bytes[(index + 3)...]))
      }
      index += 1
    }
    return (nil, trimmed(bytes[...]))
  }
}

extension FilePath {
  /// The name without its last extension, for people.
  var nameWithoutExtension: String {
    let name = self.name.bytes
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return self.name.display }
    return FilePath(bytes: Array(name[..<dot])).display
  }
}
