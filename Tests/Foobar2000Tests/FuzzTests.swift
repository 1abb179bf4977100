import Foundation
import TestSupport
import Testing
import Tracks

@testable import Foobar2000

/// How much is damaged: `INDEXD_FUZZ` is the number of damaged files of each format.
enum Fuzz {
  static let count = ProcessInfo.processInfo.environment["INDEXD_FUZZ"].flatMap { Int($0) } ?? 100
  static var isFull: Bool { count >= 10_000 }
}

/// Damages good files of every format in seeded ways. Every reader has to end with records or with a refusal.
@Suite struct FuzzTests {
  /// A good file of every format, by its name.
  static let samples: [(name: String, contents: [UInt8])] = {
    let many = (0..<12).map { number in
      entry(
        "D:\\Music\\Art &amp; ist\\\(number) - Tit\u{E9}l.flac",
        "Count=\"\(number)\" FirstPlayed=\"133684614720000000\" LastPlayedFriendly=\"2024-08-18 11:31:12\" Rating=\"149\""
      )
    }
    let rows = (0..<12).map {
      "D:\\Music\\\($0).flac\tArtist\tAlbum \"x\"\t\($0)\tTitle\t5\t\($0)\t2020-01-0\($0 % 9 + 1) 10:00:00\tN/A"
    }
    let objects = (0..<8).map { "{\"path\":\"D:\\Music\\\($0).flac\",\"rating\":?,\"playcount\":\"\($0)\"}," }
    let tracks = (0..<6).map {
      PlaylistBuilder.Track(
        location: "file://C:\\M\\\($0).flac", flags: [1, 5, 0, 0x51][$0 % 4],
        tags: [("artist", ["a", "b"]), ("title", ["t\($0)"])], dynamicTags: [("title", ["x"]), ("y", ["z", "z"])])
    }
    let table =
      "path\tartist\talbum\ttracknumber\ttitle\trating\tplay_count\tfirst_played\tadded\n"
      + rows.joined(separator: "\n")
    return [
      ("s.xml", statistics(many.joined())),
      ("wide.xml", utf16(String(decoding: statistics(many.joined()), as: UTF8.self))),
      ("hash.xml", statistics("<Entry ID=\"1\" Count=\"1\" Added=\"133684614720000000\"/>")),
      ("t.txt", Array((table + "\n").utf8)), ("headless.txt", Array((rows.joined(separator: "\r\n") + "\r\n").utf8)),
      ("t.csv", Array("\"path\",\"title\",\"play_count\"\n\"C:\\a.mp3\",\"x \"\"y\"\"\n z\",3\n".utf8)),
      ("t.json", Array(objects.joined(separator: "\r\n").utf8)),
      (
        "strict.json", Array("[{\"path\":\"C:\\\\a.mp3\",\"title\":\"\\u00e9\\n\",\"playcount\":3,\"x\":[1,[2]]}]".utf8)
      ),
      (
        "2003.json",
        Array("[{\"id\":\"C:\\\\a.mp3|0\",\"2003_playcount\":3,\"2003_timestamps\":[1500000000,1600000000]}]".utf8)
      ),
      (
        "p.m3u8",
        Array("\u{FEFF}#EXTM3U\r\n#EXTINF:200,A - B\r\nArtist\\Album\\01.flac\r\n..\\x.cue\r\nhttp://y\r\n".utf8)
      ),
      (
        "p.m3u", [0x83, 0x65, 0x83, 0x58, 0x83, 0x67] + Array(".mp3\r\n#EXTENC: CP932\r\nC:\\b.mp3|subsong:2\r\n".utf8)
      ),
      ("playlist-AB12.fplite", Array("file://C:\\a.mp3\n2+file://C:\\b.cue\nfile://C:\\c.mp3\t3\n".utf8)),
      ("p.fpl", PlaylistBuilder.file(tracks)), ("old.fpl", PlaylistBuilder.oldFile(tracks)),
    ]
  }()

  /// A file that is damaged, and what is read where that is another one.
  private struct Target {
    var name: String
    var contents: [UInt8]
    /// The files beside it, which stay as they are.
    var others: [(name: String, contents: [UInt8])] = []
    /// The file that is read, if not the damaged one.
    var read: String?
    var options = ReadingOptions()
    /// The refusal of the whole file; `nil` where it is read.
    var refusal: ImportFailure.Reason?
  }

