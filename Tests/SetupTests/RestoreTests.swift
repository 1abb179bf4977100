import Foundation
import Glibc
import Logging
import MusicIndex
import Pipeline
import Platform
import ServiceState
import TestSupport
import Testing
import Tracks

@testable import Setup

/// A backup on its way back, where one that is torn, foreign or cut off must not harm what is there.
@Suite struct RestoreTests {
  private let kept: KeptIndex

  /// A backup of forty corrections beside an index that holds twenty more.
  init() throws {
    kept = try KeptIndex()
    _ = try Backup.write(kept.workspace, to: kept.backup)
    try kept.change { try KeptIndex.say(.bad, of: 40..<60, $0) }
  }

  private func restore(_ file: FilePath) throws -> [String] { try Backup.restore(kept.workspace, from: file).words }

  /// Expects that a file is refused, by its name, and that nothing of the index changed.
  private func refuse(_ file: String, _ words: String = "", _ note: String = "") throws {
    let before = try kept.contents()
    var told = ""
    do { _ = try restore(FilePath(file)) } catch { told = "\(error)" }
    #expect(told.hasPrefix(file + ": ") && (words.isEmpty || told.contains(words)), "\(note): \(told)")
    #expect(try kept.contents() == before, "\(note)")
  }

  private func backup() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: kept.backup.display)) }

  @Test func aTornBackupIsRefused() throws {
    let whole = try backup()
    let page = 4_096
    try #require(whole.count > 50 * page && whole.count % page == 0)
    for length in [0, 1, 15, 16, 99, 100, page, whole.count / 2, whole.count - page, whole.count - 1] {
      let torn = try kept.folder.write(whole.prefix(length), to: "torn.backup")
      try refuse(torn, "backup", "the first \(length) bytes")
    }
  }

  @Test func whatIsNoBackupIsRefused() throws {
    try refuse(try kept.folder.write("my songs\n", to: "text"), "no backup of indexd")
    try refuse(kept.folder["none"], "cannot be read")
    try refuse(kept.folder["music"], "not a regular file")
    // An index that nobody made a backup of.
    try MusicIndex(FilePath(kept.folder["other.sqlite"])).close()
    try refuse(kept.folder["other.sqlite"], "no backup of indexd")
    // Nobody waits for what is at a pipe's other end.
    try #require(mkfifo(kept.folder["pipe"], 0o600) == 0)
    try refuse(kept.folder["pipe"], "not a regular file")
    // The version stands in bytes 60 to 63.
    var newer = try backup()
    newer[60] = 1
    try refuse(try kept.folder.write(newer, to: "newer.backup"), "newer indexd")
    // Another program's mark stands in bytes 68 to 71.
    var foreign = try backup()
    foreign[68] = 1
    try refuse(try kept.folder.write(foreign, to: "foreign.backup"))
  }

  @Test func theIndexThatWasThereIsKeptWhole() throws {
    let words = try restore(kept.backup)
    #expect(try kept.corrections() == 40)
    #expect(words.contains { $0.contains("what you said of 20 tracks since the backup is not in it") }, "\(words)")
    let aside = try #require(
      try kept.contents().keys.first { $0.hasPrefix("index.sqlite.replaced-") && !$0.contains("wal") })
    let old = try MusicIndex(kept.state.path.appending(FilePath(aside)), readOnly: true)
    #expect(try old.read { try $0.corrections().count } == 60)
    #expect(try kept.contents().keys.allSatisfy { !$0.contains("restored") && !$0.contains("salvaged") })
    var status = stat()
    #expect(stat(kept.state.index.display, &status) == 0 && status.st_mode & 0o777 == 0o640)
    // What the daemon writes then is kept.
    try kept.change { try KeptIndex.say(.bad, of: 100..<101, $0) }
    #expect(try kept.corrections() == 41)
  }

  /// A damaged index is the reason for many a restore.
  @Test func aDamagedIndexGivesWay() throws {
    try kept.folder.write(Data(repeating: 0xAA, count: 8_192), to: "state/index.sqlite")
    let words = try restore(kept.backup)
    #expect(try kept.corrections() == 40)
    #expect(words.contains { $0.contains("index.sqlite.replaced-") } && !words.contains { $0.contains("said of") })
  }

  /// Changes that were on their way into an index that is lost are none of the restored one's.
  @Test func theLogOfALostIndexIsNotPlayedIntoTheRestoredOne() throws {
    let index = try MusicIndex(kept.state.index)
    try index.write { try KeptIndex.say(.bad, of: 60..<4_000, $0) }
    // As after a power cut: nobody closes it before its index goes.
    try #require(MusicIndex.logSize(kept.state.index) > 0)
    try FileManager.default.removeItem(atPath: kept.state.index.display)
    _ = try restore(kept.backup)
    #expect(try kept.corrections() == 40)
    let restored = try MusicIndex(kept.state.index)
    #expect(try restored.integrityFaults() == [])
    try index.close()
  }

  @Test func whatAnEarlierRestoreLeftIsNoHindrance() throws {
    for suffix in ["", "-wal", "-shm", "-journal"] {
      try kept.folder.write("left by a kill", to: "state/index.sqlite.restored\(suffix)")
    }
    _ = try restore(kept.backup)
    #expect(try kept.corrections() == 40)
    #expect(try kept.contents().keys.allSatisfy { !$0.contains("restored") })
  }

  @Test func otherFilesOfTheOwnersAreLaidBeside() throws {
    try kept.folder.write("# changed\n", to: "corrections")
    let words = try restore(kept.backup)
    let beside = kept.folder["corrections.backup"]
    #expect(words.last?.hasSuffix("stays as it is; that of the backup is \(beside)") == true, "\(words)")
    #expect(try String(contentsOfFile: beside, encoding: .utf8) == "# of the owner\n")
    #expect(try String(contentsOfFile: kept.folder["corrections"], encoding: .utf8) == "# changed\n")
    #expect(!FileManager.default.fileExists(atPath: kept.workspace.file.display + ".backup"), "it is the same")
    try FileManager.default.removeItem(atPath: kept.folder["corrections"])
    #expect(try restore(kept.backup).last == "the corrections \(kept.folder["corrections"])")
    #expect(try String(contentsOfFile: kept.folder["corrections"], encoding: .utf8) == "# of the owner\n")
  }

  @Test func aConfigurationOnlyComesBackWhereThereIsOne() throws {
    let place = FilePath(kept.folder["new/folder/indexd.yaml"])
    #expect(try Backup.restoreConfiguration(from: kept.backup, to: place) == place)
    let (old, new) = (kept.workspace.file.display, place.display)
    #expect(FileManager.default.contentsEqual(atPath: old, andPath: new))
    try FileManager.default.removeItem(atPath: old)
    let second = FilePath(kept.folder["second.backup"])
    _ = try Backup.write(kept.workspace, to: second)
    #expect(try Backup.restoreConfiguration(from: second, to: place) == nil)
  }

  @Test func nothingIsRestoredWhileSomebodyWorksThere() throws {
    let lock = try StateLock(kept.state)
    let before = try kept.contents()
    #expect(throws: PipelineFailure.self) { try restore(kept.backup) }
    #expect(try kept.contents() == before)
    _ = lock
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to mount a small file system"))
  func aFullDiskLeavesTheIndexAsItIs() throws {
    let whole = try backup().count
    let small = kept.folder["state"]
    let (aside, backup) = (kept.folder["aside"], kept.backup)
    try FileManager.default.moveItem(atPath: small, toPath: aside)
    try withSmallDisk(at: small, "size=\(whole * 6)") {
      for name in try FileManager.default.contentsOfDirectory(atPath: aside) {
        try FileManager.default.copyItem(atPath: "\(aside)/\(name)", toPath: "\(small)/\(name)")
      }
      let room = try #require(DiskRoom.free(FilePath(small)))
      let filler = try kept.folder.write(Data(count: room - whole / 2), to: "state/filler")
      let before = try kept.contents()
      var told = ""
      do { _ = try restore(backup) } catch { told = "\(error)" }
      #expect(told.contains("\(small): the disk is full"), "\(told)")
      #expect(try kept.contents() == before)
      #expect(try kept.corrections() == 60)
      try FileManager.default.removeItem(atPath: filler)
      _ = try restore(backup)
      #expect(try kept.corrections() == 40)
    }
  }

  /// Killed at whichever step, the next start finds the old index or the restored one, and never makes an empty one.
  @Test(.enabled(if: BuiltProgram.isInstalled("strace"), "strace is not installed"), arguments: 1...8)
  func anIndexIsThereWheneverARestoreIsKilled(step: Int) throws {
    let renames = "?rename,?renameat,?renameat2"
    let tracer = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(renames)"]
    let run = try BuiltProgram("indexctl").run(
      ["--config", kept.workspace.file.display, "restore", kept.backup.display],
      through: tracer + ["-e", "inject=\(renames):signal=KILL:when=\(step)"])
    try #require(run.code == 0 || run.code == -SIGKILL || run.code == 128 + SIGKILL, "\(run)")
    let index = try IndexRepair.open(kept.state, logger: Logger(label: "test"))
    let found = try index.read { try $0.corrections().count }
    #expect(run.code == 0 ? found == 40 : found == 40 || found == 60, "step \(step): \(found)")
    #expect(try index.integrityFaults() == [])
  }
}
