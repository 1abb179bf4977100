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

  @Test func prefersTheClosestSpelling() {
    let matcher = RecordMatcher(
      library: library([
        "/music/A/Song.mp3", "/music/A/song.mp3", "/music/B/Caf\u{E9}.mp3", "/music/C/What\u{F025}.mp3",
        "/music/D./x.mp3",
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
}
