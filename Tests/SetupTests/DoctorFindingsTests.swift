import Foundation
import Glibc
import MusicIndex
import Pipeline
import ServiceState
import TestSupport
import Testing
import Tracks

@testable import Setup

/// Everything that the doctor can find, provoked for real: it is told once it is so, not before, and no longer when it is
/// mended.
@Suite struct DoctorFindingsTests {
  private let kept: KeptIndex

  init() throws {
    kept = try KeptIndex()
  }

  private func findings() async -> [Finding] { await Doctor.findings(configuration: kept.workspace.file.display) }

  /// The finding of a level that says something of a subject.
  private func find(_ level: Finding.Level, _ subject: String, _ words: String) async -> Finding? {
    await findings().first { $0.level == level && $0.subject == subject && $0.words.contains(words) }
  }

  /// Expects a finding after a change, none before it and none when it is undone.
  private func expect(
    _ level: Finding.Level, _ subject: String, _ words: String, advice: String, isCommand: Bool = false,
    when change: () throws -> Void, until undo: () throws -> Void
  ) async throws {
    #expect(await find(level, subject, words) == nil, "before")
    try change()
    let all = await findings()
    let found = all.first { $0.level == level && $0.subject == subject && $0.words.contains(words) }
    #expect(found?.advice?.contains(advice) == true && found?.isCommand == isCommand, "\(all)")
    try undo()
    #expect(await find(level, subject, words) == nil, "afterwards")
  }

  private func move(_ from: String, _ to: String) throws {
    try FileManager.default.moveItem(atPath: kept.folder[from], toPath: kept.folder[to])
  }

