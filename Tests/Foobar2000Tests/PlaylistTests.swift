import TestSupport
import Testing
import Tracks

@testable import Foobar2000

@Suite struct PlaylistTests {
  @Test func bytesThatAreNoTextAreNoListWhateverTheirName() throws {
    var random = SeededGenerator(seed: 3)
    let noise = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) } + Array("\n".utf8)
    #expect(try refusal(noise, as: "Active.m3u8") == .unrecognised)
    // One stray zero byte costs its line only.
    let (records, summary) = try read("a.mp3\nb\0.mp3\nc.mp3\n".utf8, as: "Active.m3u8")
    #expect(paths(records) == ["a.mp3", "c.mp3"] && summary.malformed.count == 1)
  }

  @Test func readsWhatFoobar2000Writes() throws {
    let text = "\u{FEFF}#EXTM3U\r\n#EXTINF:215,Björk - Jóga\r\nArtist\\Album\\01 Jóga.flac\r\n\r\n..\\B\\x.mp3\r\n"
    let (records, summary) = try read(text.utf8, as: "Active.m3u8")
    #expect(summary.kind == .playlist)
    #expect(summary.isPlaylist)
    #expect(summary.playlistName == "Active")
    #expect(paths(records) == ["Artist\\Album\\01 Jóga.flac", "..\\B\\x.mp3"])
    #expect(records[0].duration == 215)
    #expect(records[0].tags == TrackTags(title: "Jóga", artist: "Björk"))
    #expect(records[1].tags == TrackTags())
  }

  @Test func knowsItsCodePage() throws {
    let japanese: [UInt8] = Array("C:\\".utf8) + [0x83, 0x65, 0x83, 0x58, 0x83, 0x67] + Array(".mp3\r\n".utf8)
    let told = try read(japanese, as: "a.m3u", options: ReadingOptions(codePage: "CP932"))
    #expect(paths(told.records) == ["C:\\テスト.mp3"])
    #expect(told.summary.encoding == "CP932")
    let declared = try read(Array("#EXTM3U\r\n#EXTENC: SHIFT_JIS\r\n".utf8) + japanese, as: "a.m3u")
    #expect(paths(declared.records) == ["C:\\テスト.mp3"])
    let western = try read(Array("C:\\Caf".utf8) + [0xE9, 0x0D, 0x0A], as: "a.m3u")
    #expect(paths(western.records) == ["C:\\Café"])
    #expect(western.summary.warnings.count == 1)
    #expect(try paths(read(utf16("#EXTM3U\r\nC:\\音.mp3\r\n"), as: "a.m3u8").records) == ["C:\\音.mp3"])
    #expect(throws: ImportFailure.self) {
      try read(japanese, as: "a.m3u", options: ReadingOptions(codePage: "NO-SUCH-PAGE"))
    }
  }

  @Test func mixesRoots() throws {
    let lines = ["D:\\a.mp3", "\\\\nas\\m\\b.mp3", "/c.mp3", "file://E:\\d%20.mp3", "http://e.org/f", "e.mp3"]
    #expect(
      try paths(read(lines.joined(separator: "\n").utf8, as: "a.m3u8").records)
        == ["D:\\a.mp3", "\\\\nas\\m\\b.mp3", "/c.mp3", "E:\\d%20.mp3", "http://e.org/f", "e.mp3"])
  }

  @Test func aContainerIsOneRecord() throws {
    let text =
      "#EXTM3U\n" + String(repeating: "Album\\x.cue\n", count: 8) + "Album\\y.mp3\nAlbum\\y.mp3\nAlbum\\x.cue\n"
    #expect(
      try paths(read(text.utf8, as: "a.m3u8").records)
        == ["Album\\x.cue", "Album\\y.mp3", "Album\\y.mp3", "Album\\x.cue"])
  }

  @Test func readsTracksInsideFiles() throws {
    let text = "#EXTM3U\n#PLAYLIST:x\n#UUID:y\n#\nC:\\disc.iso,3\nC:\\b.mka|subsong:2\nC:\\x.dsf\n"
    #expect(try paths(read(text.utf8, as: "a.m3u8").records) == ["C:\\disc.iso,3", "C:\\b.mka#2", "C:\\x.dsf"])
  }

  @Test func aListThatBreaksOffIsRefused() throws {
    let track = "#EXTINF:215,Björk - Jóga\r\nArtist\\Album Vol. 1\\01 Jóga.flac"
    let whole = Array(("\u{FEFF}#EXTM3U\r\n" + track + "\r\n" + track).utf8)
    let second = whole.count - track.utf8.count
    for length in (second + 2)..<whole.count {
      #expect(try refusal(whole.prefix(length), as: "Active.m3u8") == .truncated, "\(length)")
    }
    // The last line may lack its end.
    #expect(try read(whole, as: "Active.m3u8").records.count == 2)
    #expect(try read(whole + [0x0D], as: "Active.m3u8").records.count == 2)
    for last in [
      "b.mp3", "b.OGG", "x.cue", "disc.iso,3", "http://radio/x", "C:\\a.zip|in/b.mp3", "C:\\b.mka|subsong:2", "#end",
    ] {
      let (records, summary) = try read("#EXTM3U\na.mp3\n\(last)".utf8, as: "a.m3u")
      #expect(records.count == (last == "#end" ? 1 : 2) && summary.warnings.isEmpty, "\(last)")
    }
    #expect(try refusal("file://C:\\a.mp3\nfile://C:\\b.fl".utf8, as: "playlist-AB12.fplite") == .truncated)
    #expect(try refusal("C:\\a.mp3\nC:\\Caf".utf8.map { $0 } + [0xC3], as: "a.m3u8") == .truncated)
    // Nothing tells whether a line alone is whole.
    #expect(try read("C:\\a".utf8, as: "a.m3u8").records.count == 1)
  }

  @Test func aListMayBeEmpty() throws {
    #expect(try read("#EXTM3U\r\n".utf8, as: "Active.m3u8").summary.entries == 0)
  }

  @Test func aFileOfNothingIsNoList() throws {
    do {
      _ = try read([], as: "Active.m3u8")
      Issue.record("a copy that was cut off at its beginning was taken for a list")
    } catch let failure as ImportFailure {
      #expect(failure.reason == .empty)
    }
  }

  @Test func livePlaylistsHaveTheirNamesInTheIndex() throws {
    let folder = try TemporaryFolder()
    let name = "playlists-v2.0/playlist-0A1B2C3D-0000-0000-0000-00000000000F.fplite"
    try folder.write(
      "\u{FEFF}{11111111-0000-0000-0000-000000000000}:Other\r\n"
        + "0a1b2c3d-0000-0000-0000-00000000000f:Active: new/old\r\n", to: "playlists-v2.0/index.txt")
    let text =
      "file://C:\\a.mp3\nfile://C:\\b.cue\t2\n3+file://C:\\b.cue\nfile://C:\\b.cue|subsong:4\nfile://C:\\c,5.mp3\n"
    let file = FilePath(try folder.write(text, to: name))
    let (records, summary) = try read(file)
    #expect(summary.kind == .fplite)
    #expect(summary.playlistName == "Active: new/old")
    #expect(paths(records) == ["C:\\a.mp3", "C:\\b.cue#2", "C:\\b.cue#3", "C:\\b.cue#4", "C:\\c,5.mp3"])
    try folder.write("x", to: "metadb.sqlite")
    #expect(ExportReader.files(in: FilePath(folder.path)) == [FilePath(folder["metadb.sqlite"]), file])
  }

  @Test func whatIsNoListIsRefused() throws {
    for text in [
      "Dear diary,\ntoday I heard music.\n", "\u{89}PNG\r\n", "a\tb\tc\n1\t2\t3\n", "{}", "[1,2]", "\0\0\0\0",
    ] {
      #expect(try refusal(text.utf8, as: "x.txt") == .unrecognised, "\(text)")
    }
    #expect(throws: ImportFailure.self) { try ExportReader.recognise(FilePath("/nonexistent/a.m3u8")) }
    #expect { try ExportReader.recognise(FilePath("/dev/zero")) } throws: {
      ($0 as? ImportFailure)?.reason == .notAFile
    }
  }
}