  private static let hashes = statistics(
    (0..<9).map {
      "<Entry ID=\"\($0)\" Count=\"\($0)\" FirstPlayed=\"\(133_684_614_720_000_000 + $0 * 600_000_000)\"/>"
    }
    .joined())
  private static let companion = Array(
    ("path\ttitle\tfirst_played\n"
      + (0..<9).map { "D:\\\($0).mp3\tT\($0)\t2024-08-18 13:3\($0 + 1):12\n" }.joined()).utf8)

  /// What needs more than one file, or to be told how it is read.
  private static let others: [Target] = {
    let utc = ReadingOptions(timeZone: "UTC")
    let japanese: [UInt8] = [0x83, 0x65, 0x5C, 0x83, 0x58]
    let table = (0..<9).map { Array("D:\\\($0)".utf8) + japanese + Array("\tT\t\($0)\r\n".utf8) }
    let wide = (0..<9).map { "D:\\\($0)音.mp3\tT\t\($0)\r\n" }.joined()
    let index = Array("\u{FEFF}{AB12}:Active: x\r\nCD34:Other\r\n".utf8)
    let list = Array("file://C:\\a.mp3\nfile://C:\\b.mp3\n".utf8)
    return [
      Target(
        name: "index.txt", contents: index, others: [("playlist-AB12.fplite", list)], read: "playlist-AB12.fplite"),
      Target(name: "s.xml", contents: hashes, others: [("t.txt", companion)], options: utc),
      Target(name: "t.txt", contents: companion, others: [("s.xml", hashes)], read: "s.xml", options: utc),
      Target(
        name: "page.txt", contents: Array("path\ttitle\tplay_count\r\n".utf8) + table.joined(),
        options: ReadingOptions(codePage: "CP932")),
      Target(name: "wide.txt", contents: utf16("path\ttitle\tplay_count\r\n" + wide)),
      Target(name: "wide.json", contents: utf16(#"{"path":"D:\音.mp3","playcount":3}"# + "\r\n")),
    ]
  }()

  @Test(arguments: FuzzTests.samples.indices) func damagedFilesEnd(_ index: Int) async {
    await #expect(processExitsWith: .success) { [index] in
      let (name, contents) = Self.samples[index]
      let refusal: ImportFailure.Reason? = name == "hash.xml" ? .hashOnly : nil
      try Self.attack(
        Target(name: name, contents: contents, refusal: refusal), seed: UInt64(index), count: Fuzz.count)
    }
  }

  @Test(arguments: FuzzTests.others.indices) func damagedFilesAmongOthersEnd(_ index: Int) async {
    await #expect(processExitsWith: .success) { [index] in
      try Self.attack(Self.others[index], seed: UInt64(50 + index), count: Fuzz.count)
    }
  }

