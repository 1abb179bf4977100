import GRDB
import GRDBSQLite
import TestSupport
import Testing
import Tracks

@testable import MusicIndex
@testable import Pipeline

@Suite struct AnalysisPositionTests {
  private let folder: TemporaryFolder
  private let index: MusicIndex

  init() throws {
    folder = try TemporaryFolder()
    index = try MusicIndex(FilePath(folder["index.sqlite"]))
  }

  /// Stores files that were looked at and have no summary.
  private func fill(_ count: Int) throws {
    try index.write { transaction in
      let root = try transaction.root(FilePath("/m"))
      for number in 0..<count {
        let path = FilePath("/m/\(number).flac")
        let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: UInt64(number), device: 1)
        try transaction.insertFile(root: root, path: path, stamp: stamp, hasCueFile: false, at: 1)
        let file = try #require(try transaction.file(at: path)?.id)
        let digest = withUnsafeBytes(of: UInt64(number)) { Array($0) + [UInt8](repeating: 0, count: 8) }
        let probed = ProbedAudio(
          properties: AudioProperties(codec: "flac", sampleRate: 100, channels: 2, frames: 1_000), tags: TrackTags(),
          identity: AudioIdentity(scheme: .flacMD5, digest: digest))
        _ = try transaction.setProbed(file, probed, version: 1, at: 1)
      }
    }
  }

  private func analyse(_ files: [FileRow]) throws {
    let features = SongFeatures(
      variant: .dense, version: 1, starts: [0], blocks: [Float16](repeating: 1, count: BlockLayout(.dense).count),
      summary: [1, 2, 3])
    try index.write { transaction in
      for file in files {
        let audio = try #require(file.audio)
        try transaction.setFeatures(features, of: audio)
      }
    }
  }

  @Test func portionsTakeEveryFileOnceAndThenWhatIsLeft() throws {
    try fill(10)
    let position = AnalysisPosition()
    var taken: [Int64] = []
    for size in [3, 3, 3, 1] {
      let files = try index.read { try position.next($0, version: 1, limit: 3, dueAt: nil) }
      #expect(files.count == size)
      taken += files.map(\.id)
      // Every third is not done, as if it could not be read for now.
      try analyse(files.filter { $0.id % 3 != 0 })
    }
    #expect(Set(taken).count == 10)
    let again = try index.read { try position.next($0, version: 1, limit: 5, dueAt: nil) }
    #expect(again.map(\.id) == [9, 6, 3])
    try analyse(again)
    #expect(try index.read { try position.next($0, version: 1, limit: 5, dueAt: nil) }.isEmpty)
  }

  @Test func aLookTakesNothing() throws {
    try fill(3)
    let position = AnalysisPosition()
    for _ in 0..<2 {
      let files = try index.read { try position.next($0, version: 1, limit: 1, dueAt: nil, isTaken: false) }
      #expect(files.map(\.id) == [3])
    }
  }

  /// The steps of SQLite's machine that a look for the next portion takes.
  private func steps(_ position: AnalysisPosition) throws -> Int {
    try index.read { transaction in
      var steps = 0
      let handle = transaction.database.sqliteConnection
      sqlite3_progress_handler(
        handle, 10,
        { counter in
          counter?.assumingMemoryBound(to: Int.self).pointee += 10
          return 0
        }, &steps)
      defer { sqlite3_progress_handler(handle, 0, nil, nil) }
      _ = try position.next(transaction, version: 1, limit: 8, dueAt: nil, isTaken: false)
      return steps
    }
  }

  @Test func choosingThePortionCostsTheSameHoweverManyAreDone() throws {
    try fill(3_000)
    let position = AnalysisPosition()
    let first = try steps(position)
    for _ in 0..<20 { try analyse(try index.read { try position.next($0, version: 1, limit: 140, dueAt: nil) }) }
    let late = try steps(position)
    // A look at each file that is done takes a step at least.
    #expect(late - first < 2_800, "\(first) steps at first, \(late) after 2,800 files")
  }
}
