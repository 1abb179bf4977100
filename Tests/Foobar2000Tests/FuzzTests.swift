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

  @Test(arguments: FuzzTests.samples.indices) func damagedFilesEnd(_ index: Int) throws {
    let (name, contents) = Self.samples[index]
    try Self.attack(name, contents, seed: UInt64(index), count: Fuzz.count)
  }

  @Test func damagedDatabasesEnd() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<30).map {
      ProfileBuilder.rows(
        key: Int64($0) - 7, names: ["0+file://D:\\M\\\($0).flac", "0+file://E:\\M\\\($0).flac"],
        value: ProfileBuilder.history(3, [133_684_614_720_000_000, 133_684_616_290_000_000, 0]))
    }
    try ProfileBuilder.write(ProfileBuilder.schema + rows.joined(), to: folder["metadb.sqlite"])
    let contents = Array(try Data(contentsOf: URL(fileURLWithPath: folder["metadb.sqlite"])))
    try Self.attack("metadb.sqlite", contents, seed: 99, count: Fuzz.isFull ? Fuzz.count : Fuzz.count / 4)
  }

  /// Has to stand every record that damaged files give.
  private static let matcher = RecordMatcher(
    library: (0..<6).map {
      LibraryFile(
        id: $0, path: FilePath("/music/Artist \($0 % 2)/Album/\($0).flac"),
        tags: TrackTags(title: "Title", artist: "Artist", album: "Album"), duration: 200)
    }, map: PathMap([PathMapping(from: "D:\\Music", to: FilePath("/music"))]), playlistFolder: FilePath("/music"))

  /// Reads damaged versions of a file. Every one has to be refused with a reason or to give no more records than its
  /// bytes can hold.
  private static func attack(_ name: String, _ contents: [UInt8], seed: UInt64, count: Int) throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: seed)
    let whole = try read(FilePath(try folder.write(contents, to: name)), orHashOnly: name)
    for round in 0..<count {
      let damaged = damage(contents, with: &random)
      let file = try overwrite(folder[name], damaged)
      var records = 0
      do {
        let summary = try ExportReader.read(file) { record in
          records += 1
          if case .matched(let tracks, _, _) = matcher.match(record) { #expect(!tracks.isEmpty) }
        }
        #expect(summary.entries == records, "seed \(seed), round \(round)")
        #expect(records <= damaged.count, "seed \(seed), round \(round)")
      } catch let failure as ImportFailure {
        #expect(!failure.detail.isEmpty, "seed \(seed), round \(round)")
      }
    }
    #expect(whole)
  }

  /// Whether an undamaged sample is read; hashes alone are refused as they should be.
  private static func read(_ file: FilePath, orHashOnly name: String) throws -> Bool {
    do {
      let summary = try ExportReader.read(file) { _ in }
      return summary.entries > 0 && summary.malformed.count == 0
    } catch let failure as ImportFailure {
      return name == "hash.xml" && failure.reason == .hashOnly
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
