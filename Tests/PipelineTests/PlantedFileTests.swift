import Foundation
import MusicIndex
import Pipeline
import Platform
import ServiceState
import TestSupport
import Testing
import Tracks

/// Links and pipes that somebody put in the places of files that are written or read.
struct PlantedFileTests {
  private let folder: TemporaryFolder
  private let state: StateFolder
  private let list = "#EXTM3U\nD:\\Music\\a.flac\n"

  init() throws {
    folder = try TemporaryFolder()
    state = StateFolder(FilePath(folder["state"]))
    try state.make()
    try folder.write("precious", to: "victim")
  }

  private func plant(_ path: FilePath) {
    #expect(symlink(folder["victim"], path.display) == 0)
  }

  private func expectVictimUnharmed() throws {
    #expect(try String(contentsOfFile: folder["victim"], encoding: .utf8) == "precious")
  }

  @Test func theLockIsNeverALink() throws {
    plant(state.lock)
    let failure = try #require(throws: PipelineFailure.self) { _ = try StateLock(state) }
    #expect(failure.description.contains("it is a link"))
    try expectVictimUnharmed()
  }

  @Test func theLockIsNeverAnotherNameOfAFile() throws {
    #expect(link(folder["victim"], state.lock.display) == 0)
    #expect(throws: PipelineFailure.self) { _ = try StateLock(state) }
    try expectVictimUnharmed()
  }

  @Test func aPipeForALockKeepsNobodyWaiting() throws {
    #expect(mkfifo(state.lock.display, 0o600) == 0)
    #expect(StateLock.holder(of: state) == nil)
    #expect(throws: PipelineFailure.self) { _ = try StateLock(state) }
  }

  @Test func aSmallFileIsNotWrittenThroughALink() throws {
    plant(state.path.appending(".index.seal.indexd-new"))
    try SmallFile.write(Array("seal".utf8), to: state.path.appending("index.seal"))
    try expectVictimUnharmed()
    #expect(SmallFile.read(state.path.appending("index.seal")) == Array("seal".utf8))
  }

  @Test func aCopyInTheInboxIsNotWrittenThroughALink() throws {
    plant(state.inbox.appending(".\(getpid()).part"))
    plant(state.inbox.appending("Active.m3u8"))
    let copy = try InboxCopy.copy(FilePath(try folder.write(list, to: "Active.m3u8")), to: state)
    try expectVictimUnharmed()
    #expect(SmallFile.read(copy) == Array(list.utf8))
    var status = stat()
    #expect(lstat(copy.display, &status) == 0 && status.st_mode & S_IFMT == S_IFREG)
  }

  @Test func aPipeBesideADatabaseInTheInboxKeepsNobodyWaiting() throws {
    let file = FilePath(try folder.write("SQLite format 3\u{0}", to: "state/inbox/metadb.sqlite"))
    #expect(mkfifo(file.display + "-wal", 0o600) == 0)
    let failure = try #require(throws: PipelineFailure.self) { _ = try ExportFile.digest(of: file) }
    #expect(failure.description.contains("-wal: cannot be read (it is not a regular file)"))
  }

  @Test(arguments: ["index.sqlite", "index.sqlite-wal", "index.sqlite-journal"])
  func aPipeInThePlaceOfTheIndexKeepsNobodyWaiting(name: String) throws {
    if name != "index.sqlite" { try MusicIndex(state.index).close() }
    try? FileManager.default.removeItem(atPath: state.path.appending(name).display)
    #expect(mkfifo(state.path.appending(name).display, 0o600) == 0)
    for readOnly in [true, false] {
      let failure = try #require(throws: IndexFailure.self) { _ = try MusicIndex(state.index, readOnly: readOnly) }
      #expect(failure.description.contains("it is not a regular file"), "\(failure)")
    }
  }

  @Test func whatSqliteKeepsBesideTheIndexIsNeverALink() throws {
    try MusicIndex(state.index).close()
    try? FileManager.default.removeItem(atPath: state.index.display + "-wal")
    plant(FilePath(state.index.display + "-wal"))
    #expect(throws: IndexFailure.self) { _ = try MusicIndex(state.index) }
    try expectVictimUnharmed()
  }

  @Test(arguments: ["Probably.answer", "1.request"]) func aPipeForARequestIsNoRequest(name: String) throws {
    let file = state.requests.appending(name)
    #expect(mkfifo(file.display, 0o600) == 0)
    #expect(Request(file) == nil)
    #expect(SmallFile.read(file) == nil)
  }

  @Test func aDiskThatDoesNotAnswerIsFoundInTime() async {
    let (silent, quick) = (FilePath("/silent"), FilePath(folder.path))
    let end = DispatchSemaphore(value: 0)
    defer { end.signal() }
    let found = SilentDisks.among([quick, silent, FilePath("/nowhere")], seconds: 0.2) { path in
      if path == silent { end.wait() } else { SilentDisks.look(path) }
    }
    #expect(found == [silent])
  }
}
