import Foundation
import Glibc
import MusicIndex
import Platform
import ServiceState
import Synchronization
import TestSupport
import Testing
import Tracks

@testable import Setup

/// What the owner said and heard, on its way into a backup.
@Suite struct BackupTests {
  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }

  /// Songs are judged two at a time; a backup holds both or neither, all that was said before it, and it is sound.
  @Test func aBackupIsOneMomentOfAnIndexThatIsWritten() throws {
    let kept = try KeptIndex(songs: 0)
    let writer = try MusicIndex(kept.state.index)
    let said = Mutex(0)
    let isEnough = Mutex(false)
    let failure = Mutex<String?>(nil)
    let end = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      do {
        while !isEnough.withLock({ $0 }) {
          let next = said.withLock { $0 }
          try writer.write { try KeptIndex.say(.good, of: next..<next + 2, $0) }
          said.withLock { $0 += 2 }
        }
      } catch {
        failure.withLock { $0 = "\(error)" }
      }
      end.signal()
    }
    defer { isEnough.withLock { $0 = true } }
    for number in 0..<4 {
      while said.withLock({ $0 }) < 20 * (number + 1), failure.withLock({ $0 }) == nil { usleep(100) }
      let before = said.withLock { $0 }
      let file = FilePath(kept.folder["\(number).backup"])
      _ = try Backup.write(kept.workspace, to: file)
      let after = said.withLock { $0 } + 2
      let backup = try BackupFile.open(file)
      let found = try backup.read { try $0.corrections().count }
      #expect(found % 2 == 0 && (before...after).contains(found), "\(found) of \(before) to \(after)")
      #expect(try backup.integrityFaults() == [])
    }
    isEnough.withLock { $0 = true }
    end.wait()
    #expect(failure.withLock { $0 } == nil, "the writer is not kept from its work")
    #expect(try kept.corrections() == said.withLock { $0 }, "nothing that was said was lost")
  }

  @Test func onlyItsOwnerReadsIt() throws {
    let kept = try KeptIndex()
    let report = try Backup.write(kept.workspace, to: kept.backup)
    #expect(report.words.first == "the index, 0 files" && report.words.count == 3, "\(report.words)")
    var status = stat()
    #expect(stat(kept.backup.display, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(try names(kept.folder.path).filter { $0.contains("backup") } == ["indexd.backup"])
    #expect(
      try BackupFile.read(kept.backup).map(\.path) == [kept.workspace.file, FilePath(kept.folder["corrections"])])
  }

  @Test func whatCannotBeReadIsSaidToBeMissing() throws {
    let kept = try KeptIndex()
    try FileManager.default.removeItem(atPath: kept.folder["corrections"])
    let report = try Backup.write(kept.workspace, to: kept.backup)
    #expect(report.words.last == "not the corrections: \(kept.folder["corrections"]) cannot be read")
    #expect(try BackupFile.read(kept.backup).map(\.name) == ["configuration"])
  }

  @Test func whatIsThereIsNotReplaced() throws {
    let kept = try KeptIndex()
    try FileManager.default.createSymbolicLink(atPath: kept.folder["link"], withDestinationPath: kept.folder["target"])
    try FileManager.default.createDirectory(atPath: kept.folder["taken"], withIntermediateDirectories: true)
    for name in ["link", "taken", "corrections"] {
      let words = refusal { _ = try Backup.write(kept.workspace, to: FilePath(kept.folder[name])) }
      #expect(words == "\(kept.folder[name]): is there already; name a new file")
    }
    #expect(!FileManager.default.fileExists(atPath: kept.folder["target"]))
    #expect(try String(contentsOfFile: kept.folder["corrections"], encoding: .utf8) == "# of the owner\n")
  }

  /// Half of an index is no backup, whatever its name says.
  @Test func aDamagedIndexGivesNoBackup() throws {
    let kept = try KeptIndex(songs: 2_000)
    let index = try MusicIndex(kept.state.index)
    try index.emptyLog()
    try index.close()
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: kept.state.index.display))
    let size = try handle.seekToEnd()
    try handle.seek(toOffset: size / 2 / 4_096 * 4_096)
    try handle.write(contentsOf: Data(repeating: 0xAA, count: Int(size / 2)))
    try handle.close()
    #expect(!refusal { _ = try Backup.write(kept.workspace, to: kept.backup) }.isEmpty)
    #expect(try names(kept.folder.path).filter { $0.contains("backup") }.isEmpty)
  }

  @Test func withoutAnIndexThereIsNothingToKeep() throws {
    let kept = try KeptIndex()
    for name in try names(kept.state.path.display) where name.hasPrefix("index") {
      try FileManager.default.removeItem(atPath: kept.state.path.display + "/" + name)
    }
    #expect(refusal { _ = try Backup.write(kept.workspace, to: kept.backup) }.contains("there is no index yet"))
    #expect(try names(kept.folder.path).filter { $0.contains("backup") }.isEmpty)
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    let kept = try KeptIndex()
    let file = kept.folder["none/indexd.backup"]
    let words = refusal { _ = try Backup.write(kept.workspace, to: FilePath(file)) }
    #expect(words == "\(file): cannot be written (No such file or directory)")
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to mount a small file system"))
  func aFolderThatCannotBeWrittenIsNamed() throws {
    let kept = try KeptIndex()
    try withSmallDisk(at: kept.folder["disk"], "", flags: Int(MS_RDONLY)) {
      let file = kept.folder["disk/indexd.backup"]
      let words = refusal { _ = try Backup.write(kept.workspace, to: FilePath(file)) }
      #expect(words == "\(file): cannot be written (Read-only file system)")
    }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to mount a small file system"))
  func aFullDiskLeavesNoHalfOfABackup() throws {
    let kept = try KeptIndex()
    let before = try kept.contents()
    try withSmallDisk(at: kept.folder["disk"], "size=64k") {
      let file = kept.folder["disk/indexd.backup"]
      let words = refusal { _ = try Backup.write(kept.workspace, to: FilePath(file)) }
      #expect(words.contains(kept.folder["disk"] + ": the disk is full"), "\(words)")
      #expect(try names(kept.folder["disk"]).isEmpty)
      try #require(mount("tmpfs", kept.folder["disk"], "tmpfs", UInt(MS_REMOUNT), "size=8m") == 0)
      _ = try Backup.write(kept.workspace, to: FilePath(file))
      #expect(try BackupFile.open(FilePath(file)).read { try $0.corrections().count } == 40)
    }
    #expect(try kept.contents() == before)
  }
}
