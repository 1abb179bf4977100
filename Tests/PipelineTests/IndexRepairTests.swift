import Foundation
import Logging
import MusicIndex
import ServiceState
import TestSupport
import Testing
import Tracks

@testable import Pipeline

/// A damaged index gives way to a new one, whenever that is interrupted.
@Suite struct IndexRepairTests {
  private let folder: TemporaryFolder
  private let state: StateFolder
  private let logger = Logger(label: "test")
  private let song = AudioIdentity(scheme: .flacMD5, digest: Array(repeating: 7, count: 16))

  init() throws {
    folder = try TemporaryFolder()
    state = StateFolder(FilePath(folder.path))
    let index = try MusicIndex(state.index)
    try index.write { try $0.setCorrection(.good, of: song, at: 1) }
    try index.close()
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix("index.sqlite.damaged-") }
      .sorted()
  }

  private func corrections(_ index: MusicIndex) throws -> Int { try index.read { try $0.corrections().count } }

  private let usual = ["index.sqlite", "index.sqlite-shm", "index.sqlite-wal"]

  @Test func whatCanBeReadIsTakenOver() throws {
    var signs = 0
    let index = try IndexRepair.rebuild(state, because: "a test", logger: logger) { signs += 1 }
    #expect(try corrections(index) == 1)
    #expect(signs > 8)
    #expect(IndexRepair.damaged(in: state).count == 1)
    #expect(try names() == usual)
    #expect(try index.read { try IndexRepair.advice($0, state) }?.contains("1 of your corrections") == true)
  }

  @Test func whatStoppedHalfWayIsBegunAnew() throws {
    try folder.write("half of it", to: "index.sqlite.salvaging")
    try folder.write("and its log", to: "index.sqlite.salvaging-wal")
    #expect(try corrections(try IndexRepair.rebuild(state, because: "a test", logger: logger)) == 1)
    #expect(try names() == usual)
  }

  @Test func whatCannotBeSavedStaysInItsPlace() throws {
    try folder.write("in the way", to: "index.sqlite.salvaging/file")
    #expect(throws: (any Error).self) { try IndexRepair.rebuild(state, because: "a test", logger: logger) }
    #expect(IndexRepair.damaged(in: state).isEmpty)
    #expect(try corrections(try IndexRepair.open(state, logger: logger)) == 1)
  }

  @Test(arguments: [true, false]) func whatStoppedBeforeItsEndIsEnded(isOldInPlace: Bool) throws {
    let files = FileManager.default
    try files.moveItem(atPath: folder["index.sqlite"], toPath: folder["index.sqlite.salvaged"])
    for suffix in ["-wal", "-shm"] { try files.removeItem(atPath: folder["index.sqlite\(suffix)"]) }
    if isOldInPlace { for name in usual { try folder.write("damaged", to: name) } }
    #expect(try corrections(try IndexRepair.open(state, logger: logger)) == 1)
    #expect(try names() == usual)
    #expect(IndexRepair.damaged(in: state).count == (isOldInPlace ? 1 : 0))
  }
}