  /// The database, and its log while that holds what the database lacks.
  @Test(arguments: ["metadb.sqlite", "metadb.sqlite-wal"]) func damagedDatabasesEnd(_ name: String) async {
    await #expect(processExitsWith: .success) { [name] in
      let folder = try TemporaryFolder()
      let rows = (0..<30).map {
        ProfileBuilder.rows(
          key: Int64($0) - 7, names: ["0+file://D:\\M\\\($0).flac", "0+file://E:\\M\\\($0).flac"],
          value: ProfileBuilder.history(3, [133_684_614_720_000_000, 133_684_616_290_000_000, 0]))
      }
      let half = rows.count / 2
      try ProfileBuilder.write(ProfileBuilder.schema + rows.prefix(half).joined(), to: folder["metadb.sqlite"])
      var files: [String: [UInt8]] = [:]
      try ProfileBuilder.write(rows.suffix(half).joined(), to: folder["metadb.sqlite"]) {
        for file in ["metadb.sqlite", "metadb.sqlite-wal"] {
          files[file] = Array(try Data(contentsOf: URL(fileURLWithPath: folder[file])))
        }
      }
      let contents = try #require(files[name])
      let others = files.filter { $0.key != name }.map { ($0.key, $0.value) }
      let target = Target(name: name, contents: contents, others: others, read: "metadb.sqlite")
      try Self.attack(target, seed: 99, count: Fuzz.isFull ? Fuzz.count : Fuzz.count / 4)
    }
  }

  /// Has to stand every record that damaged files give.
  private static let matcher = RecordMatcher(
    library: (0..<6).map {
      LibraryFile(
        id: $0, path: FilePath("/music/Artist \($0 % 2)/Album/\($0).flac"),
        tags: TrackTags(title: "Title", artist: "Artist", album: "Album"), duration: 200)
    }, map: PathMap([PathMapping(from: "D:\\Music", to: FilePath("/music"))]), playlistFolder: FilePath("/music"))

  /// The most seconds that one file may take.
  private static let deadline: UInt32 = 20
  /// The most memory in bytes that all files of one kind may take beyond what their samples take.
  private static let mostMemory = 48 << 20

  /// Reads damaged versions of a file. Every one has to be refused with a reason or to give no more records than the
  /// bytes can hold, in time: an alarm ends the process. To be run in a process of its own.
  private static func attack(_ target: Target, seed: UInt64, count: Int) throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: seed)
    for other in target.others { try folder.write(other.contents, to: other.name) }
    try folder.write(target.contents, to: target.name)
    let file = FilePath(folder[target.read ?? target.name])
    var options = target.options
    if target.others.contains(where: { $0.name == "t.txt" }) || target.name == "t.txt", file.name == FilePath("s.xml") {
      options.companion = FilePath(folder["t.txt"])
    }
    #expect(try isReadWhole(file, options, target))
    let before = Memory.largest()
    let most = target.others.reduce(target.contents.count + 400) { $0 + $1.contents.count }
    for round in 0..<count {
      _ = try overwrite(folder[target.name], damage(target.contents, with: &random))
      var records = 0
      alarm(deadline)
      do {
        let summary = try ExportReader.read(file, options: options) { record in
          records += 1
          if case .matched(let tracks, _, _) = matcher.match(record) { #expect(!tracks.isEmpty) }
        }
        #expect(summary.entries == records, "seed \(seed), round \(round)")
        #expect(records <= most, "seed \(seed), round \(round)")
      } catch let failure as ImportFailure {
        #expect(!failure.detail.isEmpty, "seed \(seed), round \(round)")
      }
      alarm(0)
    }
    #expect(Memory.largest() - before < mostMemory, "\(target.name)")
  }

  /// Whether an undamaged sample is read, or refused as it should be.
  private static func isReadWhole(_ file: FilePath, _ options: ReadingOptions, _ target: Target) throws -> Bool {
    do {
      var located = 0
      let summary = try ExportReader.read(file, options: options) { located += $0.locations.isEmpty ? 0 : 1 }
      return summary.entries > 0 && located > 0 && summary.malformed.count == 0
    } catch let failure as ImportFailure {
      return failure.reason == target.refusal
    }
  }

  /// Flips, overwrites, removes, repeats, inserts and cuts, one to eight times.
  static func damage(_ contents: [UInt8], with random: inout SeededGenerator) -> [UInt8] {
    var bytes = contents
    let telling = Array("<>\"'&;#!-[]{}\\/|:,\t\n\r\0\u{1}= +?".utf8) + [0xFF, 0xFE, 0xC3, 0xED, 0x80]
    for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
      let position = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, position + Int.random(in: 1...40, using: &random))
      switch Int.random(in: 0..<8, using: &random) {
      case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[position] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes[position] = telling.randomElement(using: &random) ?? 0
      case 3: bytes.removeSubrange(position..<end)
      case 4: bytes.insert(contentsOf: bytes[position..<end], at: position)
      case 5: bytes.insert(telling.randomElement(using: &random) ?? 0, at: position)
      case 6:
        for index in position..<min(end, position + 4) {
          bytes[index] = [0, 0xFF, 0x7F].randomElement(using: &random) ?? 0
        }
      default: if Int.random(in: 0..<4, using: &random) == 0 { bytes.removeSubrange(position...) }
      }
    }
    return bytes
  }
}
