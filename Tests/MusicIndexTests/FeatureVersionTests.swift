import Foundation
import MusicIndex
import TestSupport
import Testing
import Tracks

/// Features of old versions serve until new ones are stored, and then leave the index.
@Suite struct FeatureVersionTests {
  private let folder: TemporaryFolder
  private let index: MusicIndex

  init() throws {
    folder = try TemporaryFolder()
    index = try MusicIndex(FilePath(folder["index.sqlite"]))
  }

  private func addSong(_ number: Int, in transaction: IndexTransaction) throws -> Int64 {
    let root = try transaction.root(FilePath("/m"))
    let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: UInt64(number), device: 1)
    let path = FilePath("/m/\(number).flac")
    try transaction.insertFile(root: root, path: path, stamp: stamp, hasCueFile: false, at: 1)
    let file = try #require(try transaction.file(at: path))
    let digest = [UInt8](repeating: 0, count: 8) + withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) }
    let probed = ProbedAudio(
      properties: AudioProperties(codec: "flac", sampleRate: 44_100, channels: 2, frames: 44_100, bitRate: 1),
      tags: TrackTags(), identity: AudioIdentity(scheme: .span, digest: digest))
    return try transaction.setProbed(file.id, probed, version: 1, at: 1).audio
  }

  private func features(_ variant: FeatureVariant, _ version: Int, samples: Int = 1) -> SongFeatures {
    SongFeatures(
      variant: variant, version: version, starts: [Double](repeating: 0, count: samples),
      blocks: [Float16](repeating: 1, count: samples * BlockLayout(variant).count),
      summary: variant == .dense ? [1, 2] : [])
  }

  @Test func newFeaturesTakeThePlaceOfOldOnesOfTheirVariant() throws {
    try index.write { transaction in
      let audio = try addSong(1, in: transaction)
      try transaction.setFeatures(features(.dense, 1), of: audio)
      try transaction.setFeatures(features(.study, 1), of: audio)
      #expect(try transaction.summary(of: audio, version: 1) != nil)
      try transaction.setFeatures(features(.dense, 2), of: audio)
      #expect(try transaction.summary(of: audio, version: 1) == nil)
      #expect(try transaction.summary(of: audio, version: 2) != nil)
      #expect(try !transaction.hasBlocks(of: audio, variant: .dense, version: 1))
      #expect(try transaction.hasBlocks(of: audio, variant: .dense, version: 2))
      #expect(try transaction.hasBlocks(of: audio, variant: .study, version: 1))
    }
  }

  /// What an older program left: both versions of some songs, the old one alone of others.
  @Test func whatOlderProgramsLeftGoesInPortionsAndOldFeaturesAloneStay() throws {
    let audios = try index.write { transaction in
      let audios = try (0..<7).map { try addSong($0, in: transaction) }
      for audio in audios { try transaction.setFeatures(features(.dense, 1), of: audio) }
      return audios
    }
    try sql("INSERT INTO summary SELECT audio, 2, samples, numbers FROM summary WHERE audio <= \(audios[4])")
    try sql(
      "INSERT INTO block (audio, variant, version, starts, numbers) SELECT audio, variant, 2, starts, numbers FROM block "
        + "WHERE audio <= \(audios[4])")
    var removed: [Int] = []
    repeat {
      removed.append(try index.write { try $0.removeFeatures(of: .dense, except: 2, limit: 2) })
    } while removed.last == 2
    #expect(removed == [2, 2, 1])
    try index.read { transaction in
      for audio in audios {
        let isNew = audio <= audios[4]
        let (new, old) = (
          try transaction.summary(of: audio, version: 2), try transaction.summary(of: audio, version: 1)
        )
        #expect((new != nil) == isNew && (old == nil) == isNew)
        #expect(try transaction.hasBlocks(of: audio, variant: .dense, version: 1) == !isNew)
      }
    }
  }

  private func sql(_ statement: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sqlite3", folder["index.sqlite"], statement]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  @Test func emptySpaceIsGivenBackAFewPagesAtATime() throws {
    try fill()
    let before = try index.space()
    #expect(before.isIncremental && before.free > before.size / 2)
    try index.giveBack(pages: 100)
    let some = try index.space()
    #expect(some.size <= before.size - 90 * 4_096 && some.size > before.size / 2)
    try index.giveBack(pages: 1_000_000)
    #expect(try index.space().free == 0)
    #expect(try index.integrityFaults().isEmpty)
  }

  @Test func rewritingCanBeCutOffAndLeavesAWholeIndex() throws {
    try fill()
    let before = try index.space()
    let wasCut = try index.rewrite { false }
    #expect(!wasCut)
    #expect(try index.space() == before)
    #expect(try index.integrityFaults().isEmpty)
    let isDone = try index.rewrite { true }
    #expect(isDone)
    let after = try index.space()
    #expect(after.free == 0 && after.size < before.size / 2 && after.isIncremental)
    #expect(try index.integrityFaults().isEmpty)
  }

  private func fill() throws {
    try index.write { transaction in
      for number in 0..<60 {
        try transaction.setFeatures(features(.dense, 1, samples: 30), of: try addSong(number, in: transaction))
      }
    }
    try index.write { try $0.removeFeatures() }
  }
}
