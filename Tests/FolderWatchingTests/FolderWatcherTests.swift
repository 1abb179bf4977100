import Foundation
import Glibc
import TestSupport
import Testing
import Tracks

@testable import FolderWatching

/// The watcher on real folders. One at a time: libinotifytools has global state.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FolderWatcherTests {
  private func withMirror(
    quiet: Double = 0.02, patience: Double = 0.2, _ folder: TemporaryFolder, _ body: (Mirror) async throws -> Void
  ) async throws {
    let watcher = FolderWatcher(quiet: quiet, patience: patience)
    defer { watcher.stop() }
    try await body(Mirror(watcher, root: folder.path))
  }

  private var folder: TemporaryFolder { get throws { try TemporaryFolder() } }

  @Test func aNewFileIsTold() async throws {
    let folder = try folder
    try await withMirror(folder) { mirror in
      try folder.write("music", to: "a.flac")
      await mirror.followUntilTrue()
      #expect(mirror.files.keys.sorted() == [FilePath(folder["a.flac"])])
      #expect(mirror.told == [.look(FilePath(folder.path))])
    }
  }

  @Test func aFileThatWasThereAndIsChangedOrDeletedIsTold() async throws {
    let folder = try folder
    try folder.write("music", to: "a/x.flac")
    try folder.write("music", to: "a/y.flac")
    try await withMirror(folder) { mirror in
      #expect(mirror.files.count == 2)
      try folder.write("more music", to: "a/x.flac")
      try FileManager.default.removeItem(atPath: folder["a/y.flac"])
      await mirror.followUntilTrue()
      #expect(mirror.files.map(\.value.size) == [10])
    }
  }

  /// An edit that keeps size and modification time is seen by its change time.
  @Test func anEditThatHidesItselfIsTold() async throws {
    let folder = try folder
    let file = try folder.write("music", to: "a.flac")
    try await withMirror(folder) { mirror in
      var info = stat()
      #expect(stat(file, &info) == 0)
      try folder.write("MUSIC", to: "b")
      let handle = open(file, O_WRONLY)
      #expect(pwrite(handle, "MUSIC", 5, 0) == 5)
      var times = [info.st_atim, info.st_mtim]
      #expect(futimens(handle, &times) == 0)
      close(handle)
      await mirror.followUntilTrue()
      #expect(mirror.files.count == 2)
    }
  }

  /// The name that a file has after an edit and a rename, or after that of a folder above it, still tells of the edit.
  @Test func aWriteIsKnownUnderTheLaterName() async throws {
    let folder = try folder
    let file = try folder.write("music", to: "a/x.flac")
    try folder.write("music", to: "a/other.flac")
    try await withMirror(folder) { mirror in
      let started = Date().timeIntervalSince1970
      let handle = open(file, O_WRONLY)
      #expect(pwrite(handle, "MUSIC", 5, 0) == 5)
      close(handle)
      #expect(rename(file, folder["a/y.flac"]) == 0)
      #expect(rename(folder["a"], folder["b"]) == 0)
      await mirror.followUntilTrue()
      #expect(mirror.files.count == 2)
      let write = try #require(mirror.watcher.lastWrite(of: FilePath(folder["b/y.flac"])))
      #expect(write >= started && write <= Date().timeIntervalSince1970)
      for name in ["a/x.flac", "a/y.flac", "b/x.flac", "b/other.flac"] {
        #expect(mirror.watcher.lastWrite(of: FilePath(folder[name])) == nil)
      }
    }
  }

  @Test func aTreeThatAppearsIsFollowedAllTheWayDown() async throws {
    let folder = try folder
    try await withMirror(folder) { mirror in
      try folder.write("1", to: "a/b/c/d/e/f.flac")
      await mirror.followUntilTrue()
      try folder.write("2", to: "a/b/c/d/e/g.flac")
      await mirror.followUntilTrue()
      #expect(mirror.files.count == 2)
    }
  }

  @Test func aTreeThatMovesInOutAndAroundIsFollowed() async throws {
    let folder = try folder
    let outside = try self.folder
    try outside.write("1", to: "album/one/x.flac")
    try await withMirror(folder) { mirror in
      try FileManager.default.moveItem(atPath: outside["album"], toPath: folder["album"])
      await mirror.followUntilTrue()
      #expect(mirror.files.count == 1)
      try FileManager.default.moveItem(atPath: folder["album"], toPath: folder["renamed"])
      await mirror.followUntilTrue()
      try folder.write("2", to: "renamed/one/y.flac")
      await mirror.followUntilTrue()
      #expect(
        mirror.files.keys.sorted() == [FilePath(folder["renamed/one/x.flac"]), FilePath(folder["renamed/one/y.flac"])])
      try FileManager.default.moveItem(atPath: folder["renamed"], toPath: outside["gone"])
      await mirror.followUntilTrue()
      #expect(mirror.files.isEmpty)
      // What happens in the folder that moved away is nobody's business any more.
      try outside.write("3", to: "gone/one/z.flac")
      try folder.write("4", to: "last.flac")
      await mirror.followUntilTrue()
      let strays = mirror.told.filter {
        if case .look(let path) = $0 { path.isInside(FilePath(outside.path)) } else { false }
      }
      #expect(strays.isEmpty)
      #expect(mirror.watcher.board.watches == 1)
    }
  }

  @Test func anotherRuleOfWhatIsLeftOutIsTold() async throws {
    let folder = try folder
    try folder.write("1", to: "a/b/1.flac")
    try await withMirror(folder) { mirror in
      let event = WatchEvent.rules(FilePath(folder["a"]))
      try folder.write("*.flac", to: "a/.indexdignore")
      await mirror.follow { $0.told.contains(event) }
      try FileManager.default.removeItem(atPath: folder["a/.indexdignore"])
      await mirror.follow { $0.told.filter { $0 == event }.count > 1 }
    }
  }

  @Test func aFolderThatIsDeletedAndMadeAnewIsWatchedAgain() async throws {
    let folder = try folder
    try folder.write("0", to: "a/0.flac")
    try await withMirror(folder) { mirror in
      for round in 1...20 {
        try FileManager.default.removeItem(atPath: folder["a"])
        try folder.write("\(round)", to: "a/\(round).flac")
        await mirror.followUntilTrue()
        try folder.write("more", to: "a/more.flac")
        await mirror.followUntilTrue()
      }
      #expect(mirror.files.count == 2)
      #expect(mirror.watcher.board.watches == 2)
    }
  }

  @Test func namesThatAreNoTextAreTold() async throws {
    let folder = try folder
    let odd = FilePath(folder.path).appending(FilePath(bytes: [0xFF, 0x20, 0x0A, 0xC3]))
    try await withMirror(folder) { mirror in
      let made = odd.withCString { mkdir($0, 0o755) }
      #expect(made == 0)
      let file = odd.appending(FilePath(bytes: [0xFE]))
      let handle = file.withCString { open($0, O_CREAT | O_WRONLY, 0o644) }
      #expect(handle >= 0)
      close(handle)
      await mirror.followUntilTrue()
      #expect(mirror.files.keys.sorted() == [file])
    }
  }

  @Test func aFileIsBeingWrittenUntilItIsClosed() async throws {
    let folder = try folder
    try await withMirror(folder) { mirror in
      let path = folder["copy.flac"]
      let handle = open(path, O_CREAT | O_WRONLY, 0o644)
      #expect(write(handle, "half", 4) == 4)
      await mirror.follow { $0.looks > 0 && $0.watcher.isBeingWritten(FilePath(path)) }
      let looks = mirror.looks
      close(handle)
      await mirror.follow { $0.looks > looks }
      #expect(!mirror.watcher.isBeingWritten(FilePath(path)))
    }
  }

  /// A further name of an older file makes one event and no closing; nothing waits for it.
  @Test func aHardLinkIsNotBeingWritten() async throws {
    let folder = try folder
    let file = try folder.write("music", to: "a.flac")
    try await withMirror(folder) { mirror in
      #expect(link(file, folder["b.flac"]) == 0)
      await mirror.followUntilTrue()
      #expect(!mirror.watcher.isBeingWritten(FilePath(folder["b.flac"])))
    }
  }

  @Test func aRootThatIsMovedReplacedOrDeletedIsFollowed() async throws {
    let folder = try folder
    try folder.write("1", to: "above/root/a/x.flac")
    let watcher = FolderWatcher(quiet: 0.02, patience: 0.2)
    defer { watcher.stop() }
    let mirror = Mirror(watcher, root: folder["above/root"])
    #expect(mirror.files.count == 1)
    try FileManager.default.moveItem(atPath: folder["above/root"], toPath: folder["above/old"])
    await mirror.follow { $0.files.isEmpty }
    try folder.write("2", to: "above/root/b/y.flac")
    await mirror.follow { $0.files.count == 1 }
    try folder.write("3", to: "above/root/b/z.flac")
    await mirror.follow { $0.files.count == 2 }
    // The folder above the root goes and comes back.
    try FileManager.default.moveItem(atPath: folder["above"], toPath: folder["elsewhere"])
    await mirror.follow { $0.files.isEmpty }
    try FileManager.default.moveItem(atPath: folder["elsewhere"], toPath: folder["above"])
    await mirror.follow { $0.files.count == 2 }
    try folder.write("4", to: "above/root/b/last.flac")
    await mirror.followUntilTrue()
    #expect(mirror.files.count == 3)
  }

  /// The process is stopped while more happens than the system's queue holds.
  @Test func aLostEventIsToldAsAnOverflow() async throws {
    let folder = try folder
    try folder.write("1", to: "a/x.flac")
    try await withMirror(folder) { mirror in
      let limit = try #require(
        Int(
          String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)))
      let script = """
        kill -STOP "$1"; cd "$2" && i=0; while [ $i -lt "$3" ]; do : > a/$((i & 1)); i=$((i+1)); done
        mkdir b; echo 1 > b/new.flac; kill -CONT "$1"
        """
      let shell = try startShell(script, ["\(getpid())", folder.path, "\(limit + 1000)"])
      await mirror.follow { $0.overflows > 0 }
      await mirror.followUntilTrue()
      shell.waitUntilExit()
      #expect(mirror.files.count == 4)
    }
  }

  /// Random operations on folders and files, many at a time, against a picture that follows the events.
  @Test(arguments: 0..<4) func aStormEndsInTheTruth(round: Int) async throws {
    let folder = try folder
    let seed = UInt64.random(in: 0...UInt64.max)
    try await withMirror(quiet: 0.005, patience: 0.05, folder) { mirror in
      let storm = Storm(root: folder.path, seed: seed)
      async let operations = storm.run(2500)
      await mirror.follow { _ in storm.isOver }
      #expect(await operations >= 2500)
      await mirror.followUntilTrue()
      #expect(mirror.files == Mirror.disk(mirror.root), "seed \(seed)")
      #expect(mirror.watcher.troubles.isEmpty)
    }
  }

  @Test func watchersComeOneAfterTheOther() async throws {
    for round in 0..<5 {
      let folder = try folder
      try await withMirror(folder) { mirror in
        // The watcher ends in the middle of events, which the next one must not be told.
        for number in 0..<200 { try folder.write("\(number)", to: "\(round)/\(number)") }
      }
    }
    let last = try folder
    try await withMirror(last) { mirror in
      try last.write("1", to: "x.flac")
      await mirror.followUntilTrue()
      #expect(mirror.told == [.look(FilePath(last.path))])
    }
  }

  @Test func theEventsEndWithTheWatcherAndWithTheTask() async throws {
    let folder = try folder
    let watcher = FolderWatcher()
    let task = Task {
      var count = 0
      for await _ in watcher.events { count += 1 }
      return count
    }
    task.cancel()
    #expect(await task.value == 0)
    watcher.stop()
    for await _ in watcher.events { Issue.record("a stopped watcher tells nothing") }
    #expect(watcher.watch(FilePath(folder.path)) == .refused("nothing is watched"))
  }

  @Test func whatCannotBeWatchedIsSaid() async throws {
    let folder = try folder
    let file = try folder.write("music", to: "a.flac")
    let watcher = FolderWatcher()
    defer { watcher.stop() }
    let outcomes = watcher.watch([FilePath(folder.path), FilePath(folder.path), FilePath(file), FilePath(folder["no"])])
    #expect(outcomes == [.new, .known, .missing, .missing])
  }
}
