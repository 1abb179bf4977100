import Foundation
import Labelling
import MusicIndex
import Pipeline
import TestSupport
import Testing
import Tracks

/// What imports tell of hearing and of presence, from their entries to the labels.
@Suite struct HeardTests {
  private static let unknown = "undecided playedCountUnknown"

  private func entry(_ attributes: String, _ paths: [String], _ library: ListenedLibrary) -> String {
    "<Entry \(attributes)>" + paths.map { "<Item Path=\"\(library.file($0))\"/>" }.joined() + "</Entry>\n"
  }

  /// A song of a title, with a length by name.
  private func titled(_ title: String) -> TrackTags {
    TrackTags(title: title, artist: "A", album: "X", trackNumber: "1")
  }

  private let played = "FirstPlayed=\"131909040000000000\" LastPlayed=\"132592896000000000\""

  @Test func aLastPlayWithoutACountIsHeard() async throws {
    let library = try await ListenedLibrary(["a.flac", "b.flac", "c.flac", "d.flac"])
    let text = library.document(
      entry("ID=\"1\" \(played)", ["a.flac"], library) + entry("ID=\"2\" Count=\"0\" \(played)", ["b.flac"], library)
        + entry("ID=\"3\" Count=\"0\" Rating=\"234\"", ["c.flac"], library)
        + entry("ID=\"4\" Count=\"0\" Added=\"132592896000000000\"", ["d.flac"], library))
    try await library.imported([try library.export(text, as: "s.xml")])
    #expect(
      try library.labels() == [
        "a.flac": "\(Self.unknown) -", "b.flac": "\(Self.unknown) 0", "c.flac": "unheard neverPlayed 0",
        "d.flac": "unheard neverPlayed 0",
      ])
  }

  /// A table that has no counts at all.
  @Test func aTableOfLastPlaysIsHeard() async throws {
    let library = try await ListenedLibrary(["a.flac", "b.flac"])
    let table = "path\tlast_played\n\(library.file("a.flac"))\t2021-03-04 10:00:00\n\(library.file("b.flac"))\tN/A\n"
    try await library.imported([try library.export(table, as: "table.txt")])
    #expect(try library.labels() == ["a.flac": "\(Self.unknown) -", "b.flac": "unheard neverPlayed -"])
  }

  @Test func anEntryOfTwoRecordingsIsNobodysCount() async throws {
    let library = try await ListenedLibrary(
      ["1.flac", "2.flac", "3.flac"], tags: ["1.flac": titled("Intro"), "2.flac": titled("Intro")],
      seconds: ["1.flac": 8, "2.flac": 14])
    let text = library.document(
      entry("ID=\"1\" Count=\"9\" \(played)", ["1.flac", "2.flac"], library)
        + entry("ID=\"2\" Count=\"0\"", ["3.flac"], library))
    let export = try library.export(text, as: "s.xml")
    let dry = try ImportPreview([export], index: library.index, configuration: library.configuration)
    #expect(dry.after == [.undecided: 2, .unheard: 1])
    try await library.imported([export])
    let expected = [
      "1.flac": "\(Self.unknown) -", "2.flac": "\(Self.unknown) -", "3.flac": "unheard neverPlayed 0",
    ]
    #expect(try library.labels() == expected)
    #expect(try library.index.read { try $0.imports() }.map { [$0.matched, $0.ambiguous] } == [[1, 1]])
    // The one that stays has not become the one that was played.
    try FileManager.default.removeItem(atPath: library.file("2.flac"))
    _ = try await library.pipeline.scan()
    for _ in 0..<2 {
      _ = try await library.pipeline.label()
      #expect(try library.labels() == expected.filter { $0.key != "2.flac" })
    }
    let told = try Pipeline.explain(
      TrackPlace(path: FilePath(library.file("1.flac"))), index: library.index, configuration: library.configuration)
    #expect(told.rules.last?.contains("an entry with plays names several recordings") == true)
  }

  /// Statistics that stand in for a list hold what their doubtful entries name.
  @Test func whatADoubtfulEntryNamesIsNotMissingInTheStatistics() async throws {
    // So many entries have a file that the one in doubt is less than a fifth of them.
    let others = (6...9).map { "\($0).flac" }
    let names = ["1.flac", "2.flac", "3.flac", "4.flac", "5.flac"] + others
    let library = try await ListenedLibrary(
      names, tags: ["1.flac": titled("Intro"), "2.flac": titled("Intro")], seconds: ["1.flac": 8, "2.flac": 14])
    let text = library.document(
      entry("ID=\"1\" Count=\"9\" \(played)", ["1.flac", "2.flac"], library)
        + entry("ID=\"2\" Count=\"0\"", ["3.flac"], library) + entry("ID=\"3\" Count=\"7\"", ["4.flac"], library)
        + others.map { entry("ID=\"1\($0)\" Count=\"7\"", [$0], library) }.joined())
    try await library.imported([try library.export(text, as: "s.xml")])
    #expect(
      try library.labels() == [
        "1.flac": "\(Self.unknown) -", "2.flac": "\(Self.unknown) -", "3.flac": "unheard neverPlayed 0",
        "4.flac": "good plays 7", "5.flac": "bad archivedNotActive -", "6.flac": "good plays 7",
        "7.flac": "good plays 7", "8.flac": "good plays 7", "9.flac": "good plays 7",
      ])
  }

  /// The tags of an entry fit two songs of one name, and no path leads anywhere.
  @Test(arguments: [(3, "undecided playedCountUnknown -"), (0, "unheard neverPlayed -")])
  func playsOfOneOfSeveralSongsLeaveNoneUnheard(plays: Int, label: String) async throws {
    let library = try await ListenedLibrary(
      ["1/a.flac", "2/b.flac", "c.flac"], tags: ["1/a.flac": titled("Song"), "2/b.flac": titled("Song")],
      seconds: ["1/a.flac": 100, "2/b.flac": 200])
    let table = "path\tartist\talbum\ttitle\tplay_count\nD:\\Gone\\x.mp3\tA\tX\tSong\t\(plays)\n"
    let export = try library.export(table, as: "table.txt")
    let dry = try ImportPreview([export], index: library.index, configuration: library.configuration)
    try await library.imported([export])
    #expect(
      try library.labels() == ["1/a.flac": label, "2/b.flac": label, "c.flac": "unheard neverPlayed -"])
    #expect(dry.after[.unheard] == (plays > 0 ? 1 : 3))
    // A later, certain entry lifts nothing of it; neither does a second look.
    _ = try await library.pipeline.label()
    #expect(try library.labels()["1/a.flac"] == label)
  }

  /// The copy that was played is gone; the other one, of another encoding, was played all the same.
  @Test func playsOfACopyThatIsGoneStay() async throws {
    let song = TrackTags(title: "Song", artist: "A")
    let library = try await ListenedLibrary(
      ["a.flac", "b.flac", "c.flac"], tags: ["a.flac": song, "b.flac": song],
      seconds: ["a.flac": 200, "b.flac": 201])
    try await library.imported([
      try library.export(library.statistics(["a.flac": 9, "c.flac": 0]), as: "s.xml", daysAgo: 3),
      try library.export(library.list(["a.flac", "c.flac"]), as: "Active.m3u8", daysAgo: 3),
    ])
    #expect(try Set(library.labels().values) == ["good plays 9", "excluded duplicate 9", "unheard neverPlayed 0"])
    try FileManager.default.removeItem(atPath: library.file("a.flac"))
    #expect(try await library.pipeline.scan().missing == 1)
    _ = try await library.pipeline.label()
    #expect(try library.labels() == ["b.flac": "good plays 9", "c.flac": "unheard neverPlayed 0"])
    #expect(try Pipeline.duplicates(in: library.index, configuration: library.configuration).isEmpty)
  }

  @Test func countersInTagsAreHeard() async throws {
    func tags(_ statistics: [String: String], _ title: String) -> TrackTags {
      TrackTags(title: title, artist: "A", statistics: statistics)
    }
    let library = try await ListenedLibrary(
      ["a.flac", "b.flac", "c.flac", "d.flac", "e.flac"],
      tags: [
        "a.flac": tags(["FMPS_PLAYCOUNT": "7.0"], "a"), "b.flac": tags(["PLAY_COUNTER": "\"2 \""], "b"),
        "c.flac": tags(["LAST_PLAYED": "04.03.2021"], "c"), "d.flac": tags(["PLAYCOUNT": "0.3"], "d"),
        "e.flac": tags(["RATING": "5", "PLAY_COUNT": "0"], "e"),
      ])
    _ = try await library.pipeline.label()
    #expect(
      try library.labels() == [
        "a.flac": "good plays 7", "b.flac": "undecided tooFewPlays 2", "c.flac": "\(Self.unknown) -",
        "d.flac": "\(Self.unknown) 0", "e.flac": "unheard neverPlayed 0",
      ])
  }

  /// A clock that was wrong: a future date is no evidence, and hides no file's date, but a play is a play.
  @Test func datesOfTheFutureAreNoEvidence() async throws {
    let library = try await ListenedLibrary(["a.flac", "b.flac", "c.flac"])
    let future = "\((UInt64(ListenedLibrary.now) + 40 * 86_400 + 11_644_473_600) * 10_000_000)"
    let text = library.document(
      entry("ID=\"1\" Count=\"0\" Added=\"\(future)\"", ["a.flac"], library)
        + entry("ID=\"2\" Count=\"0\" LastPlayed=\"\(future)\"", ["b.flac"], library))
    try await library.imported([
      try library.export(text, as: "s.xml"), try library.export(library.list(["b.flac", "c.flac"]), as: "Active.m3u8"),
    ])
    #expect(
      try library.labels() == [
        "a.flac": "bad archivedNotActive 0", "b.flac": "\(Self.unknown) 0", "c.flac": "unheard neverPlayed -",
      ])
  }

  /// The whole album was played: nobody knows which of its tracks were.
  @Test func tracksOfAPlayedFileAreHeard() async throws {
    let library = try await ListenedLibrary(["album.flac", "b.flac"], seconds: ["album.flac": 2_400])
    let sheet = """
      FILE "album.flac" WAVE
        TRACK 01 AUDIO
          TITLE "One"
          INDEX 01 00:00:00
        TRACK 02 AUDIO
          TITLE "Two"
          INDEX 01 20:00:00

      """
    try library.folder.write(sheet, to: "music/album.cue")
    _ = try await library.pipeline.scan()
    let text = library.document(entry("ID=\"1\" Count=\"4\"", ["album.flac"], library))
    try await library.imported([try library.export(text, as: "s.xml")])
    let labels = try library.labels()
    #expect(labels["album.flac#1"] == "\(Self.unknown) -" && labels["album.flac#2"] == "\(Self.unknown) -", "\(labels)")
  }
}
