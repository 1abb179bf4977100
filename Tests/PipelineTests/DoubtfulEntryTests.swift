import Foobar2000
import Foundation
import Labelling
import MusicIndex
import Pipeline
import TestSupport
import Testing
import Tracks

@Suite struct DoubtfulEntryTests {
  /// Thirty tracks of an album, each played twice, some of them with letters that code pages lose.
  private static let names = (1...30).map { number in
    "Artist/Album/\(number < 10 ? "0" : "")\(number) \(number <= 6 ? "Söng" : "Song") \(number).flac"
  }

  private func library(_ names: [String] = names) async throws -> ListenedLibrary {
    try await ListenedLibrary(
      names, tags: Dictionary(uniqueKeysWithValues: names.map { ($0, TrackTags()) }))
  }

  private func windows(_ name: String) -> String { "D:\\Music\\" + name.replacingOccurrences(of: "/", with: "\\") }

  private func list(_ names: [String], _ change: (String) -> String = { $0 }) -> String {
    names.map { change(windows($0)) + "\r\n" }.joined()
  }

  private func lossy(_ text: String) -> String { text.replacingOccurrences(of: "ö", with: "?") }

  @Test func whatAListLostIsUndecidedAndTheRestIsJudged() async throws {
    let library = try await library()
    // One line of 26 lost a letter; the tracks 27 to 30 were archived.
    let text = list(Array(Self.names[1..<26])) + list([Self.names[0]], lossy)
    try await library.imported([try library.export(text, as: "Active.m3u8")])
    let labels = try library.labels()
    #expect(labels[Self.names[0]] == "undecided doubtfulEntry -")
    #expect(labels.values.count { $0 == "bad archivedNotActive -" } == 4)
    #expect(try library.status().advice.allSatisfy { !$0.contains("codePage") })
    let told = try Pipeline.explain(
      TrackPlace(path: FilePath(library.file(Self.names[0]))), index: library.index,
      configuration: library.configuration)
    #expect(told.rules.last?.contains("01 S?ng 1.flac") == true && told.reason == "doubtfulEntry")
  }

  @Test func fromAFifthOnTheOwnerHasTheLastWord() async throws {
    var library = try await library()
    let export = try library.export(list(Array(Self.names[0..<26]), lossy), as: "Active.m3u")
    let preview = try ImportPreview([export], index: library.index, configuration: library.configuration)
    #expect(preview.after[.bad] == nil && preview.after[.undecided] == 6)
    #expect(preview.advice.contains { $0.contains("trustedPlaylists: ['Active']") && $0.contains("codePage") })
    try await library.imported([export])
    let advice = try library.status().advice
    #expect(preview.advice.allSatisfy(advice.contains), "\(advice)")
    #expect(try library.status().labels == [.undecided: 6, .unheard: 24])
    library.configuration.rules.trustedPlaylists = ["Active"]
    _ = try await library.pipeline.label()
    #expect(try library.status().labels == [.undecided: 6, .unheard: 20, .bad: 4])
    #expect(try library.status().advice.contains { $0.hasPrefix("6 of the 26 entries of \"Active\" name no file") })
  }

  @Test func aFolderThatIsNotMappedIsNamedWithItsLine() async throws {
    let others = (1...3).map { "Other \($0)/Part \($0)/0\($0) Strange\($0).flac" }
    let library = try await library(Self.names + others)
    let strange = (1...3).map { "E:\\Elsewhere\\0\($0) Strange\($0).flac\r\n" }.joined()
    try await library.imported([try library.export(list(Self.names) + strange, as: "Active.m3u8")])
    let labels = try library.labels()
    #expect(others.allSatisfy { labels[$0] == "undecided doubtfulEntry -" })
    let path = library.file("Other 1/Part 1")
    let advice = try library.status().advice
    #expect(advice.contains { $0.contains("`paths: {'E:\\Elsewhere': '\(path)'}`") }, "\(advice)")
  }

