import Glibc
import Platform
import Tracks

/// Finds out what a file is by its first bytes.
enum Recognition {
  private static let playlistTypes: Set<String> = ["m3u", "m3u8"]
  /// The types of files that foobar2000 and its decoders play.
  static let audioTypes: Set<String> = [
    "mp3", "flac", "ogg", "oga", "opus", "wav", "aif", "aiff", "m4a", "mp4", "ape", "wv", "mpc", "wma", "dsf", "dff",
    "tta", "tak", "cue", "iso", "mka", "aac", "ac3", "dts", "mod", "xm", "it", "s3m", "spc", "vgm", "mid", "aifc",
    "alac",
    "au", "caf", "m4b", "m4r", "mp1", "mp2", "mp+", "mpp", "ofr", "ofs", "rf64", "snd", "spx", "w64", "webm", "weba",
    "wave", "shn", "la", "eac3", "mlp", "thd", "mkv", "midi", "vgz", "nsf", "sid", "psf", "minipsf", "gbs", "amr",
    "3gp",
  ]

  static func kind(of path: FilePath) throws(ImportFailure) -> ExportKind {
    if path.isFolder {
      if path.appending(ProfileDatabase.fileName).isRegularFile { return .metadb }
      throw ImportFailure(
        .notAFile, path, "is a folder without \(ProfileDatabase.fileName); name foobar2000's profile folder, or a file")
    }
    let file = try InputFile(path)
    var start: [UInt8] = []
    _ = try file.read(1 << 16, into: &start)
    let type = path.fileExtension
    if start.isEmpty {
      throw ImportFailure(.empty, path, "holds nothing; export it again")
    }
    if start.starts(with: PlaylistBinary.magic) || start.starts(with: PlaylistBinary.oldMagic) { return .fpl }
    if start.starts(with: ProfileDatabase.magic) { return .metadb }
    let text = try decodedStart(start)
    if let words = ForeignFile.words(start, text: text, path: path) {
      // The document of somebody else's program may also declare a type.
      throw ImportFailure(.unrecognised, path, words)
    }
    // A stray zero byte costs its line; many are a program or a picture, whatever the file is called.
    if text.count(where: { $0 == 0 }) > max(8, text.count / 1_000) { throw unrecognised(path) }
    let lines = text.split(omittingEmptySubsequences: true) { $0 == 0x0A || $0 == 0x0D }
    guard let first = lines.first(where: { !$0.allSatisfy { $0 <= 0x20 } }) else {
      if playlistTypes.contains(type) { return .playlist }
      throw unrecognised(path)
    }
    let trimmed = first.drop { $0 <= 0x20 }
    if trimmed.first == UInt8(ascii: "<") { return try xml(text, path) }
    if first.starts(with: "#EXTM3U".utf8) || playlistTypes.contains(type) { return .playlist }
    if trimmed.first == UInt8(ascii: "{") || trimmed.first == UInt8(ascii: "[") {
      let start = String(decoding: text.prefix(4096), as: UTF8.self)
      if start.contains("\"2003_") { return .playcount2003 }
      if BeefwebItems.isTold(by: start) { return .beefweb }
      if start.contains("\"listened_at\"") { return .listens }
    }
    let isComplete = start.count < 1 << 16
    // The last line may be cut off.
    let whole = isComplete || lines.count > 50 ? lines.prefix(50) : lines.dropLast().prefix(50)
    let sample = whole.filter { (line: ArraySlice<UInt8>) in line.first != UInt8(ascii: "#") }
    let mayNumber = type == "fplite"
    let isList = !sample.isEmpty && sample.allSatisfy { isLocation($0, mayNumber: mayNumber) }
    if isList, type == "fplite" { return .fplite }
    let localTime = LocalTime(zoneName: nil)
    let encoding = try path.detectedEncoding()
    if !isList, try ListensTable.layout(of: path, encoding: encoding, localTime: localTime) != nil { return .listens }
    // A row of a table that starts with its path looks like a path too.
    if try TextTable.layout(of: path, encoding: encoding, localTime: localTime) != nil { return .textTable }
    if isList { return .playlist }
    if let header = try TextTable.headerWithoutStatistics(path, encoding: encoding) {
      throw ImportFailure(.unrecognised, path, header)
    }
    throw unrecognised(path, hints: try TextTable.hints(path, encoding: encoding))
  }

  /// The first bytes as UTF-8, without a mark; bytes of a code page stay as they are.
  private static func decodedStart(_ start: [UInt8]) throws(ImportFailure) -> [UInt8] {
    switch TextEncoding.marked(start) {
    case .utf8(let mark): return Array(start.dropFirst(mark))
    case .utf16(let bigEndian, let mark, _):
      var units: [UInt16] = []
      for index in stride(from: mark, to: start.count - 1, by: 2) {
        let unit = UInt16(start[index]) << 8 | UInt16(start[index + 1])
        units.append(bigEndian ? unit : unit.byteSwapped)
      }
      return Array(String(decoding: units, as: UTF16.self).utf8)
    case .codePage, .mixed, nil: return start
    }
  }

  private static func xml(_ text: [UInt8], _ path: FilePath) throws(ImportFailure) -> ExportKind {
    let start = String(decoding: text, as: UTF8.self)
    if start.contains("<PlaybackStatistics") { return .statisticsXML }
    if start.contains("<!DOCTYPE") || start.contains("<!ENTITY") {
      throw ImportFailure(
        .entityDefinitions, path,
        "declares a document type, which foobar2000 never writes. Export the statistics again")
    }
    throw unrecognised(path)
  }

  /// Whether a line of a list names a location. A tab and a number behind it are a playlist's in `.fplite` only:
  /// elsewhere they are a table's.
  private static func isLocation(_ line: ArraySlice<UInt8>, mayNumber: Bool) -> Bool {
    guard !line.contains(0), mayNumber || !line.contains(0x09) else { return false }
    let text = String(decoding: line, as: UTF8.self)
    let location = LocationString.location(text)
    if LocationString.scheme(of: text) != nil || location.path != text { return true }
    guard !line.contains(0x09), let path = ForeignPath(text) else { return false }
    return path.root != .relative || audioTypes.contains(FilePath(text).fileExtension)
  }

  private static func unrecognised(_ path: FilePath, hints: [String] = []) -> ImportFailure {
    let detail = "is nothing that foobar2000 exports; \(ForeignFile.exports)"
    return ImportFailure(.unrecognised, path, ([detail] + hints).joined(separator: ". "))
  }
}

extension FilePath {
  /// Whether there is a folder at this path.
  var isFolder: Bool { mode == S_IFDIR }

  /// Whether there is a regular file at this path.
  var isRegularFile: Bool { mode == S_IFREG }

  private var mode: mode_t? {
    var status = stat()
    return withCString { stat($0, &status) } == 0 ? status.st_mode & S_IFMT : nil
  }

  /// The paths of what lies in this folder, in their order; none where it cannot be read.
  func children() -> [FilePath] {
    (Directory.names(in: self) ?? []).map(appending)
  }
}
