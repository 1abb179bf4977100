import GRDBSQLite
import Glibc
import TestSupport
import Tracks

@testable import Foobar2000

/// Reads what was written to a file, as foobar2000's exports are read.
func read(
  _ contents: some Sequence<UInt8>, as name: String, options: ReadingOptions = ReadingOptions()
) throws -> (records: [ListeningRecord], summary: ExportSummary) {
  let folder = try TemporaryFolder()
  return try read(FilePath(try folder.write(contents, to: name)), options: options)
}

/// Reads a file.
func read(
  _ file: FilePath, options: ReadingOptions = ReadingOptions()
) throws -> (records: [ListeningRecord], summary: ExportSummary) {
  var records: [ListeningRecord] = []
  let summary = try ExportReader.read(file, options: options) { records.append($0) }
  return (records, summary)
}

/// Writes a file anew, faster than through Foundation where there are thousands.
func overwrite(_ path: String, _ bytes: [UInt8]) throws -> FilePath {
  guard let file = fopen(path, "w") else { throw ProfileBuilder.Failed() }
  fwrite(bytes, 1, bytes.count, file)
  fclose(file)
  return FilePath(path)
}

/// The reason for which a file is refused; `nil` where it is not.
func refusal(_ contents: some Sequence<UInt8>, as name: String) throws -> ImportFailure.Reason? {
  let folder = try TemporaryFolder()
  return try refusal(FilePath(try folder.write(contents, to: name)))
}

/// The reason for which a file is refused; `nil` where it is not.
func refusal(_ file: FilePath) throws -> ImportFailure.Reason? {
  do {
    _ = try read(file)
    return nil
  } catch let failure as ImportFailure {
    return failure.reason
  }
}

/// What this process takes.
enum Memory {
  /// The most memory that it ever held, in bytes.
  static func largest() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) << 10
  }
}

/// The paths of records, with their track numbers where they have any.
func paths(_ records: [ListeningRecord]) -> [String] {
  records.flatMap { $0.locations.map { $0.subsong == 0 ? $0.path : "\($0.path)#\($0.subsong)" } }
}

/// A statistics document around entries.
func statistics(_ entries: String) -> [UInt8] { Array(Exports.statistics(entries + "\n").utf8) }

/// An entry of a path, with further attributes.
func entry(_ path: String, _ attributes: String = #"Count="1""#) -> String {
  "<Entry ID=\"0123456789abcdef\" \(attributes) >\n<Item Path=\"\(path)\"></Item>  </Entry>\n"
}

/// Text as UTF-16 with a mark, as Notepad saves it.
func utf16(_ text: String) -> [UInt8] {
  [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
}

/// Builds foobar2000's own playlist files.
struct PlaylistBuilder {
  struct Track {
    var location: String
    var subsong: UInt32 = 0
    var flags: UInt32 = 1
    var seconds = 200.0
    var tags: [(String, [String])] = []
    var dynamicTags: [(String, [String])] = []
  }

  private var strings: [UInt8] = []
  private var offsets: [String: UInt32] = [:]

  private mutating func offset(_ text: String) -> UInt32 {
    if let known = offsets[text] { return known }
    offsets[text] = UInt32(strings.count)
    defer { strings += Array(text.utf8) + [0] }
    return UInt32(strings.count)
  }

  static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private mutating func block(_ seconds: Double, _ tags: [(String, [String])]) -> [UInt8] {
    var words: [UInt32] = []
    let total = tags.reduce(0) { $0 + $1.1.count }
    words += [UInt32(tags.count), 1, UInt32(2 * tags.count + 1 + total)]
    var first: UInt32 = 0
    for (name, values) in tags {
      words += [first, offset(name)]
      first += UInt32(values.count)
    }
    words.append(UInt32(total))
    for (_, values) in tags { for value in values { words.append(offset(value)) } }
    words += [offset("codec"), offset("FLAC")]
    let gains = [Float(-1000), -1000, -1, -1].flatMap { Self.little($0.bitPattern) }
    return Self.little(UInt64(132_174_539_906_814_579)) + Self.little(seconds.bitPattern) + gains
      + Self.little(UInt32(words.count)) + words.flatMap(Self.little)
  }

  static func file(_ tracks: [Track]) -> [UInt8] {
    var builder = PlaylistBuilder()
    var body: [UInt8] = []
    for track in tracks {
      body += little(track.flags) + little(builder.offset(track.location)) + little(track.subsong)
      if track.flags & 1 != 0 { body += little(Int64(-1)) + builder.block(track.seconds, track.tags) }
      if track.flags & 4 != 0 { body += builder.block(-1, track.dynamicTags) }
    }
    return PlaylistBinary.magic + little(UInt32(builder.strings.count)) + builder.strings
      + little(UInt32(tracks.count)) + body
  }

  static func oldFile(_ tracks: [Track]) -> [UInt8] {
    func text(_ text: String) -> [UInt8] { little(UInt32(text.utf8.count)) + Array(text.utf8) }
    var bytes = PlaylistBinary.oldMagic + little(UInt32(0)) + little(UInt32(tracks.count))
    for track in tracks {
      bytes += little(UInt32(13)) + text(track.location) + little(track.subsong) + little(UInt64(1000))
      bytes += little(UInt64(132_174_539_906_814_579)) + little(track.seconds.bitPattern)
      bytes += little(UInt32(track.tags.count)) + track.tags.flatMap { text($0.0) + text($0.1.joined()) }
      bytes += little(UInt32(1)) + text("bitrate") + text("320")
    }
    return bytes
  }
}

/// Builds a database of foobar2000 2.
enum ProfileBuilder {
  static let index = "metadb_index_C653739F_14B3_4EF2_819B_A3E2883230AE"

  /// The value of a history.
  static func history(_ count: UInt32, _ times: [UInt64], rating: UInt8 = 255) -> [UInt8] {
    PlaylistBuilder.little(count) + [0, 0, 0, 0] + times.flatMap(PlaylistBuilder.little) + [rating]
      + [UInt8](repeating: 0, count: 7)
  }

  static func blob(_ bytes: [UInt8]) -> String {
    "x'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
  }

  static let schema = """
    CREATE TABLE metadb(name TEXT PRIMARY KEY, info BLOB, infoBrowse BLOB, size, lastModified);
    CREATE TABLE \(index)(key INTEGER NOT NULL, filename TEXT UNIQUE PRIMARY KEY);
    CREATE TABLE \(index)_data(key INTEGER PRIMARY KEY, value BLOB);
    """

  /// A row for every name of one history.
  static func rows(key: Int64, names: [String], value: [UInt8]) -> String {
    names.map { "INSERT INTO \(index) VALUES(\(key), '\($0)');" }.joined()
      + "INSERT INTO \(index)_data VALUES(\(key), \(blob(value)));"
  }

  /// Runs statements on a database and calls `body` while it is still open, its log not yet written back.
  static func write(_ statements: String, to file: String, whileOpen body: () throws -> Void = {}) throws {
    var handle: OpaquePointer?
    guard sqlite3_open(file, &handle) == SQLITE_OK, let handle else { throw Failed() }
    defer { sqlite3_close(handle) }
    guard
      sqlite3_exec(handle, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;" + statements, nil, nil, nil)
        == SQLITE_OK
    else { throw Failed() }
    try body()
  }

  struct Failed: Error {}
}
