import Foundation
import Glibc
import MusicIndex
import TestSupport
import Testing
import Tracks

@Suite struct MusicIndexTests {
  private let folder: TemporaryFolder
  private let file: FilePath

  init() throws {
    folder = try TemporaryFolder()
    file = FilePath(folder["index.sqlite"])
  }

  private func identity(_ byte: UInt8) -> AudioIdentity {
    AudioIdentity(scheme: .wholeFile, digest: [UInt8](repeating: byte, count: 16))
  }

  private func probed(_ byte: UInt8, title: String = "t") -> ProbedAudio {
    ProbedAudio(
      properties: AudioProperties(codec: "flac", sampleRate: 44_100, channels: 2, frames: 441_000),
      tags: TrackTags(title: title, statistics: ["PLAY_COUNT": "3"]), identity: identity(byte))
  }

  private func stamp(_ inode: UInt64) -> FileStamp {
    FileStamp(size: 10, modified: 1_000_000_000, changed: 2_000_000_000, inode: inode, device: 1)
  }

  /// An index with one music folder and the file `/m/a.flac` in it.
  private func indexWithAFile() throws -> (index: MusicIndex, root: Int64, file: Int64) {
    let index = try MusicIndex(file)
    let root = try index.write { try $0.root(FilePath("/m")) }
    try index.write {
      try $0.insertFile(root: root, path: FilePath("/m/a.flac"), stamp: stamp(7), hasCueFile: false, at: 50)
    }
    let found = try #require(try index.read { try $0.file(at: FilePath("/m/a.flac")) })
    return (index, root, found.id)
  }

  @Test func aFileGoesFromWaitingToProbedToAnalysed() throws {
    let (index, _, id) = try indexWithAFile()
    #expect(try index.read { try $0.filesToAnalyse(version: 1).map(\.state) } == [.waiting])
    let (audio, isAnalysed) = try index.write { try $0.setProbed(id, probed(1), version: 1, at: 60) }
    #expect(!isAnalysed)
    #expect(try index.read { try $0.filesToAnalyse(version: 1).map(\.state) } == [.probed])
    let features = SongFeatures(
      variant: .dense, version: 1, starts: [0, 5],
      blocks: (0..<(2 * BlockLayout(.dense).count)).map { Float16($0 % 100) }, summary: [1, -2.5, .pi])
    try index.write { try $0.setFeatures(features, of: audio) }
    #expect(try index.read { try $0.filesToAnalyse(version: 1).isEmpty })
    #expect(try index.read { try $0.summary(of: audio, version: 1) } == [1, -2.5, .pi])
    #expect(try index.read { try $0.blocks(of: audio, variant: .dense, version: 1) } == features.blocks)
    #expect(try index.read { try $0.starts(of: audio, variant: .dense, version: 1) } == [0, 5])
    // A new version of the features has everything analysed again, while the old one keeps serving.
    #expect(try index.read { try $0.filesToAnalyse(version: 2).count } == 1)
    #expect(try index.read { try $0.libraryCounts(version: 1) } == LibraryCounts(files: 1, analysed: 1))
    let known = try #require(try index.read { try $0.wholeTracks(version: 1).first })
    #expect(known.tags == probed(1).tags && known.isAnalysed && known.identity == identity(1))
  }

  @Test func arrivalIsTheFilesTimeInAFirstScanAndTheMomentLater() throws {
    let (index, root, first) = try indexWithAFile()
    _ = try index.write { try $0.setProbed(first, probed(1), version: 1, at: 60) }
    try index.write {
      try $0.endFirstScan(of: root, at: 70)
      try $0.insertFile(root: root, path: FilePath("/m/b.flac"), stamp: stamp(8), hasCueFile: false, at: 80)
    }
    let second = try #require(try index.read { try $0.file(at: FilePath("/m/b.flac"))?.id })
    _ = try index.write { try $0.setProbed(second, probed(2), version: 1, at: 90) }
    #expect(try index.read { try $0.wholeTracks(version: 1).map(\.arrival) } == [1, 80])
    // A copy that comes later does not make the audio younger.
    _ = try index.write { try $0.setProbed(second, probed(1), version: 1, at: 95) }
    #expect(try index.read { try $0.wholeTracks(version: 1).map(\.arrival) } == [1, 1])
  }