  @Test func doubtsGoWithWhatTheyRestOn() async throws {
    let library = try await library()
    let text = list(Array(Self.names[1..<26])) + "D:\\Gone\\01 Söng 1.mp3\r\n"
    try await library.imported([try library.export(text, as: "Active.m3u8", daysAgo: 3)])
    #expect(try library.labels()[Self.names[0]] == "undecided doubtfulEntry -")
    let row = try #require(try library.index.read { try $0.imports() }.first)
    let doubts = try library.index.read { try $0.doubts(of: row.id) }
    #expect(doubts.map(\.kind) == [.spelling])
    // Hasty matching finds the same, and writes nothing where nothing changed.
    _ = try await library.pipeline.label(incrementally: true)
    #expect(try library.index.read { try $0.doubts(of: row.id) } == doubts)
    // A newer list without the entry.
    try await library.imported([
      try library.export(list(Array(Self.names[1..<26])), as: "new/Active.m3u8", daysAgo: 1)
    ])
    #expect(try library.labels()[Self.names[0]] == "bad archivedNotActive -")
    try library.index.write { transaction in
      for row in try transaction.imports() { try transaction.removeImport(row.id) }
    }
    _ = try await library.pipeline.label()
    #expect(try library.index.read { try $0.losses(of: row.id).isEmpty && $0.doubts(of: row.id).isEmpty })
    #expect(try library.labels()[Self.names[0]] == "unheard neverPlayed -")
  }

  @Test func ambiguousEntriesMayMeanAllTheirTracks() async throws {
    let moved = ["CD1/01 Part 1", "CD1/02 Part 2", "CD2/01 Part 1", "CD2/02 Part 2"].map { "Artist/Album/\($0).flac" }
    let tags = TrackTags(title: "Part", artist: "Artist", album: "Album")
    let all = Self.names + moved
    let library = try await ListenedLibrary(
      all, tags: Dictionary(uniqueKeysWithValues: all.map { ($0, moved.contains($0) ? tags : TrackTags()) }))
    let entries = [1, 2].flatMap { disc in
      [1, 2].map { "D:\\Music\\Artist\\Album (disc \(disc))\\0\($0) Part \($0).flac\r\n" }
    }
    try await library.imported([
      try library.export(list(Self.names) + entries.joined(), as: "Active.m3u8"),
      try library.export(
        library.document(
          (1...4).map { number in
            "<Entry ID=\"a\(number)\" Count=\"8\" Added=\"131909040000000000\"><Item Path=\"D:\\Music\\Artist\\Album (disc "
              + "\((number + 1) / 2))\\0\(2 - number % 2) Part \(2 - number % 2).flac\"/></Entry>"
          }.joined()), as: "Statistics.xml"),
    ])
    let labels = try library.labels()
    #expect(moved.allSatisfy { labels[$0]?.hasPrefix("undecided doubtfulEntry") == true }, "\(labels)")
  }

  /// Whatever happens to the lines of a list, a track that it means never becomes bad, and one that it cannot mean does.
  @Test(arguments: 0..<6) func noTrackOfTheListBecomesBad(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let words = ["Söng", "Ängel", "Tōkyō", "日本", "Привет", "Plain", "Two Words", "Straße", "Ďábel"]
    let names = (1...60).map { number in
      "Band \(number % 4)/Album \(number % 7)/\(number) \(words.randomElement(using: &random) ?? "") x\(number)y.flac"
    }
    let library = try await library(names)
    var lines: [UInt8] = []
    for name in names.prefix(40) {
      var line = windows(name)
      // Few enough for the rest of the list to count.
      switch Int.random(in: 0..<40, using: &random) {
      case 0: line = String(line.map { $0.isASCII ? $0 : "?" })
      case 1: line = line.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? line
      case 2: line = String(line.dropFirst(Int.random(in: 1...16, using: &random)))
      case 3: line = line.replacingOccurrences(of: ".flac", with: ".mp3")
      case 4: line = "X:\\" + line.split(separator: "\\").suffix(1).joined()
      case 5: line = String(decoding: Data(line.utf8).map { UInt16($0) }, as: UTF16.self)
      case 6:
        lines += Array(line.utf8).map { $0 < 0x80 ? $0 : 0xE9 } + [13, 10]
        continue
      default: break
      }
      lines += Array(line.utf8) + [13, 10]
    }
    let path = try library.folder.write(lines, to: "exports/Active.m3u")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: ListenedLibrary.now - 86_400)], ofItemAtPath: path)
    try await library.imported([FilePath(path)])
    let labels = try library.labels()
    for name in names.prefix(40) {
      #expect(labels[name]?.hasPrefix("bad") == false, "seed \(seed): \(name) is \(labels[name] ?? "-")")
    }
    let row = try #require(try library.index.read { try $0.imports() }.first)
    if (row.entries - row.matched) * 5 < row.entries {
      #expect(names.dropFirst(40).contains { labels[$0]?.hasPrefix("bad") == true }, "seed \(seed)")
    }
  }
}
