import Foundation
import TestSupport
import Testing
import Tracks

@testable import Foobar2000

/// Locations on servers, and those that other players write.
@Suite struct OtherPlacesTests {
  @Test(arguments: [
    ("smb://nas/music/A/b.flac", "smb://nas/music/A/b.flac"),
    ("SMB://me:secret@NAS/music/b.flac", "smb://NAS/music/b.flac"),
    ("smb://DOMAIN;me:secret@x@nas/music/b.flac", "smb://nas/music/b.flac"),
    ("smb://me:secr/et@nas/music/b.flac", "smb://nas/music/b.flac"),
    ("ftp://me@host:2121/b.flac", "ftp://host:2121/b.flac"), ("ftps://host/a@b/c.flac", "ftps://host/a@b/c.flac"),
    ("davs://u:p%40ss@cloud.example/dav/b.flac", "davs://cloud.example/dav/b.flac"),
    ("3+smb://me:secret@nas/music/b.cue", "smb://nas/music/b.cue"),
    ("file:///home/me/100%25%20Pop.flac", "file:///home/me/100%25%20Pop.flac"),
    ("file:///home/me/100 % Pop.flac", "/home/me/100 % Pop.flac"), (#"file://C:\a%20b.mp3"#, #"C:\a%20b.mp3"#),
  ])
  func aLocationKeepsItsPlaceAndNoSecret(text: String, kept: String) {
    let location = LocationString.location(text)
    #expect(location.path == kept)
    #expect(!location.path.contains("secr") && location.subsong == (text.hasPrefix("3+") ? 3 : 0))
  }

  @Test func aShareIsOneByBothItsNames() {
    let share = ForeignPath(#"\\nas\music\A\b.flac"#)
    #expect(ForeignPath("smb://NAS/Music/A/b.flac") == share && ForeignPath("smb://nas:445/music/A/./b.flac") == share)
    #expect(ForeignPath("smb://nas") == nil)
    #expect(ForeignPath("ftp://nas/music/b.flac") == ForeignPath("ftps://NAS:990/music/b.flac"))
    #expect(ForeignPath("ftp://nas/music/b.flac") != ForeignPath("dav://nas/music/b.flac"))
  }

  @Test(arguments: ["smb://nas/my music", "smb://nas/my%20music", #"\\nas\my music"#])
  func serversAreKeysOfTheMap(key: String) {
    let map = PathMap([PathMapping(from: key, to: FilePath("/srv/music"))])
    let matcher = RecordMatcher(library: library(["/srv/music/Ä/100% Pop.flac", "/srv/music/Ä/a%20b.flac"]), map: map)
    for location in [
      "smb://nas/my music/Ä/100% Pop.flac", "smb://nas/my%20music/%C3%84/100%25%20Pop.flac",
      #"\\nas\my music\Ä\100% Pop.flac"#,
    ] {
      #expect(matcher.match(record(location)) == .matched([.init(file: 1)], how: .path, disagree: false), "\(location)")
    }
    // A name that has a percent sign is taken as it is, before it is read in any other way.
    #expect(
      matcher.match(record("smb://nas/my music/Ä/a%20b.flac"))
        == .matched([.init(file: 2)], how: .path, disagree: false))
    let end = key.hasPrefix("smb") ? "/x/y.flac" : #"\x\y.flac"#
    #expect(map.foreign(FilePath("/srv/music/x/y.flac"))?.hasSuffix(end) == true)
  }

  @Test func aServerIsDerivedFromNames() {
    let names = (1...5).map { "Artist of \($0)/Album \($0)/0\($0) Tune Nº\($0).flac" }
    let local = names.map { FilePath("/srv/music/\($0)") }
    let encoded = names.map { name in
      "davs://cloud.example/dav/me/" + (name.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? name)
    }
    #expect(
      PathMapDerivation.derive(foreign: encoded, library: local).map(\.mapping)
        == [PathMapping(from: "dav://cloud.example/dav/me", to: FilePath("/srv/music"))])
    #expect(
      PathMapDerivation.derive(foreign: names.map { "smb://nas/m/\($0)" }, library: local).map(\.mapping)
        == [PathMapping(from: #"\\nas\m"#, to: FilePath("/srv/music"))])
  }

  @Test func encodedPathsOfThisMachineAreReadSecond() {
    let matcher = RecordMatcher(library: library(["/m/a b.flac", "/m/c%20d.flac", "/m/c d.flac"]))
    func file(_ path: String) -> MatchResult { matcher.match(record(LocationString.location(path).path)) }
    #expect(file("file:///m/a%20b.flac") == .matched([.init(file: 1)], how: .path, disagree: false))
    #expect(file("file:///m/c%20d.flac") == .matched([.init(file: 2)], how: .path, disagree: false))
    #expect(file("/m/a%20b.flac") == .missing, "only a URL has escapes")
    #expect(file("http://radio.example/a%20b.flac") == .notAFile("http"))
  }

  // MARK: Playcount 2003

  private static let name = "metadb_index_BE36C585_58CE_4465_9825_F2CA30CCEEED"

  private func database(_ rows: [(name: String, value: [UInt8])]) throws -> (TemporaryFolder, FilePath) {
    let folder = try TemporaryFolder()
    var text = """
      CREATE TABLE \(Self.name)(key INTEGER NOT NULL, filename TEXT UNIQUE PRIMARY KEY);
      CREATE TABLE \(Self.name)_data(key INTEGER PRIMARY KEY, value BLOB);
      """
    for (number, row) in rows.enumerated() {
      text += "INSERT INTO \(Self.name) VALUES(\(number), '\(row.name)');"
      text += "INSERT INTO \(Self.name)_data VALUES(\(number), \(ProfileBuilder.blob(row.value)));"
    }
    try ProfileBuilder.write(text, to: folder["metadb.sqlite"])
    return (folder, FilePath(folder["metadb.sqlite"]))
  }

  @Test func playcount2003IsReadFromTheProfile() throws {
    func value(_ numbers: [UInt32]) -> [UInt8] { numbers.flatMap(PlaylistBuilder.little) + Array("text".utf8) }
    let (folder, path) = try database([
      (#"0+file://D:\Music\a.flac"#, value([1_700_000_000, 1_710_000_000, 1, 7, 9, 1_600_000_000])),
      (#"0+file://D:\Music\b.flac"#, value([0, 0, 0, 0, 0, 1_600_000_001])),
      (#"0+file://D:\Music\c.flac"#, value([0, 0, 0, .max, .max, .max])),
      (#"0+file://D:\Music\d.flac"#, [1, 2, 3]),
    ])
    defer { withExtendedLifetime(folder) {} }
    let (records, summary) = try read(path)
    #expect(summary.kind == .metadb && summary.malformed.count == 1)
    #expect(records.map(\.playCount) == [7, 0, nil] && records.map(\.rating) == [5, nil, nil])
    #expect(records[0].firstPlayed == 1_700_000_000 && records[0].lastPlayed == 1_710_000_000)
    #expect(records.map(\.added) == [1_600_000_000, 1_600_000_001, 4_294_967_295])
  }

  // MARK: Other players

  @Test func beefwebsItemsAreATable() throws {
    let rows = (1...4).map {
      #"{"columns":["D:\\Music\\0\#($0).flac","\#($0)","2023-01-01 10:00:00","2024-01-0\#($0) 10:00:00","2020-01-01 00:00:00"]}"#
    }
    let text = #"{"playlistItems":{"offset":0,"totalCount":9,"items":["# + rows.joined(separator: ",") + "]}}"
    let (records, summary) = try read(text.utf8, as: "items.json")
    #expect(summary.kind == .beefweb && records.map(\.playCount) == [1, 2, 3, 4])
    #expect(records[0].locations == [.init(path: #"D:\Music\01.flac"#)] && records[1].lastPlayed != nil)
    #expect(summary.warnings.contains { $0.contains("4 of 9 items") })
    let others = [#"{"playlistItems":{"items":[{"columns":["x"]}]}}"#, #"{"playlistItems":{"items":7}}"#]
    for wrong in [String(text.dropLast(3))] + others {
      #expect(throws: ImportFailure.self) { try read(wrong.utf8, as: "items.json") }
    }
  }

  @Test func listensAreCounted() throws {
    let table =
      "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
      + "\"1704067300\",\"01 Jan 2024, 00:01\",\"A\",\"\",\"B\",\"\",\"S, T\",\"\"\n"
      + "\"1704067200\",\"01 Jan 2024, 00:00\",\"A\",\"\",\"B\",\"\",\"S, T\",\"\"\n"
      + "\"1704067200\",\"01 Jan 2024, 00:00\",\"A\",\"\",\"B\",\"\",\"S, T\",\"\"\n"
      + "\"1704060000\",\"31 Dec 2023, 22:00\",\"A\",\"\",\"\",\"\",\"U\",\"\"\n"
      + "\"\",\"\",\"A\",\"\",\"\",\"\",\"now\",\"\"\n"
    let (records, summary) = try read(table.utf8, as: "scrobbles.csv")
    #expect(records.map(\.playCount) == [2, 1], "a row twice is one listen")
    #expect(records[0].firstPlayed == 1_704_067_200 && records[0].lastPlayed == 1_704_067_300)
    #expect(records[0].tags == TrackTags(title: "S, T", artist: "A", album: "B"))
    #expect(summary.entries == 2 && summary.withoutLocation == 2 && summary.warnings.count == 1)
    let lines = [1_704_067_200, 1_704_067_900].map {
      #"{"listened_at":\#($0),"track_metadata":{"artist_name":"A","track_name":"T","release_name":"B","#
        + #""additional_info":{"x":[1]}}}"#
    }
    let (counted, other) = try read(lines.joined(separator: "\n").utf8, as: "listens.jsonl")
    #expect(counted.map(\.playCount) == [2] && counted[0].tags.album == "B" && other.kind == .listens)
    // What is nested for ever costs itself.
    let deep = String(repeating: #"{"track_metadata":"#, count: 50_000) + #""listened_at""#
    #expect(throws: ImportFailure.self) { try read(deep.utf8, as: "listens.jsonl") }
    #expect(throws: ImportFailure.self) { try read((#"{"listened_at":1,"# + deep).utf8, as: "listens.jsonl") }
  }
}
