import Foobar2000
import Foundation
import GRDB
import Labelling
import ServiceState
import TestSupport
import Testing
import Tracks

@testable import MusicIndex
@testable import Pipeline

/// Matching where files came that no record names, against matching everything anew, on random libraries. A failure names
/// its seed and its step.
@Suite struct MatchTwinTests {
  /// A library and exports that come bit by bit.
  private struct History {
    let folder: TemporaryFolder
    let index: MusicIndex
    var configuration: PipelineConfiguration
    var random: SeededGenerator
    var number = 0

    init(seed: UInt64) throws {
      folder = try TemporaryFolder()
      let state = StateFolder(FilePath(folder["state"]))
      try state.make()
      index = try MusicIndex(state.index)
      configuration = PipelineConfiguration(
        music: [FilePath("/m")], state: state, playlist: state.playlist, worker: FilePath("/nonexistent"))
      random = SeededGenerator(seed: seed)
      if seed % 3 == 0 { configuration.mappings = [PathMapping(from: "D:\\Music", to: FilePath("/m/More"))] }
    }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &random)] }

    mutating func isDue(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    private static let artists = ["Alma", "Brel", "Coil", "Dahl"]
    private static let titles = ["Intro", "Plum Tree", "Sloe", "Damson", "Quince", "Ash - Oak", "Elm", "Fir?"]

    /// The names of artist, album and title, some of which only files that come later have.
    private mutating func song(late: Bool) -> (artist: String, album: String, title: String) {
      let artist = late ? pick(Self.artists + ["Zed", "Yes"]) : pick(Self.artists)
      return (
        artist, pick(["First", "Second"]), late ? pick(Self.titles + ["Walnut", "Hazel", "Box"]) : pick(Self.titles)
      )
    }

    mutating func addFile(late: Bool) throws {
      number += 1
      let song = song(late: late)
      let folder = late ? pick(["/m", "/m", "/m/More", "/n"]) : "/m"
      let name = song.title.replacing("?", with: "_")
      let path = FilePath("\(folder)/\(song.artist)/\(song.album)/\(isDue(2) ? "0\(number % 9) " : "")\(name).flac")
      let hasTags = !isDue(4)
      let tags = TrackTags(title: song.title, artist: song.artist, album: song.album)
      let (number, seconds) = (number, 100 + 10 * (number % 3))
      try index.write { transaction in
        guard try transaction.file(at: path) == nil else { return }
        let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: UInt64(number), device: 1)
        let root = try transaction.root(FilePath("/m"))
        try transaction.insertFile(root: root, path: path, stamp: stamp, hasCueFile: false, sheets: 0, at: 1)
        guard hasTags, let file = try transaction.file(at: path)?.id else { return }
        let digest = (0..<16).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) }
        let audio = AudioProperties(codec: "flac", sampleRate: 100, channels: 2, frames: Int64(seconds * 100))
        let identity = AudioIdentity(scheme: .flacMD5, digest: digest)
        _ = try transaction.setProbed(
          file, ProbedAudio(properties: audio, tags: tags, identity: identity), version: 1, at: 1)
        guard number % 5 == 0 else { return }
        let part = SheetTrack(
          number: 1, sheet: FilePath("\(song.title).cue"), span: AudioSpan(start: 0, end: 50),
          identity: AudioIdentity(scheme: .span, digest: digest), tags: tags)
        try transaction.setSheetTracks([part], of: file, properties: audio, arrival: 1)
      }
    }

    /// A record of a file that is there, or of something like it.
    mutating func record() throws -> ListeningRecord {
      let paths = try index.read { try $0.wholeTracks(version: 1).map(\.path.display) }
      if !isDue(3), !paths.isEmpty {
        let known = pick(paths).dropFirst(3).replacing("/", with: "\\").replacing("_", with: isDue(2) ? "?" : "_")
        return ListeningRecord(locations: [.init(path: "D:\\Music\\\(known)")], playCount: 3)
      }
      let song = song(late: isDue(2))
      let tags = TrackTags(title: song.title, artist: song.artist, album: isDue(2) ? song.album : nil)
      let places = [
        "E:\\Other\\\(song.artist)\\\(song.album)\\\(song.title).flac", "\(song.artist)/\(song.title).flac",
        "D:\\Music\\\(song.artist) - \(song.title).mp3", "D:\\x\\\(song.title).cue", "http://radio/\(song.title)",
        "D:\\Music\\\(song.artist)\\\(song.title).flac,1", "/m/\(song.artist)/\(song.album)/\(song.title).flac",
      ]
      return ListeningRecord(
        locations: isDue(5) ? [] : [.init(path: pick(places))], tags: isDue(2) ? tags : TrackTags(),
        duration: isDue(2) ? 110 : nil, playCount: 2)
    }

    mutating func addImport(playlist: String?) throws {
      number += 1
      let row = ImportRow(
        path: FilePath("/e/\(number)"), digest: [UInt8(number)], kind: "x", playlist: playlist, exportedAt: 1,
        importedAt: 2, entries: 14)
      let id = try index.write { try $0.insertImport(row) }
      for _ in 0..<14 { try addRecord(to: id) }
    }

    mutating func addRecord(to id: Int64) throws {
      let record = try record()
      try index.write { _ = try $0.insertRecord(record, import: id) }
    }

    func match(incrementally: Bool) throws -> MatchRun.Extent {
      let imports = try index.read { try $0.imports() }
      return try MatchRun(
        index: index, mappings: configuration.mappings, decides: ListChoice(imports, configuration)
      ).run(version: 1, incrementally: incrementally)
    }

    /// All that a matching leaves in the index.
    func state() throws -> [String] {
      let derived = try MatchRun.derived(index).map { "\($0)" }
      return try index.read { transaction in
        var found = derived
        for row in try transaction.imports() {
          found.append("\(row)")
          let matches = try transaction.matches(of: row.id)
          try transaction.forEachRecord(of: row.id) { stored in
            let meant = matches[stored.id] ?? []
            found.append("\(stored.id) \(stored.record.locations) \(stored.outcome?.rawValue ?? "-") \(meant)")
          }
          found += try transaction.doubts(of: row.id).map { "\($0)" } + transaction.losses(of: row.id).map { "\($0)" }
        }
        return found
      }
    }
  }

  /// Follows random libraries: what an incremental matching calls sufficient must be what a whole one finds.
  ///
  /// - Parameter change: What comes in a step.
  /// - Returns: how often a matching was sufficient, and how often not.
  private func follow(
    seeds: ClosedRange<UInt64>, files: Int, secondPlaylist: (UInt64) -> String?, steps: Int,
    _ change: (inout History) throws -> Void
  ) throws -> (sufficient: Int, partial: Int) {
    var (sufficient, partial) = (0, 0)
    for seed in seeds {
      var history = try History(seed: seed)
      for _ in 0..<files { try history.addFile(late: false) }
      try history.addImport(playlist: seed % 2 == 0 ? "Active" : nil)
      try history.addImport(playlist: secondPlaylist(seed))
      _ = try history.match(incrementally: false)
      for step in 0..<steps {
        try change(&history)
        switch try history.match(incrementally: true) {
        case .sufficient:
          sufficient += 1
          // What came may gather.
          if history.isDue(2) { continue }
          let state = try history.state()
          _ = try history.match(incrementally: false)
          try #require(try history.state() == state, "seed \(seed), step \(step)")
        case .partial, .whole:
          partial += 1
          _ = try history.match(incrementally: false)
        }
      }
    }
    return (sufficient, partial)
  }

  @Test func newRecordsFindByPathsWhatAWholeMatchingFinds() throws {
    let (alone, partial) = try follow(seeds: 1...24, files: 20, secondPlaylist: { _ in nil }, steps: 10) { history in
      if history.isDue(3) { try history.addFile(late: true) }
      for _ in 0..<Int.random(in: 1...2, using: &history.random) { try history.addRecord(to: history.pick([1, 2])) }
    }
    #expect(alone > 24 && partial > 8, "\(alone) times alone, \(partial) times with others")
  }

  @Test func strangersChangeNothing() throws {
    let (sufficient, partial) = try follow(
      seeds: 1...60, files: 12, secondPlaylist: { $0 % 4 == 0 ? "Other" : nil }, steps: 8
    ) { history in
      for _ in 0..<Int.random(in: 1...2, using: &history.random) { try history.addFile(late: true) }
      if history.isDue(4) { try history.addRecord(to: 1) }
    }
    #expect(sufficient > 20 && partial > 20, "\(sufficient) times nothing, \(partial) times something")
  }
}