  private func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: kept.folder[name]) }

  private var file: String { kept.workspace.file.display }

  @Test func aSoundSetUpHasNoProblem() async throws {
    let found = await findings()
    #expect(!found.contains { $0.level == .problem || $0.level == .unknown }, "\(found)")
    for subject in [
      "configuration", "music", "state", "playlist", "inotify", "network", "worker", "confinement", "index", "log",
    ] { #expect(found.contains { $0.subject == subject && $0.level == .ok }, "\(subject): \(found)") }
    #expect(found.filter { $0.level != .ok }.allSatisfy { $0.advice != nil || $0.subject == "status" }, "\(found)")
  }

  // MARK: Configuration

  @Test func aFaultOfTheConfigurationIsTheOnlyFinding() async throws {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try await expect(.problem, "configuration", "musik", advice: "correct that line") {
      try kept.folder.write("musik: ['/a']\n", to: "indexd.yaml")
    } until: {
      try kept.folder.write(text, to: "indexd.yaml")
    }
    try remove("indexd.yaml")
    let found = await findings()
    #expect(found.count == 1 && found[0].level == .problem && found[0].advice?.contains("setup") == true, "\(found)")
  }

  // MARK: Places

  @Test func aFileIsNoMusicFolder() async throws {
    try await expect(.problem, "music", "is a file", advice: "correct `music` in \(file)") {
      try move("music", "away")
      try kept.folder.write("", to: "music")
    } until: {
      try remove("music")
      try move("away", "music")
    }
  }

  @Test func anEmptyMusicFolderIsADiskThatIsAway() async throws {
    try await expect(.warning, "music", "is empty", advice: "is the disk mounted?") {
      try move("music/a.flac", "a.flac")
    } until: {
      try move("a.flac", "music/a.flac")
    }
  }

  @Test func aSourceThatIsAway() async throws {
    try await expect(.warning, "source", "exports: is not there", advice: "correct `sources`") {
      let text = try String(contentsOfFile: file, encoding: .utf8)
      try kept.folder.write(text + "sources: ['\(kept.folder["exports"])']\n", to: "indexd.yaml")
    } until: {
      try FileManager.default.createDirectory(atPath: kept.folder["exports"], withIntermediateDirectories: true)
    }
    #expect(await find(.ok, "source", "exports: can be read") != nil)
  }

  @Test func aStateFolderThatIsNotThereYet() async throws {
    try await expect(.warning, "state", "is not there yet", advice: "indexd --config '\(file)'", isCommand: true) {
      try move("state", "away")
    } until: {
      try move("away", "state")
    }
  }

  @Test(arguments: ["inbox", "requests"]) func aFolderOfTheStateThatIsGone(name: String) async throws {
    let start = "indexd --config '\(file)'"
    try await expect(.problem, "state", "\(name): cannot be written by", advice: start, isCommand: true) {
      try move("state/\(name)", "away")
    } until: {
      try move("away", "state/\(name)")
    }
    let place = kept.folder["state/\(name)"]
    try await expect(.warning, "state", "cannot drop files", advice: "chmod g+rwx '\(place)'", isCommand: true) {
      chmod(place, 0o750)
    } until: {
      chmod(place, 0o770)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to give files away")) func anIndexOfAnotherUsers() async throws {
    let index = kept.state.index.display
    let daemon = try #require(getpwnam("daemon")).pointee.pw_uid
    try await expect(
      .problem, "state", "belongs to another user", advice: "sudo chown root: '\(index)'*", isCommand: true
    ) {
      chown(index, daemon, 0)
    } until: {
      chown(index, 0, 0)
    }
  }

  @Test func aPlaylistFolderThatIsNotThere() async throws {
    try await expect(
      .problem, "playlist", "does not exist", advice: "mkdir -p '\(kept.folder["lists"])'", isCommand: true
    ) {
      try move("lists", "away")
    } until: {
      try move("away", "lists")
    }
  }

  @Test func whatLiesInThePlaylistsPlaceIsNotReplaced() async throws {
    let list = kept.folder["lists/list.m3u8"]
    let aside = "mv '\(list)' '\(list)'.old"
    try await expect(.problem, "playlist", "another program's file", advice: aside, isCommand: true) {
      try kept.folder.write("#EXTM3U\n/music/a.flac\n", to: "lists/list.m3u8")
    } until: {
      try remove("lists/list.m3u8")
    }
    // Nobody waits for what is at a pipe's other end.
    try await expect(.problem, "playlist", "no regular file", advice: aside, isCommand: true) {
      try #require(mkfifo(list, 0o600) == 0)
    } until: {
      try remove("lists/list.m3u8")
    }
    try await expect(.problem, "playlist", "no regular file", advice: aside, isCommand: true) {
      try kept.folder.write("", to: "lists/list.m3u8/file")
    } until: {
      try remove("lists/list.m3u8")
      try kept.folder.write("", to: "lists/list.m3u8")
    }
    #expect(await find(.ok, "playlist", "can be written") != nil)
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to mount a small file system")) func aDiskThatIsFullingUp()
    async throws
  {
    try remove("lists")
    let lists = kept.folder["lists"]
    try FileManager.default.createDirectory(atPath: lists, withIntermediateDirectories: true)
    defer { umount2(lists, Int32(MNT_DETACH)) }
    try #require(mount("tmpfs", lists, "tmpfs", 0, "size=300m") == 0)
    func resize(_ size: String) { _ = mount("tmpfs", lists, "tmpfs", UInt(MS_REMOUNT), size) }
    try await expect(.warning, "disk", "MiB free for the playlist", advice: "make room in time") {
      resize("size=100m")
    } until: {
      resize("size=300m")
    }
    try await expect(.problem, "disk", "16 MiB free for the playlist", advice: "make room on the disk of \(lists)") {
      resize("size=16m")
    } until: {
      resize("size=300m")
    }
    #expect(await find(.ok, "disk", "300 MiB free for the playlist") != nil)
    try await expect(
      .problem, "playlist", "may not write there", advice: "chmod u+rwx '\(lists)'", isCommand: true
    ) {
      _ = mount("tmpfs", lists, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "size=300m")
    } until: {
      resize("size=300m")
    }
  }

  // MARK: The index

  /// Writes a number into the index's header, at a byte.
  private func patch(_ byte: UInt8, at offset: UInt64) throws {
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: kept.state.index.display))
    try handle.seek(toOffset: offset)
    try handle.write(contentsOf: [byte])
    try handle.close()
  }

  private func version() throws -> UInt8 {
    let index = try MusicIndex(kept.state.index)
    try index.emptyLog()
    try index.close()
    return try Data(contentsOf: URL(fileURLWithPath: kept.state.index.display))[63]
  }

  @Test func anIndexThatIsMissingOldNewOrDamaged() async throws {
    let start = "indexd --config '\(file)'"
    try await expect(.warning, "index", "there is no index yet", advice: start, isCommand: true) {
      try move("state/index.sqlite", "away")
    } until: {
      try move("away", "state/index.sqlite")
    }
    // The version stands in bytes 60 to 63.
    let version = try version()
    try await expect(.warning, "index", "of an older version", advice: start, isCommand: true) {
      try patch(1, at: 63)
    } until: {
      try patch(version, at: 63)
    }
    try await expect(.problem, "index", "newer indexd", advice: "indexd --once --config '\(file)'", isCommand: true) {
      try patch(1, at: 60)
    } until: {
      try patch(0, at: 60)
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: kept.state.index.display))
    try await expect(.problem, "index", "is damaged", advice: start, isCommand: true) {
      try kept.folder.write(Data(repeating: 0xAA, count: 8_192), to: "state/index.sqlite")
    } until: {
      try kept.folder.write(whole, to: "state/index.sqlite")
    }
    // What only the check of the whole file finds.
    try await expect(.problem, "index", "is damaged", advice: start, isCommand: true) {
      try kept.folder.write(whole.prefix(whole.count - 4_096), to: "state/index.sqlite")
    } until: {
      try kept.folder.write(whole, to: "state/index.sqlite")
    }
    #expect(await find(.ok, "index", "sound, of this version") != nil)
  }

  @Test func aLogThatSomebodyKeepsLarge() async throws {
    _ = try version()
    let log = kept.state.index.display + "-wal"
    try await expect(.warning, "log", "-wal has 65 MiB", advice: "end the program that keeps the index open") {
      truncate(log, 65 << 20)
    } until: {
      truncate(log, 0)
    }
  }

  // MARK: What stands in the index

  private func keep(_ name: String, ago days: Double, _ change: (inout ImportRow) -> Void = { _ in }) throws {
    let now = Date().timeIntervalSince1970
    var row = ImportRow(
      path: FilePath("/e/\(name)"), digest: Array(name.utf8), kind: "playlist", playlist: nil,
      exportedAt: now - days * 86_400, importedAt: now, entries: 10, matched: 10)
    change(&row)
    try kept.change { _ = try $0.insertImport(row) }
  }

  @Test func whatIsToBeSaidOfExports() async throws {
    try keep("today.m3u8", ago: 0.1)
    try keep("month.m3u8", ago: 30.5)
    try keep("half.m3u8", ago: 0) { $0.matched = 5 }
    try keep("empty.m3u8", ago: 0) { ($0.entries, $0.matched) = (0, 0) }
    for words in [
      "today.m3u8: 10 of 10 entries matched, exported today",
      "month.m3u8: 10 of 10 entries matched, exported 30 days ago",
      "half.m3u8: 5 of 10", "empty.m3u8: 0 of 0",
    ] { #expect(await find(.ok, "export", words) != nil, "\(words)") }
    #expect(await find(.warning, "export", "") == nil)
    try keep("few.m3u8", ago: 0) { $0.matched = 4 }
    try keep("old.m3u8", ago: 181)
    try keep("future.m3u8", ago: -2)
    try keep("refused.m3u8", ago: 0) { $0.refusal = "refused.m3u8: no export" }
    for (words, advice) in [
      ("few.m3u8: 4 of 10", "unmatched"), ("old.m3u8", "export it again"), ("future.m3u8: is of the future", "clock"),
      ("refused.m3u8: no export", "export it again, or remove"),
    ] { #expect(await find(.warning, "export", words)?.advice?.contains(advice) == true, "\(words)") }
  }

  @Test func filesThatCannotBeAnalysed() async throws {
    #expect(await find(.warning, "files", "") == nil)
    try kept.change { transaction in
      let root = try transaction.root(FilePath(kept.folder["music"]))
      let path = FilePath(kept.folder["music/a.flac"])
      let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: 1, device: 1)
      try transaction.insertFile(root: root, path: path, stamp: stamp, hasCueFile: false, at: 1)
      let file = try transaction.file(at: path)?.id ?? 0
      try transaction.setFailed(file, reason: "damaged", detail: "no frame")
    }
    let found = await find(.warning, "files", "1 of 1 files cannot be analysed")
    #expect(found?.advice == "indexctl failures" && found?.isCommand == true)
  }

  @Test func whetherSomebodyWorks() async throws {
    #expect(await find(.warning, "daemon", "not running")?.isCommand == true)
    let lock = try StateLock(kept.state)
    #expect(await find(.warning, "daemon", "running (process \(getpid())), not as a service")?.isCommand == true)
    #expect(await find(.warning, "daemon", "not running") == nil)
    _ = lock
  }
}