@Suite struct PlaylistBinaryTests {
  private typealias Track = PlaylistBuilder.Track

  @Test func readsTracksWithTheirTags() throws {
    let (records, summary) = try read(
      PlaylistBuilder.file([
        Track(
          location: "file://C:\\M\\a%20b.flac", seconds: 201.5,
          tags: [("ARTIST", ["Björk", "Oumou"]), ("title", ["Joga"]), ("album", ["H"]), ("tracknumber", ["2/10"])]),
        Track(location: "file://C:\\M\\x.cue", subsong: 3, flags: 0x53),
        Track(location: "http://radio/x", flags: 0),
        Track(
          location: "http://radio/y", flags: 5, seconds: -1,
          dynamicTags: [("artist", ["A"]), ("title", ["B", "C"]), ("comment", [String(repeating: "long", count: 50)])]),
        Track(location: "file://C:\\M\\last.flac"),
      ]), as: "My list.fpl")
    #expect(summary.kind == .fpl)
    #expect(summary.playlistName == "My list")
    #expect(
      paths(records) == ["C:\\M\\a%20b.flac", "C:\\M\\x.cue#3", "http://radio/x", "http://radio/y", "C:\\M\\last.flac"])
    #expect(records[0].tags == TrackTags(title: "Joga", artist: "Björk, Oumou", album: "H", trackNumber: "2"))
    #expect(records[0].duration == 201.5)
    #expect(records[3].duration == nil)
    #expect(summary.malformed.count == 0)
    #expect(summary.warnings.isEmpty)
  }

  @Test func readsVersion08() throws {
    let (records, summary) = try read(
      PlaylistBuilder.oldFile([
        Track(location: "file://C:\\a.mp3", tags: [("TITLE", ["T"]), ("ARTIST", ["A"])]),
        Track(location: "file://C:\\b.mp3"),
      ]), as: "old.fpl")
    #expect(summary.kind == .fpl)
    #expect(paths(records) == ["C:\\a.mp3", "C:\\b.mp3"])
    #expect(records[0].tags == TrackTags(title: "T", artist: "A"))
    #expect(records[0].duration == 200)
  }

  @Test func aWrongOffsetCostsItsTrack() throws {
    var bytes = PlaylistBuilder.file([
      Track(location: "file://C:\\a.mp3", flags: 0), Track(location: "file://C:\\b.mp3", flags: 0),
    ])
    let track = bytes.count - 24
    for (offset, problem) in [(UInt32(99_999), "table"), (8, "no location")] {
      bytes.replaceSubrange(track + 4..<track + 8, with: PlaylistBuilder.little(offset))
      let (records, summary) = try read(bytes, as: "a.fpl")
      #expect(paths(records) == ["C:\\b.mp3"])
      #expect(summary.malformed.first.first?.place == "track 1")
      #expect(summary.malformed.first.first?.problem.contains(problem) == true)
    }
  }

  /// Another program may have changed the table of strings without moving what points into it.
  @Test func aTableOfStringsThatWasEditedCostsWhatItNames() throws {
    let tracks = (0..<4).map { Track(location: "file://C:\\M\\\($0).flac", tags: [("title", ["t\($0)"])]) }
    let whole = PlaylistBuilder.file(tracks)
    let table = PlaylistBinary.magic.count + 4
    let name = try #require(whole.firstRange(of: Array("file://C:\\M\\2.flac".utf8)))
    // As long as before.
    var renamed = whole
    renamed.replaceSubrange(name, with: Array("file://C:\\M\\x.flac".utf8))
    #expect(try paths(read(renamed, as: "a.fpl").records)[2] == "C:\\M\\x.flac")
    // Longer, with its length put right: what follows is read from where it no longer is, but the tracks stay apart.
    var longer = whole
    longer.replaceSubrange(name, with: Array("file://C:\\Music\\2.flac".utf8))
    let size = whole[(table - 4)..<table].enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    longer.replaceSubrange((table - 4)..<table, with: PlaylistBuilder.little(UInt32(size + 4)))
    let (records, summary) = try read(longer, as: "a.fpl")
    #expect(records.count + summary.malformed.count == 4)
    #expect(paths(records).prefix(2) == ["C:\\M\\0.flac", "C:\\M\\1.flac"])
    // Without its zero bytes nothing in it ends.
    var endless = whole
    for index in table..<(table + size) where endless[index] == 0 { endless[index] = 0x20 }
    let (none, complaints) = try read(endless, as: "a.fpl")
    #expect(none.count + complaints.malformed.count == 4 && !paths(none).contains("C:\\M\\0.flac"))
  }

  @Test func boundsAreCheckedBeforeAllocating() throws {
    let whole = PlaylistBuilder.file([Track(location: "file://C:\\a.mp3"), Track(location: "file://C:\\b.mp3")])
    for length in 16..<whole.count {
      #expect(try refusal(whole.prefix(length), as: "a.fpl") == .truncated)
    }
    var bytes = PlaylistBuilder.file([Track(location: "file://C:\\a.mp3")])
    let words = bytes.count - 4 * 6 - 4
    #expect(bytes[words] == 6)
    bytes.replaceSubrange(words..<words + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(try refusal(bytes, as: "a.fpl") == .truncated)
    let many = PlaylistBinary.magic + [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    #expect(try refusal(many, as: "a.fpl") == .truncated)
    #expect(try read(PlaylistBuilder.file([]), as: "a.fpl").summary.entries == 0)
  }
}
