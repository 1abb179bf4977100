import TestSupport
import Testing
import Tracks

@testable import Foobar2000

/// A library of paths without tags, numbered from 1.
func library(_ paths: [String]) -> [LibraryFile] {
  paths.enumerated().map { LibraryFile(id: Int64($0 + 1), path: FilePath($1)) }
}

/// A record of one location.
func record(_ path: String, _ subsong: Int = 0) -> ListeningRecord {
  ListeningRecord(locations: [.init(path: path, subsong: subsong)])
}

@Suite struct MatchingTests {
  private let map = PathMap([PathMapping(from: #"D:\Music"#, to: FilePath("/music"))])

  @Test func mapsBothWays() {
    #expect(map.local(#"d:\music\A\b.mp3"#) == FilePath("/music/A/b.mp3"))
    #expect(map.local("D:/Music/A/b.mp3") == FilePath("/music/A/b.mp3"))
    #expect(map.local(#"\\?\D:\Music\b.mp3"#) == FilePath("/music/b.mp3"))
    #expect(map.local(#"D:\Musical\b.mp3"#) == nil)
    #expect(map.local("D:Music") == nil)
    #expect(map.foreign(FilePath("/music/A/b.mp3")) == #"D:\Music\A\b.mp3"#)
    #expect(map.foreign(FilePath("/musical/b.mp3")) == nil)
    let share = PathMap([PathMapping(from: #"\\NAS\audio\"#, to: FilePath("/srv/audio/"))])
    #expect(share.local(#"\\nas\Audio\x\y.mp3"#) == FilePath("/srv/audio/x/y.mp3"))
    #expect(share.foreign(FilePath("/srv/audio/x/y.mp3")) == #"\\NAS\audio\x\y.mp3"#)
  }

  @Test func oneListMayMixDrivesAndShares() throws {
    let both = PathMap([
      PathMapping(from: #"D:\Music"#, to: FilePath("/music")),
      PathMapping(from: #"\\NAS\audio"#, to: FilePath("/srv/audio")),
    ])
    let matcher = RecordMatcher(
      library: library(["/music/A/b.mp3", "/srv/audio/A/b.mp3", "/srv/audio/c.mp3"]), map: both)
    let list = #"D:\Music\A\b.mp3"# + "\r\n" + #"\\nas\Audio\A\b.mp3"# + "\r\n" + #"\\nas\audio\c.mp3"# + "\r\n"
    let found = try read(list.utf8, as: "a.m3u8").records.map { matcher.match($0) }
    #expect(
      found == [
        .matched([.init(file: 1)], how: .path, disagree: false),
        .matched([.init(file: 2)], how: .path, disagree: false),
        .matched([.init(file: 3)], how: .path, disagree: false),
      ])
  }

  @Test func membersOfArchivesAreNoFiles() throws {
    let matcher = RecordMatcher(library: library(["/music/mp3", "/music/in|ner.mp3", "/music/ner.mp3"]), map: map)
    for path in [
      #"unpack://zip|21|file://D:\Music\a.zip|in|ner.mp3"#, #"unpack://zip|21|file://D:\Music\a.zip|ner.mp3"#,
    ] {
      let records = try read(statistics(entry(path)), as: "s.xml").records
      #expect(records.map { matcher.match($0) } == [.notAFile("unpack")], "\(path)")
    }
  }

  @Test func prefersTheClosestSpelling() {
    let matcher = RecordMatcher(
      library: library([
        "/music/A/Song.mp3", "/music/A/song.mp3", "/music/B/Caf\u{E9}.mp3", "/music/C/What\u{F025}.mp3",
        "/music/D./x.mp3", "/music/E\u{F029}/x.mp3", "/music/F \u{F028}/x.mp3", "/music/G/\u{F028}",
        "/music/H\u{F029}.mp3",
      ]), map: map)
    #expect(
      matcher.match(record(#"D:\Music\A\song.mp3"#)) == .matched([.init(file: 2)], how: .path, disagree: false))
    #expect(matcher.match(record(#"D:\Music\A\SONG.mp3"#)) == .ambiguous([.init(file: 1), .init(file: 2)]))
    #expect(
      matcher.match(record("D:\\Music\\b\\Cafe\u{301}.MP3"))
        == .matched([.init(file: 3)], how: .foldedPath, disagree: false))
    #expect(
      matcher.match(record(#"D:\Music\C\What_.mp3"#)) == .matched([.init(file: 4)], how: .standIns, disagree: false))
    #expect(
      matcher.match(record(#"D:\Music\D\x.mp3"#)) == .matched([.init(file: 5)], how: .foldedPath, disagree: false))
    for (path, file) in [(#"D:\Music\E\x.mp3"#, 6), (#"D:\Music\E.\x.mp3"#, 6), (#"D:\Music\f\x.mp3"#, 7)] {
      let found = matcher.match(record(path))
      #expect(found == .matched([.init(file: Int64(file))], how: .foldedPath, disagree: false), "\(path)")
    }
    // In the middle of a name they are signs like others.
    #expect(matcher.match(record(#"D:\Music\H.mp3"#)) == .missing)
    #expect(matcher.match(record(#"D:\Music\A\other.mp3"#)) == .missing)
    #expect(matcher.match(record("http://example.org/x")) == .notAFile("http"))
  }

  @Test func derivesTheMap() {
    let files = (1...20).map { "/srv/tunes/Artist \($0 % 4)/Album/\($0) Some song.mp3" }
    let foreign = (1...20).map { "D:\\Music\\artist \($0 % 4)\\Album\\\($0) Some song.mp3" }
    let derived = PathMapDerivation.derive(foreign: foreign, library: files.map { FilePath($0) })
    #expect(
      derived == [
        .init(mapping: PathMapping(from: #"D:\Music"#, to: FilePath("/srv/tunes")), votes: 20, voters: 20)
      ])
    let twice = ["/a", "/b"].flatMap { root in files.map { FilePath(root + $0) } }
    #expect(PathMapDerivation.derive(foreign: foreign, library: twice).isEmpty)
  }

  /// A file with tags.
  private func file(
    _ id: Int64, _ path: String, _ artist: String, _ title: String, album: String? = "Album", track: String? = nil,
    _ duration: Double? = 200
  ) -> LibraryFile {
    LibraryFile(
      id: id, path: FilePath(path),
      tags: TrackTags(title: title, artist: artist, album: album, trackNumber: track), duration: duration)
  }

  private func items(_ paths: [String]) -> ListeningRecord {
    ListeningRecord(locations: paths.map { .init(path: $0) })
  }

  @Test func copiesShareAHistoryAndStrangersAreTold() {
    let matcher = RecordMatcher(
      library: [
        file(1, "/music/a.flac", "A", "T", 200), file(2, "/music/a.mp3", "A", "T", 201.5),
        file(3, "/music/b.mp3", "A", "U"), file(4, "/music/c.mp3", "A", "T", 250),
      ] + (5...16).map { LibraryFile(id: $0, path: FilePath("/music/\($0).wav"), duration: Double($0) * 10) }, map: map)
    #expect(
      matcher.match(items([#"D:\Music\a.flac"#, #"D:\Music\a.mp3"#, #"E:\old\a.mp3"#]))
        == .matched([.init(file: 1), .init(file: 2)], how: .path, disagree: false))
    #expect(
      matcher.match(items([#"D:\Music\a.flac"#, #"D:\Music\b.mp3"#]))
        == .matched([.init(file: 1), .init(file: 3)], how: .path, disagree: true))
    #expect(
      matcher.match(items([#"D:\Music\a.flac"#, #"D:\Music\c.mp3"#]))
        == .matched([.init(file: 1), .init(file: 4)], how: .path, disagree: true))
    // foobar2000 does not look at the album artist.
    func copy(_ id: Int64, _ path: String, by albumArtist: String?) -> LibraryFile {
      var copy = file(id, path, "A", "V")
      copy.tags.albumArtist = albumArtist
      return copy
    }
    let copies = RecordMatcher(library: [copy(1, "/m/x/v.flac", by: "A"), copy(2, "/m/y/v.mp3", by: nil)])
    let elsewhere = ListeningRecord(
      locations: [.init(path: #"X:\old\v.mp3"#)], tags: TrackTags(title: "V", artist: "A", album: "Album"))
    #expect(
      copies.match(elsewhere) == .matched([.init(file: 1), .init(file: 2)], how: .tags, disagree: false))
    let untagged = items((5...16).map { "D:\\Music\\\($0).wav" })
    guard case .matched(let tracks, how: .path, disagree: true) = matcher.match(untagged) else {
      Issue.record("unrelated files went unnoticed")
      return
    }
    #expect(tracks.count == 12)
  }

  @Test func cueTracksAreFoundInTheirFiles() {
    let album = LibraryFile(
      id: 1, path: FilePath("/music/A/Album.flac"),
      cueTracks: (1...9).map { .init(sheet: FilePath("/music/A/Album.cue"), number: $0) })
    let embedded = LibraryFile(
      id: 2, path: FilePath("/music/B/x.flac"),
      cueTracks: (1...3).map { .init(sheet: FilePath("/music/B/x.flac"), number: $0) })
    let matcher = RecordMatcher(
      library: [
        album, embedded, LibraryFile(id: 3, path: FilePath("/music/x.dsf")),
        LibraryFile(id: 4, path: FilePath("/music/foo,2.flac")),
        LibraryFile(
          id: 5, path: FilePath("/music/disc.iso"),
          cueTracks: (1...4).map { .init(sheet: FilePath("/music/disc.iso"), number: $0) }),
      ], map: map)
    for number in 1...9 {
      #expect(
        matcher.match(record(#"D:\Music\A\Album.cue"#, number))
          == .matched([.init(file: 1, subsong: number)], how: .path, disagree: false))
    }
    #expect(
      matcher.match(record(#"D:\Music\a\album.CUE"#)) == .matched([.init(file: 1)], how: .foldedPath, disagree: false))
    #expect(matcher.match(record(#"D:\Music\A\Album.cue"#, 10)) == .missing)
    #expect(
      matcher.match(record(#"D:\Music\B\x.flac"#, 3))
        == .matched([.init(file: 2, subsong: 3)], how: .path, disagree: false))
    #expect(
      matcher.match(record(#"D:\Music\B\x.flac,3"#))
        == .matched([.init(file: 2, subsong: 3)], how: .path, disagree: false))
    #expect(
      matcher.match(record(#"D:\Music\disc.iso,3"#))
        == .matched([.init(file: 5, subsong: 3)], how: .path, disagree: false))
    #expect(matcher.match(record(#"D:\Music\x.dsf"#, 1)) == .matched([.init(file: 3)], how: .path, disagree: false))
    #expect(matcher.match(record(#"D:\Music\foo,2.flac"#)) == .matched([.init(file: 4)], how: .path, disagree: false))
  }

  @Test func relativeEntriesStopAtTheRoot() throws {
    let list = #"file-relative://..\..\..\..\C\d.mp3"# + "\r\n"
    let found = try read(list.utf8, as: "a.m3u8").records
    func match(_ files: [String]) -> [MatchResult] {
      let matcher = RecordMatcher(
        RecordMatcher(library: library(files)), map: PathMap(), playlistFolder: FilePath("/music/lists"))
      return found.map { matcher.match($0) }
    }
    #expect(match(["/music/C/d.mp3", "/music/lists/C/d.mp3"]) == [.missing])
    #expect(
      match(["/music/C/d.mp3", "/C/d.mp3", "/music/lists/C/d.mp3"])
        == [.matched([.init(file: 2)], how: .path, disagree: false)])
  }

  @Test func relativeEntriesStartAtThePlaylist() {
    let files = library(["/music/lists/A/b.mp3", "/music/C/d.mp3", "/music/Artist/Album/01 song.mp3"])
    let inside = RecordMatcher(RecordMatcher(library: files), map: PathMap(), playlistFolder: FilePath("/music/lists"))
    #expect(inside.match(record(#"A\b.mp3"#)) == .matched([.init(file: 1)], how: .path, disagree: false))
    #expect(inside.match(record(#"..\C\d.mp3"#)) == .matched([.init(file: 2)], how: .path, disagree: false))
    #expect(
      inside.match(record(#"..\..\..\..\C\d.mp3"#)) == .missing)
    let outside = RecordMatcher(library: files, playlistFolder: FilePath("/home/me"))
    #expect(
      outside.match(record(#"Artist\Album\01 song.mp3"#)) == .matched([.init(file: 3)], how: .tail, disagree: false))
    #expect(
      outside.match(record(#"..\..\Artist\Album\01 song.mp3"#))
        == .matched([.init(file: 3)], how: .tail, disagree: false))
    #expect(outside.match(record("01 song.mp3")) == .missing)
  }

  /// A list tells lengths and titles of its own, which need not be those of the file.
  @Test func aWholeRelativePathIsEnough() {
    let entry = ListeningRecord(
      locations: [.init(path: #"Artist\Album\01 song.mp3"#)], tags: TrackTags(title: "Its title", artist: "Its artist"),
      duration: 200)
    func match(_ files: [LibraryFile]) -> MatchResult { RecordMatcher(library: files).match(entry) }
    let path = "/m/Artist/Album/01 song.mp3"
    let found = MatchResult.matched([.init(file: 1)], how: .tail, disagree: false)
    #expect(match([file(1, path, "Artist", "Song", 12)]) == found)
    #expect(match([file(1, path, "Another", "Song", 12), file(2, "/m/2.mp3", "Artist", "Other", 9)]) != found)
    #expect(match([file(1, path, "Artist", "Song", 12), file(2, "/n" + path, "Artist", "Song", 12)]) != found)
  }

  @Test func tagsDecideWherePathsDoNot() {
    let matcher = RecordMatcher(library: [
      file(1, "/m/1.mp3", "Björk", "Jóga", track: "2", 301), file(2, "/m/2.mp3", "Björk", "Jóga", album: "Live", 340),
      file(3, "/m/3.mp3", "A", "Twice", 100), file(4, "/m/4.mp3", "A", "Twice", 101),
      file(5, "/m/5.mp3", "A", "Other", album: "X", 100), file(6, "/m/6.mp3", "A", "Other", album: "Y", 101),
    ])
    func match(_ artist: String?, _ title: String, album: String? = nil, _ duration: Double? = nil) -> MatchResult {
      matcher.match(
        ListeningRecord(
          locations: [.init(path: #"X:\nowhere.mp3"#)], tags: TrackTags(title: title, artist: artist, album: album),
          duration: duration))
    }
    #expect(match("BJÖRK", "joga") == .missing)
    #expect(match("BJÖRK", "JO\u{301}GA", 300) == .matched([.init(file: 1)], how: .tags, disagree: false))
    #expect(match("Björk", "Jóga", album: "live") == .matched([.init(file: 2)], how: .tags, disagree: false))
    #expect(match(nil, "Björk - Jóga", 341) == .matched([.init(file: 2)], how: .tags, disagree: false))
    #expect(match("Björk", "Jóga", 320) == .missing)
    #expect(match("Björk", "Jóga") == .ambiguous([.init(file: 1), .init(file: 2)]))
    #expect(
      match("A", "Twice", album: "Album", 100)
        == .matched([.init(file: 3), .init(file: 4)], how: .tags, disagree: false))
    #expect(match("A", "Other", 100) == .ambiguous([.init(file: 5), .init(file: 6)]))
    let numbered = ListeningRecord(
      locations: [.init(path: #"X:\05 Jóga.mp3"#)], tags: TrackTags(title: "Jóga", artist: "Björk"), duration: 301)
    #expect(matcher.match(numbered) == .ambiguous([.init(file: 1)]))
  }

  @Test func namesInAPathAreTags() {
    let matcher = RecordMatcher(library: [
      file(1, "/m/x/a.flac", "AC/DC", "What's Next?", album: "Who: Made Who", track: "03"),
      file(2, "/m/x/b.flac", "Other", "What's Next?", album: "Who: Made Who", track: "03"),
      file(3, "/m/x/c.flac", "Solo", "Solo", album: "Solo", track: "1"),
    ])
    for path in [
      #"D:\AC_DC\Who_ Made Who\03 What's Next_.mp3"#,
      #"D:\AC-DC\1986 - Who- Made Who [FLAC]\CD 1\1-03. What’s Next.mp3"#,
      #"D:\x\AC_DC - Who_ Made Who (1986)\AC_DC - 03 - What's Next.mp3"#, #"D:\Who_ Made Who\AC_DC - What's Next.mp3"#,
    ] {
      #expect(matcher.match(record(path)) == .matched([.init(file: 1)], how: .names, disagree: false), "\(path)")
    }
    for path in [
      #"D:\AC_DC\Who_ Made Who\04 What's Next_.mp3"#, #"D:\AC_DC\Live\03 What's Next_.mp3"#, #"D:\Solo\01 Solo.mp3"#,
      #"D:\Who_ Made Who\03 What's Next_.mp3"#, #"D:\Third\Who_ Made Who\03 What's Next_.mp3"#,
    ] {
      #expect(matcher.match(record(path)) == .missing, "\(path)")
    }
  }

  @Test func aListMayBeLongerThanTheLibrary() {
    let files = (0..<70).map { "/srv/music/Artist \($0 % 7)/Song of \($0).mp3" }
    let foreign = (0..<100).map { "M:\\Artist \($0 % 7)\\Song of \($0).mp3" }
    let blank = RecordMatcher(library: library(files))
    let matcher = RecordMatcher(
      blank, map: PathMap(blank.derive(foreign: foreign).map(\.mapping)), playlistFolder: nil)
    let results = foreign.map { matcher.match(record($0)) }
    #expect(results.count { $0 == .missing } == 30)
    #expect(
      results.prefix(70).enumerated().allSatisfy { index, result in
        result == .matched([.init(file: Int64(index + 1))], how: .path, disagree: false)
      })
  }

  @Test func derivesOnlyWhatIsClear() {
    func derive(_ foreign: [String], _ files: [String]) -> [String] {
      PathMapDerivation.derive(foreign: foreign, library: files.map { FilePath($0) })
        .map { "\($0.mapping.from) -> \($0.mapping.to.display)" }
    }
    // Too few files for a rule, unless there are no more.
    #expect(derive([#"D:\M\one song.mp3"#, #"D:\M\b.mp3"#, #"D:\M\c.mp3"#], ["/q/one song.mp3"]) == [])
    #expect(derive([#"D:\M\one song.mp3"#], ["/m/one song.mp3"]) == [#"D:\M -> /m"#])
    #expect(
      derive([#"D:\M\Trio\one song.mp3"#, #"D:\M\b.mp3"#, #"D:\M\c.mp3"#], ["/m/Trio/one song.mp3"])
        == [#"D:\M\Trio -> /m/Trio"#])
    // Names that every collection holds stand for nothing.
    let numbers = (1...9).map { "\($0) Track.mp3" }
    let tracks = numbers.map { "D:\\A\\CD1\\\($0)" }
    #expect(derive(tracks, numbers.map { "/m/B/CD1/\($0)" } + ["/m/Choir/Mass.mp3"]) == [])
    // They do where all of the library agrees.
    let plain = (1...12).map { "Artist \($0 % 2)/Album \($0 % 3)/\($0).flac" }
    let windows = plain.map { "D:\\Music\\" + $0.replacing("/", with: "\\") }
    #expect(derive(windows, plain.map { "/srv/\($0)" }) == [#"D:\Music -> /srv"#])
    // A folder that was moved by itself gets a mapping of its own.
    let songs = (1...12).map { "Song number \(["one", "two", "three", "four"][$0 % 4]) \($0).mp3" }
    let foreign =
      songs.map { "D:\\Music\\Artist\\Early\\\($0)" } + songs.map { "D:\\Music\\Band\\Late\\x\($0)" }
      + songs.map { "D:\\Music\\Choir\\Mass\\y\($0)" }
    let files =
      songs.map { "/music/Artist/Early/\($0)" } + songs.map { "/music/New/Late/x\($0)" }
      + songs.map { "/music/Choir/Mass/y\($0)" }
    #expect(derive(foreign, files) == [#"D:\Music -> /music"#, #"D:\Music\Band -> /music/New"#])
    let shares = songs.map { "\\\\NAS\\Audio\\Sets\\\($0)" }
    #expect(derive(shares, songs.map { "/mnt/sets/\($0)" }) == [#"\\nas\audio\Sets -> /mnt/sets"#])
  }
}