  @Test func whatLabelsDependOnMakesThemStale() throws {
    let (index, root, file) = try indexWithAFile()
    #expect(try index.read { try $0.isStale() })
    func makesStale(_ body: (IndexTransaction) throws -> Void) throws -> Bool {
      try index.write { try $0.setFresh() }
      try index.write(body)
      return try index.read { try $0.isStale() }
    }
    #expect(try makesStale { _ = try $0.setProbed(file, probed(1), version: 1, at: 60) })
    #expect(try makesStale { try $0.setMissing(file, since: 70) })
    #expect(try makesStale { try $0.setPresent(file) })
    #expect(try makesStale { try $0.endFirstScan(of: root, at: 70) })
    #expect(try makesStale { try $0.setCorrection(.good, of: identity(1), at: 70) })
    var row = ImportRow(
      path: FilePath("/x.xml"), digest: [1], kind: "statistics", playlist: nil, exportedAt: 1, importedAt: 2)
    #expect(try makesStale { row.id = try $0.insertImport(row) })
    row.exportedAt = 3
    #expect(try makesStale { try $0.updateImport(row) })
    #expect(try makesStale { try $0.removeImport(row.id) })
    // What follows from them, and what tells nothing of the music, does not.
    #expect(try !makesStale { try $0.setStamp(file, stamp(9)) })
    #expect(try !makesStale { _ = try $0.setProbed(file, probed(1), version: 1, at: 80) })
    #expect(try !makesStale { try $0.setLabels([(file, .unheard, "neverPlayed", nil, nil, nil)]) })
    #expect(try !makesStale { try $0.setNote(.activity, "else") })
    // Several changes at once, of every kind of statement, are one.
    #expect(
      try makesStale {
        try $0.setMissing(file, since: 90)
        try $0.setCorrection(.bad, of: identity(1), at: 90)
        try $0.setCorrection(.good, of: identity(1), at: 91)
        for value: Float in [1, 2] {
          let blocks = [Float16](repeating: 1, count: BlockLayout(.dense).count)
          try $0.setFeatures(
            SongFeatures(variant: .dense, version: 1, starts: [0], blocks: blocks, summary: [value]), of: 1)
        }
        try $0.setPresent(file)
      })
    #expect(try makesStale { try $0.setFailed(file, reason: "notAudio", detail: "") })
  }

  @Test func aFailureIsKeptUntilTheFileChanges() throws {
    let (index, _, id) = try indexWithAFile()
    try index.write { try $0.setFailed(id, reason: "notAudio", detail: "no audio") }
    #expect(try index.read { try $0.filesToAnalyse(version: 1).isEmpty })
    #expect(try index.read { try $0.failures().map(\.reason) } == ["notAudio"])
    try index.write { try $0.setChanged(id, stamp: stamp(9)) }
    #expect(try index.read { try $0.failures().isEmpty && $0.filesToAnalyse(version: 1).count == 1 })
  }

  @Test func aFailureToldWithoutSomeWordsIsTriedOnceMore() throws {
    let (index, _, id) = try indexWithAFile()
    func isRetried(_ reason: String, _ detail: String) throws -> Bool {
      try index.write {
        try $0.setFailed(id, reason: reason, detail: detail)
        try $0.retryFailures(reasons: ["crashed", "timedOut"], without: "in two fresh workers")
      }
      return try index.read { try $0.filesToAnalyse(version: 1).count == 1 && $0.failures().isEmpty }
    }
    #expect(try isRetried("crashed", "signal 9 (Killed)"))
    #expect(try isRetried("timedOut", ""))
    #expect(try !isRetried("crashed", "signal 9 (Killed); it happened in two fresh workers"))
    #expect(try !isRetried("notAudio", "no audio"))
  }

  @Test func aTransactionIsKeptWholeOrNotAtAll() throws {
    struct Stop: Error {}
    let (index, root, _) = try indexWithAFile()
    #expect(throws: Stop.self) {
      try index.write {
        try $0.insertFile(root: root, path: FilePath("/m/c"), stamp: stamp(3), hasCueFile: false, at: 0)
        throw Stop()
      }
    }
    #expect(try index.read { try $0.file(at: FilePath("/m/c")) } == nil)
  }

  @Test func theSchemaRefusesWhatCannotBe() throws {
    let (index, root, _) = try indexWithAFile()
    let failure = #expect(throws: IndexFailure.self) {
      try index.write {
        try $0.insertFile(root: root, path: FilePath("/m/a.flac"), stamp: stamp(3), hasCueFile: false, at: 0)
      }
    }
    #expect(failure?.reason == .refused)
    #expect(throws: IndexFailure.self) { try index.write { try $0.setScore(1.5, of: 1, model: 1) } }
  }

  @Test func namesThatAreNoTextAreKeptByTheirBytes() throws {
    let (index, root, _) = try indexWithAFile()
    let composed = FilePath("/m/\u{E9}.flac")
    let decomposed = FilePath("/m/e\u{301}.flac")
    let strange = FilePath(bytes: Array("/m/".utf8) + [0xFF, 0xFE])
    try index.write { transaction in
      for (number, path) in [composed, decomposed, strange].enumerated() {
        try transaction.insertFile(
          root: root, path: path, stamp: stamp(UInt64(number) + 20), hasCueFile: false, at: 0)
      }
    }
    let paths = try index.read {
      try $0.files(under: FilePath("/m"), root: root, after: nil, limit: 10).map(\.file.path)
    }
    #expect(paths == [FilePath("/m/a.flac"), decomposed, composed, strange])
  }

  @Test func pagesOfFilesFollowTheBytesOfTheirPaths() throws {
    let (index, root, _) = try indexWithAFile()
    let names = ["/m/a", "/m/a b/x", "/m/a/x", "/m/a0", "/n/x", "/m/b"]
    try index.write { transaction in
      for (number, name) in names.enumerated() {
        try transaction.insertFile(
          root: root, path: FilePath(name), stamp: stamp(UInt64(number) + 30), hasCueFile: false, at: 0)
      }
    }
    func under(_ folder: String, after: String? = nil) throws -> [String] {
      try index.read {
        try $0.files(under: FilePath(folder), root: root, after: after.map { FilePath($0) }, limit: 3).map(
          \.file.path.display)
      }
    }
    #expect(try under("/m") == ["/m/a", "/m/a b/x", "/m/a.flac"])
    #expect(try under("/m", after: "/m/a.flac") == ["/m/a/x", "/m/a0", "/m/b"])
    #expect(try under("/m/a") == ["/m/a/x"])
  }

  @Test func anotherVersionOrProgramIsRefused() throws {
    _ = try MusicIndex(file)
    func sqlite(_ statement: String) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [
        "python3", "-c", "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);c.execute(sys.argv[2]);c.commit()",
        folder["index.sqlite"], statement,
      ]
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
    }
    try sqlite("PRAGMA user_version = 99")
    #expect(#expect(throws: IndexFailure.self) { try MusicIndex(file) }?.reason == .newerVersion)
    #expect(#expect(throws: IndexFailure.self) { try MusicIndex(file, readOnly: true) }?.reason == .newerVersion)
    try sqlite("PRAGMA application_id = 1")
    #expect(#expect(throws: IndexFailure.self) { try MusicIndex(file) }?.reason == .refused)
  }

  @Test func aMissingOrDamagedFileIsToldApart() throws {
    #expect(#expect(throws: IndexFailure.self) { try MusicIndex(file, readOnly: true) }?.reason == .missing)
    try folder.write([UInt8](repeating: 0x41, count: 8_192), to: "index.sqlite")
    #expect(#expect(throws: IndexFailure.self) { try MusicIndex(file) }?.reason == .damaged)
    let folderless = FilePath(folder["none/index.sqlite"])
    #expect(#expect(throws: IndexFailure.self) { try MusicIndex(folderless) }?.reason == .cannotOpen)
  }

  @Test func oneProcessWritesWhileOthersRead() throws {
    let (index, root, _) = try indexWithAFile()
    let reader = try MusicIndex(file, readOnly: true)
    #expect(try reader.read { try $0.libraryCounts(version: 1).files } == 1)
    try index.write {
      try $0.insertFile(root: root, path: FilePath("/m/b.flac"), stamp: stamp(8), hasCueFile: false, at: 0)
    }
    #expect(try reader.read { try $0.libraryCounts(version: 1).files } == 2)
    #expect(throws: IndexFailure.self) { try reader.write { try $0.setNote(.activity, "b") } }
    var status = stat()
    #expect(stat(folder["index.sqlite"], &status) == 0 && status.st_mode & 0o777 == 0o640)
    #expect(stat(folder["index.sqlite-wal"], &status) == 0 && status.st_mode & 0o777 == 0o640)
  }

  @Test func recordsComeBackAsTheyWere() throws {
    let index = try MusicIndex(file)
    let record = ListeningRecord(
      locations: [.init(path: "D:\\a:b\\c.flac"), .init(path: "/x/\u{E9}", subsong: 3)],
      tags: TrackTags(title: "t", artist: "a", album: "l"), duration: 1.5, playCount: 7, firstPlayed: 1,
      lastPlayed: 2, added: 3, rating: 4)
    let row = ImportRow(
      path: FilePath("/e.xml"), digest: [1, 2], kind: "statisticsXML", playlist: nil, exportedAt: 5, importedAt: 6,
      warnings: ["w"])
    let id = try index.write { transaction in
      let id = try transaction.insertImport(row)
      try transaction.insertRecord(record, import: id)
      try transaction.insertRecord(ListeningRecord(), import: id)
      return id
    }
    var found: [ListeningRecord] = []
    try index.read { try $0.forEachRecord(of: id) { found.append($0.record) } }
    #expect(found == [record, ListeningRecord()])
    var stored = row
    stored.id = id
    #expect(try index.read { try $0.importRow(digest: [1, 2]) } == stored)
  }
}
