import Foundation
import TestSupport
import Testing

/// The small lists and tables of `Cases` as they were met in the field, with music of the names that they give, through
/// the built programs.
@Suite(.blocking, .enabled(if: BuiltProgram.isInstalled("ffmpeg"), "ffmpeg is not installed"))
struct GivenCaseTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "music: ['\(folder["music"])']\nstate: '\(folder["state"])'\nanalysis: {workers: 1, samples: 2}\n",
      to: "indexd.yaml")
  }

  private struct Song {
    var name: String
    var seconds = 2.0
    var tags: [String: String] = [:]
  }

  /// Encodes songs as FLAC files, each of its own sound and of 2017.
  private func write(_ songs: [Song]) throws {
    let encoder = Process()
    encoder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    var (inputs, outputs): ([String], [String]) = ([], [])
    for (number, song) in songs.enumerated() {
      let tune = Tune(seed: UInt64(number + 1), seconds: 20)
      let sound = WaveFile.bytes(tune.played(seconds: song.seconds), rate: Tune.rate)
      inputs += ["-i", try folder.write(sound, to: "\(number).wav")]
      let file = folder["music/\(song.name)"]
      try FileManager.default.createDirectory(
        atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      outputs += ["-map", "\(number):a", "-c:a", "flac"]
      outputs += song.tags.sorted { $0.key < $1.key }.flatMap { ["-metadata", "\($0.key)=\($0.value)"] } + [file]
    }
    encoder.arguments = ["ffmpeg", "-v", "error", "-nostdin"] + inputs + outputs
    try encoder.run()
    encoder.waitUntilExit()
    try #require(encoder.terminationStatus == 0)
    for song in songs { try date(folder["music/\(song.name)"], Date(timeIntervalSince1970: 1_500_000_000)) }
  }

  private func date(_ file: String, _ date: Date) throws {
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file)
  }

  private func given(_ name: String) throws -> [UInt8] {
    let source = try #require(Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Cases"))
    return Array(try Data(contentsOf: source))
  }

  /// Drops cases into the inbox, under the names that they go by, and runs the daemon once.
  private func run(_ cases: KeyValuePairs<String, String>) throws {
    for (name, kept) in cases { try folder.write(given(name), to: "state/inbox/\(kept)") }
    let run = try indexd.run(["--config", folder["indexd.yaml"], "--once"])
    #expect(run.code == 0, "\(run.errors)")
  }

  private func answer(_ command: String) throws -> Any {
    let run = try indexctl.run(["--config", folder["indexd.yaml"], command, "--json"])
    #expect(run.code == 0, "\(run.errors)")
    return try json(run.output)
  }

  private func rows() throws -> [[String: Any]] { try #require(try answer("labels") as? [[String: Any]]) }

  /// `label reason` by the path below the music folder.
  private func labels() throws -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: try rows().map { row in
        let path = (row["path"] as? String ?? "").dropFirst(folder["music/"].count)
        return (String(path), "\(row["label"] ?? "") \(row["reason"] ?? "")")
      })
  }

  private func advice() throws -> [String] {
    try #require(try answer("status") as? [String: Any])["advice"] as? [String] ?? []
  }

  /// The twelve songs of cases 01 and 02.
  private static let album = (1...12).map { number in
    "Artist/Album/\(number < 10 ? "0" : "")\(number) \(number < 7 ? "Söng" : "Song").flac"
  }
  /// A song that no list names: what makes tracks bad still works.
  private static let archived = "Gone/01 Other.flac"

  @Test func oneLineOfACodePage() throws {
    try write((Self.album + [Self.archived]).map { Song(name: $0) })
    try run(["01-one-cp1252-line.m3u8": "Active.m3u8"])
    let labels = try labels()
    #expect(Self.album.allSatisfy { labels[$0] == "unheard neverPlayed" }, "\(labels)")
    #expect(labels[Self.archived] == "bad archivedNotActive")
    let status = try #require(try answer("status") as? [String: Any])
    let warnings = try #require((status["imports"] as? [[String: Any]])?.first?["warnings"] as? [String])
    #expect(warnings.count == 1 && warnings[0].hasPrefix("1 of 13 lines is not UTF-8"), "\(warnings)")
  }

  @Test func questionMarksOfALossyList() throws {
    try write((Self.album + [Self.archived]).map { Song(name: $0) })
    try run(["02-ansi-question-marks.m3u": "Active.m3u"])
    let labels = try labels()
    #expect(Self.album.prefix(6).allSatisfy { labels[$0] == "undecided doubtfulEntry" }, "\(labels)")
    #expect(Self.album.dropFirst(6).allSatisfy { labels[$0] == "unheard neverPlayed" }, "\(labels)")
    #expect(labels.values.allSatisfy { !$0.hasPrefix("bad") })
    let advice = try advice()
    #expect(advice.contains { $0.contains("save the list as .m3u8") }, "\(advice)")
  }

  @Test func aFolderThatBeginsWithAHash() throws {
    let names = (1...3).map { "#1 Band/Album/0\($0) Song.flac" } + ["Other/Album/01 Song.flac"]
    try write((names + [Self.archived]).map { Song(name: $0) })
    try run(["03-folder-begins-with-hash.m3u8": "Active.m3u8"])
    let labels = try labels()
    #expect(names.allSatisfy { labels[$0] == "unheard neverPlayed" }, "\(labels)")
    #expect(labels[Self.archived] == "bad archivedNotActive")
  }

  @Test func movedDiscsWithEqualTags() throws {
    let songs = [1, 2].flatMap { disc in
      [1, 2].map { part in
        Song(
          name: "Artist/Album/CD\(disc)/0\(part) Part \(part).flac", seconds: Double(8 * disc + 4 * part),
          tags: ["artist": "Artist", "album": "Album", "title": "Part"])
      }
    }
    try write(songs)
    try run(["04-ambiguous-Active.m3u8": "Active.m3u8", "04-ambiguous.xml": "Statistics.xml"])
    let labels = try labels()
    #expect(labels.count == 4 && labels.values.allSatisfy { $0 == "undecided doubtfulEntry" }, "\(labels)")
    let advice = try advice()
    #expect(advice.contains { $0.contains("Only 0 of the 4 entries") }, "\(advice)")
  }

  @Test func playsOfYearsBeforeTheList() throws {
    let names = ["Artist/Album/01 Song.flac", "Artist/Album/02 Song.flac"]
    try write(names.map { Song(name: $0) })
    for name in names { try date(folder["music/\(name)"], Date()) }
    let list = try folder.write("#EXTM3U\r\nD:\\Music\\Artist\\Album\\02 Song.flac\r\n", to: "state/inbox/Active.m3u8")
    let table = try folder.write(given("05-first-played-before-the-list.txt"), to: "state/inbox/plays.txt")
    for file in [list, table] { try date(file, Date(timeIntervalSinceNow: -30 * 86_400)) }
    try run([:])
    let labels = try labels()
    #expect(labels[names[0]] == "bad archivedNotActive", "\(labels)")
  }

  @Test func aLastPlayWithoutACount() throws {
    let names = ["Artist/Album/01 Song.flac", "Artist/Album/02 Song.flac"]
    try write(names.map { Song(name: $0) })
    try run(["06-last-played-but-no-count.xml": "Statistics.xml"])
    #expect(try labels() == [names[0]: "undecided playedCountUnknown", names[1]: "undecided playedCountUnknown"])
  }

  @Test func oneEntryOfTwoRecordings() throws {
    let tags = ["artist": "A", "title": "Intro"]
    let names = ["A/cd1 intro.flac", "A/cd2 intro.flac"]
    try write([Song(name: names[0], seconds: 8, tags: tags), Song(name: names[1], seconds: 14, tags: tags)])
    try run(["07-one-entry-two-recordings.xml": "Statistics.xml"])
    #expect(try labels() == [names[0]: "undecided playedCountUnknown", names[1]: "undecided playedCountUnknown"])
  }

  @Test(arguments: [false, true]) func nestedMusicFolders(isReversed: Bool) throws {
    try write(["one.flac", "Lossless/two.flac"].map { Song(name: $0) })
    let lines = String(decoding: try given("08-nested-music-folders.yaml"), as: UTF8.self)
      .replacing("/srv/music", with: folder["music"]).replacing("/var/tmp/nested-state", with: folder["state"])
    let (outer, inner) = ("'\(folder["music"])'", "'\(folder["music/Lossless"])'")
    let reversed = lines.replacing("[\(outer), \(inner)]", with: "[\(inner), \(outer)]")
    #expect(reversed != lines)
    try folder.write(isReversed ? reversed : lines, to: "indexd.yaml")
    let checked = try indexctl.run(["--config", folder["indexd.yaml"], "check-config"])
    let told = checked.output + checked.errors
    #expect(checked.code == 0 && told.contains("lies inside the music folder"), "\(told)")
    for _ in 0..<2 {
      try run([:])
      #expect(try Set(labels().keys) == ["one.flac", "Lossless/two.flac"])
    }
  }

  @Test func datesThatASpreadsheetSavedAgain() throws {
    let names = ["Artist/Album/01 Song.flac", "Artist/Album/02 Song.flac"]
    try write(names.map { Song(name: $0) })
    try run(["16-dates-resaved-by-a-spreadsheet.csv": "plays.csv"])
    #expect(try rows().map { $0["plays"] as? Int } == [8, 2])
    #expect(try labels()[names[0]] == "good plays")
    let status = try #require(try answer("status") as? [String: Any])
    let table = try #require((status["imports"] as? [[String: Any]])?.first)
    #expect(table["matched"] as? Int == 2 && (table["warnings"] as? [String])?.isEmpty == true, "\(table)")
  }
}
