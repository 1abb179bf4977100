import TestSupport
import Testing
import Tracks

@testable import MusicIndex

@Suite struct PostponedTests {
  private let folder: TemporaryFolder
  private let index: MusicIndex

  /// An index with the files 1 to 6 of one music folder; a higher number is newer.
  init() throws {
    folder = try TemporaryFolder()
    index = try MusicIndex(FilePath(folder["index.sqlite"]))
    try index.write { transaction in
      let root = try transaction.root(FilePath("/m"))
      for number in 1...6 {
        try transaction.insertFile(
          root: root, path: FilePath("/m/\(number).flac"), stamp: stamp(UInt64(number)), hasCueFile: false,
          at: Double(number))
      }
    }
  }

  private func stamp(_ inode: UInt64, changed: Int64 = 2) -> FileStamp {
    FileStamp(size: 10, modified: 1, changed: changed, inode: inode, device: 1)
  }

  private func due(_ now: Double?, limit: Int? = nil) throws -> [String] {
    try index.read { try $0.filesToAnalyse(version: 1, limit: limit, dueAt: now) }.map {
      $0.path.name.display.replacing(".flac", with: "")
    }
  }

  private func postpone(_ file: Int64, at now: Double) throws {
    try index.write { try $0.postpone(file, reason: "unreadable", detail: "no", at: now) }
  }

  @Test func thoseThatCannotBeReadLetTheOthersBy() throws {
    for file: Int64 in [6, 5, 4] { try postpone(file, at: 1_000) }
    #expect(try due(1_000, limit: 2) == ["3", "2"])
    #expect(try due(1_059.9) == ["3", "2", "1"] && due(1_060) == ["6", "5", "4", "3", "2", "1"])
    #expect(try due(nil, limit: 3) == ["6", "5", "4"], "a single run of everything tries all")
    #expect(try index.read { try $0.nextRetry() } == 1_060)
    #expect(try index.read { try $0.postponed() }.map(\.attempts) == [1, 1, 1])
  }

  @Test func pausesDoubleFromAMinuteToSixHours() throws {
    var pauses: [Double] = []
    for _ in 0..<80 {
      try postpone(6, at: 5_000)
      pauses.append(try #require(try index.read { try $0.nextRetry() }) - 5_000)
    }
    #expect(pauses.prefix(10) == [60, 120, 240, 480, 960, 1_920, 3_840, 7_680, 15_360, 21_600])
    #expect(pauses.suffix(70).allSatisfy { $0 == 21_600 })
  }

  @Test func aClockThatIsSetBackHoldsNothingUp() throws {
    try postpone(6, at: 1e9)
    #expect(try due(1_000).first == "6")
  }

  @Test func aPauseEndsWithAChangeAReturnASuccessAnAnswerOrTheOwnersWord() throws {
    let ends: [(IndexTransaction) throws -> Void] = [
      { try $0.setChanged(6, stamp: stamp(6, changed: 9)) }, { try $0.setStamp(6, stamp(6, changed: 10)) },
      { try $0.setPresent(6) }, { try $0.endPause(of: 6) }, { try $0.endPauses() },
      { try $0.endPauses(inside: FilePath("/m")) }, { try $0.setFailed(6, reason: "notAudio", detail: "") },
    ]
    for end in ends {
      try postpone(6, at: 1_000)
      try index.write(end)
      #expect(try index.read { try $0.postponed() }.isEmpty)
    }
    try postpone(5, at: 1_000)
    try index.write { try $0.endPauses(inside: FilePath("/other")) }
    #expect(try index.read { try $0.postponed() }.map(\.path) == [FilePath("/m/5.flac")])
  }
}
