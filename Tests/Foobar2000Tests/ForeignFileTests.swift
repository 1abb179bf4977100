import TestSupport
import Testing
import Tracks

@testable import Foobar2000

/// Files that are no export of foobar2000's are told as what they are, with what to do instead.
@Suite struct ForeignFileTests {
  private func detail(_ contents: some Sequence<UInt8>, as name: String) throws -> String {
    let folder = try TemporaryFolder()
    let file = FilePath(try folder.write(contents, to: name))
    do {
      _ = try read(file)
      return "taken"
    } catch let failure as ImportFailure {
      #expect(failure.reason == .unrecognised)
      return failure.detail
    }
  }

  @Test(arguments: [
    (
      "Library.xml",
      "<?xml version=\"1.0\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD\">\n<plist><dict><key>Tracks</key>", "iTunes"
    ),
    ("rhythmdb.xml", "<?xml version=\"1.0\"?>\n<rhythmdb version=\"2.0\">", "Rhythmbox"),
    ("list.xspf", "<?xml version=\"1.0\"?>\n<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">", "XSPF"),
    ("list.wpl", "<?wpl version=\"1.0\"?>\n<smil>", "Windows Media Player"), ("list.asx", "<ASX version=\"3\">", "ASX"),
    ("list.pls", "[playlist]\nFile1=D:\\a.mp3\nNumberOfEntries=1\n", "PLS"),
    ("a.html", "<!DOCTYPE html>\n<html>", "web page"), ("a.m3u8", "<html><body>404</body></html>", "web page"),
    ("a.cue", "FILE \"x.flac\" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n", "cue sheet"),
    ("a.url", "[InternetShortcut]\r\nURL=http://x\r\n", "shortcut"),
    (
      "StreamingHistory0.json", #"[{"endTime":"2020-01-01 10:00","artistName":"A","trackName":"T","msPlayed":1}]"#,
      "Spotify"
    ),
    (
      "lastfm.json", #"{"username":"u","scrobbles":[{"track":"T","artist":"A","album":"B","date":1704067200000}]}"#,
      "Last.fm"
    ),
    ("scrobbles.json", ##"[{"track":[{"artist":{"#text":"A"},"name":"T","date":{"uts":"1704067200"}}]}]"##, "Last.fm"),
    (
      "Active liked.m3u8", "#EXTM3U\n#GENERATOR:indexd\n# about 60% are liked\n#EXTINF:9,A - B\nA/b.flac\n",
      "that indexd wrote"
    ),
    (".scrobbler.log", "#AUDIOSCROBBLER/1.1\n#TZ/UTC\nA\tB\tT\t1\t200\tL\t1704067200\t\n", "Last.fm"),
  ])
  func aTextIsToldAsWhatItIs(_ name: String, _ text: String, _ word: String) throws {
    let told = try detail(text.utf8, as: name)
    #expect(told.hasPrefix("is ") && told.contains(word), "\(told)")
    #expect(told.contains(". "), "what to do instead is missing: \(told)")
  }

  @Test(
    arguments: [
      ("cover.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 16], "picture"),
      ("cover.png", [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0], "picture"),
      ("song.flac", Array("fLaC".utf8) + [0, 0, 0, 34], "music file"),
      ("song.mp3", [0xFF, 0xFB, 0x90, 0x64, 0], "music file"),
      ("song.mp3", Array("ID3".utf8) + [3, 0, 0, 0, 0], "music file"),
      ("x.wav", Array("RIFF....WAVE".utf8) + [0], "music file"),
      ("x.m4a", [0, 0, 0, 32] + Array("ftypM4A ".utf8), "music file"),
      ("x.zip", [0x50, 0x4B, 3, 4, 20, 0], "zip archive"),
      ("x.xlsx", [0x50, 0x4B, 3, 4, 20, 0], "spreadsheet"),
      ("x.lnk", [0x4C, 0, 0, 0, 1, 0x14, 2, 0, 0], "shortcut of Windows"),
      ("theme.fth", [1, 2, 3, 0, 0, 0], "theme of foobar2000"),
      ("main.dat", Array("NDETABLE".utf8) + [0, 1], "Winamp"),
      ("iTunes Library.itl", Array("hdfm".utf8) + [0, 0, 0, 0x90], "iTunes"),
      ("a.pdf", Array("%PDF-1.7\n".utf8) + [0], "PDF"),
      ("MusicBeeLibrary.mbl", [5, 0, 0, 0], "MusicBee"),
    ] as [(String, [UInt8], String)])
  func aBinaryFileIsToldAsWhatItIs(_ name: String, _ bytes: [UInt8], _ word: String) throws {
    #expect(try detail(bytes, as: name).contains(word))
  }

  @Test func databasesOfOthersAreToldAsWhatTheyAre() throws {
    func told(_ statements: String, _ name: String) throws -> String {
      let folder = try TemporaryFolder()
      try ProfileBuilder.write(statements, to: folder[name])
      return try #require(throws: ImportFailure.self) { try read(FilePath(folder[name])) }.detail
    }
    #expect(try told("CREATE TABLE t(a);", "config.sqlite").contains("configuration"))
    #expect(try told("CREATE TABLE CoreTracks(a);", "banshee.db").contains("Banshee"))
    #expect(try told("CREATE TABLE songs(a); CREATE TABLE schema_version(a);", "strawberry.db").contains("Strawberry"))
    let playcount = "CREATE TABLE metadb_index_BE36C585_58CE_4465_9825_F2CA30CCEEED_data(a);"
    #expect(try told(playcount, "metadb.sqlite").contains("Export them in foobar2000 as JSON"))
  }

  @Test(arguments: [
    // Case: an export of Last.fm with a header.
    "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
      + "\"1704067200\",\"01 Jan 2024, 00:00\",\"Artist\",\"\",\"Album\",\"\",\"Song\",\"\"\n"
      + "\"1704067300\",\"01 Jan 2024, 00:01\",\"Artist\",\"\",\"Album\",\"\",\"Song\",\"\"\n",
    "Artist;Album;AlbumId;Track;Date#user\nA;B;x;T;1704067200000\nA;B;x;U;1704067500000\n",
    "A,B,T,01 Jan 2024 00:05\nA,B,U,01 Jan 2024 00:01\nA,B,T,31 Dec 2023 10:00\n",
    "artist\ttitle\talbum\tlistened_at\nA\tT\tB\t2024-01-01T00:00:00Z\n",
    "Artist,Track,Timestamp\nA,T,2024-01-01 10:00:00\nA,T,2024-01-02 10:00:00\n",
  ])
  func aTableOfListensIsOne(_ text: String) throws {
    let (records, summary) = try read(text.utf8, as: "listens.csv")
    #expect(summary.kind == .listens && !records.isEmpty && records.allSatisfy { $0.playCount ?? 0 > 0 })
  }

  /// What begins like something else is still what it is.
  @Test func exportsThatBeginLikeSomethingElseAreRead() throws {
    for name in ["FORMAT", "ID3", "MZ", "OggS", "GIF89a", "BZh", "DSD ", "MAC "] {
      let list = try read("\(name)\\a.mp3\n\(name)\\b.mp3\n".utf8, as: "list.m3u8")
      #expect(list.records.count == 2, "\(name)")
    }
    let table = "artist,title,album,play_count,last_played\nA,T,B,3,2024-01-01 10:00:00\nA,U,B,1,2024-01-02 10:00:00\n"
    #expect(try read(table.utf8, as: "t.csv").records.map(\.playCount) == [3, 1])
    let list = statistics(entry("D:\\xspf.org\\ns\\&lt;plist.mp3"))
    #expect(try read(list, as: "s.xml").records.count == 1)
  }
}
