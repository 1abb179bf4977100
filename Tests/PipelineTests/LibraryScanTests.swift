import AnalysisWorker
import Foundation
import Glibc
import Logging
import MusicIndex
import Pipeline
import ServiceState
import Synchronization
import TestSupport
import Testing
import Tracks

@Suite struct LibraryScanTests {
  private let folder: TemporaryFolder
  private let index: MusicIndex
  private let music: FilePath

  init() throws {
    folder = try TemporaryFolder()
    music = FilePath(folder["music"])
    for name in ["a/1.flac", "a/2.mp3", "a/notes.txt", "b/c/3.ogg", "b c/4.wav", "5.opus"] {
      try folder.write(name, to: "music/\(name)")
    }
    index = try MusicIndex(FilePath(folder["index.sqlite"]))
  }

  private func pipeline(exclude: [String] = []) -> Pipeline {
    let state = StateFolder(FilePath(folder.path))
    var configuration = PipelineConfiguration(
      music: [music], state: state, playlist: state.playlist, worker: FilePath("/nonexistent"))
    configuration.exclude = exclude
    return Pipeline(
      configuration: configuration, index: index, pool: Pipeline.pool(configuration), logger: Logger(label: "test"))
  }

  private func paths(missing: Bool = false) throws -> [String] {
    try index.read { try $0.wholeTracks(version: 1) }.filter { $0.isMissing == missing }
      .map { String($0.path.display.dropFirst(music.display.count + 1)) }.sorted()
  }

  @Test func findsMusicAndNothingElse() async throws {
    let result = try await pipeline().scan()
    #expect(result.new == 5 && result.files == 5 && result.warnings.isEmpty)
    #expect(try paths() == ["5.opus", "a/1.flac", "a/2.mp3", "b c/4.wav", "b/c/3.ogg"])
    let again = try await pipeline().scan()
    #expect(!again.isChange && again.files == 5)
  }

  /// Versions before this one had a program decode some formats, and failed for good where it was not installed.
  @Test func whatWantedAProgramIsTriedAgain() async throws {
    _ = try await pipeline().scan()
    let version = FeatureVariant.dense.version
    let files = try index.read { try $0.filesToAnalyse(version: version) }
    try index.write { transaction in
      for (file, reason) in zip(files, ["ffmpegMissing", "damaged"]) {
        try transaction.setFailed(file.id, reason: reason, detail: "")
      }
    }
    #expect(try index.read { try $0.filesToAnalyse(version: version) }.count == files.count - 2)
    _ = try await pipeline().scan()
    #expect(try index.read { try $0.failures() }.map(\.reason) == ["damaged"])
  }

  @Test func noticesEveryKindOfChange() async throws {
    _ = try await pipeline().scan()
    let files = FileManager.default
    try files.moveItem(atPath: folder["music/a/1.flac"], toPath: folder["music/b/moved.flac"])
    try files.removeItem(atPath: folder["music/5.opus"])
    try folder.write("other", to: "music/b c/4.wav")
    try folder.write("new", to: "music/a/6.flac")
    let result = try await pipeline().scan()
    #expect(result.moved == 1 && result.missing == 1 && result.changed == 1 && result.new == 1)
    #expect(try paths() == ["a/2.mp3", "a/6.flac", "b c/4.wav", "b/c/3.ogg", "b/moved.flac"])
    #expect(try paths(missing: true) == ["5.opus"])
  }

  @Test func aMissingFileThatComesBackIsTheSame() async throws {
    _ = try await pipeline().scan()
    let hidden = folder["hidden"]
    try FileManager.default.moveItem(atPath: folder["music/5.opus"], toPath: hidden)
    #expect(try await pipeline().scan().missing == 1)
    try FileManager.default.moveItem(atPath: hidden, toPath: folder["music/5.opus"])
    let result = try await pipeline().scan()
    // Renaming moved its change time, so it is looked at again, but it is the same row.
    #expect(result.new == 0 && result.missing == 0)
    #expect(try paths().contains("5.opus"))
  }

  @Test func anEditThatKeepsSizeAndTimeIsNoticed() async throws {
    _ = try await pipeline().scan()
    var status = stat()
    #expect(stat(folder["music/5.opus"], &status) == 0)
    let handle = try #require(fopen(folder["music/5.opus"], "r+"))
    fputs("X", handle)
    fclose(handle)
    utimensat(AT_FDCWD, folder["music/5.opus"], [status.st_mtim, status.st_mtim], 0)
    #expect(try await pipeline().scan().changed == 1)
  }

  @Test func anEmptiedFolderMarksNothingAsMissing() async throws {
    _ = try await pipeline().scan()
    try FileManager.default.moveItem(atPath: folder["music"], toPath: folder["elsewhere"])
    try FileManager.default.createDirectory(atPath: folder["music"], withIntermediateDirectories: false)
    let empty = try await pipeline().scan()
    #expect(empty.missing == 0 && empty.warnings.count == 1)
    #expect(empty.warnings[0].contains("5 of 5 files are gone at once"))
    try FileManager.default.removeItem(atPath: folder["music"])
    let gone = try await pipeline().scan()
    #expect(gone.missing == 0 && gone.warnings.count == 1)
    #expect(try paths().count == 5)
    try FileManager.default.moveItem(atPath: folder["elsewhere"], toPath: folder["music"])
    #expect(try await !pipeline().scan().isChange)
  }

  /// A disk that goes away tells of each of its folders.
  @Test(arguments: [true, false]) func aFolderOfADiskThatIsAwayMarksNothing(leavesItsPlace: Bool) async throws {
    _ = try await pipeline().scan()
    try FileManager.default.moveItem(atPath: folder["music"], toPath: folder["elsewhere"])
    if leavesItsPlace {
      try FileManager.default.createDirectory(atPath: folder["music"], withIntermediateDirectories: false)
    }
    let result = try await pipeline().scan([FilePath(folder["music/a"]), FilePath(folder["music/b"])])
    #expect(result.missing == 0 && !result.warnings.isEmpty)
    #expect(try paths().count == 5)
    #expect(try await pipeline().scan([FilePath(folder["music/a"])], acceptsLoss: true).missing == 2)
  }

  @Test func theOwnersWordMakesALossBelieved() async throws {
    _ = try await pipeline().scan()
    for name in ["a", "b", "b c", "5.opus"] { try FileManager.default.removeItem(atPath: folder["music/\(name)"]) }
    #expect(try await pipeline().scan(acceptsLoss: true).missing == 5)
    #expect(try paths().isEmpty)
  }

  @Test func ignoreFilesAndGlobsLeaveFoldersOut() async throws {
    try folder.write("", to: "music/a/.indexdignore")
    let result = try await pipeline(exclude: ["*.ogg"]).scan()
    #expect(result.files == 2)
    #expect(try paths() == ["5.opus", "b c/4.wav"])
  }

  @Test func linksAreFollowedOnceAndLoopsEnd() async throws {
    try FileManager.default.createSymbolicLink(atPath: folder["music/b/loop"], withDestinationPath: folder["music"])
    try folder.write("away", to: "away/7.flac")
    try FileManager.default.createSymbolicLink(atPath: folder["music/z"], withDestinationPath: folder["away"])
    let result = try await pipeline().scan()
    #expect(result.files == 6)
    #expect(try paths().contains("z/7.flac"))
  }

  @Test func aHardLinkIsAnotherNameOfTheSameAudio() async throws {
    _ = try await pipeline().scan()
    #expect(link(folder["music/5.opus"], folder["music/6.opus"]) == 0)
    let result = try await pipeline().scan()
    #expect(result.new == 1 && result.moved == 0)
    #expect(try paths().contains("5.opus") && paths().contains("6.opus"))
    // A look at the folder of one name sees what became of all.
    #expect(link(folder["music/5.opus"], folder["music/b/7.opus"]) == 0)
    let deep = ScanObserver(enter: { _ in false })
    #expect(try await pipeline().scan([FilePath(folder["music/b"])], observer: deep).new == 1)
    let handle = try #require(fopen(folder["music/b/7.opus"], "w"))
    fputs("other", handle)
    fclose(handle)
    #expect(try await pipeline().scan([FilePath(folder["music/b"])], observer: deep).changed == 3)
    try FileManager.default.removeItem(atPath: folder["music/b/7.opus"])
    #expect(try await pipeline().scan([FilePath(folder["music/b"])], observer: deep).missing == 1)
    #expect(try await !pipeline().scan().isChange)
  }

  /// An edit that keeps size and time and is followed by a rename; what was written before the last look is no such edit.
  @Test func aRenameThatHidesAnEditIsRead() async throws {
    _ = try await pipeline().scan()
    let now = Date().timeIntervalSince1970
    for (write, changed) in [(nil, 0), (now - 3_600, 0), (now + 3_600, 1)] as [(Double?, Int)] {
      let (from, to) = (folder["music/5.opus"], folder["music/6.opus"])
      #expect(rename(from, to) == 0)
      let result = try await pipeline().scan(observer: ScanObserver(lastWrite: { $0 == FilePath(to) ? write : nil }))
      let counts: [Int] = [result.moved, result.changed, result.new, result.missing]
      #expect(counts == [1, changed, 0, 0])
      #expect(rename(to, from) == 0)
      #expect(try await pipeline().scan().moved == 1)
    }
  }

  @Test func aCueSheetBesideAFileIsNoted() async throws {
    try folder.write("FILE", to: "music/a/1.cue")
    try folder.write("FILE", to: "music/a/2.mp3.cue")
    _ = try await pipeline().scan()
    let with = try index.read { try $0.wholeTracks(version: 1) }.filter(\.hasCueFile).map(\.path.name.display)
    #expect(with.sorted() == ["1.flac", "2.mp3"])
  }

  @Test func aLookAtOneFolderLeavesWatchedFoldersAlone() async throws {
    _ = try await pipeline().scan()
    try folder.write("new", to: "music/b/8.flac")
    try folder.write("new", to: "music/b/c/9.flac")
    let known = FilePath(folder["music/b/c"])
    let entered = Mutex<[FilePath]>([])
    let result = try await pipeline().scan(
      [FilePath(folder["music/b"])],
      observer: ScanObserver(enter: { folder in
        entered.withLock { $0.append(folder) }
        return folder != known
      }))
    #expect(result.new == 1 && result.missing == 0)
    #expect(entered.withLock { $0 } == [FilePath(folder["music/b"]), known])
    #expect(try await pipeline().scan().new == 1)
  }

  @Test func aFolderThatVanishedIsNoticedBesideWatchedOnes() async throws {
    _ = try await pipeline().scan()
    try FileManager.default.removeItem(atPath: folder["music/a"])
    let top = music
    let result = try await pipeline().scan([music], observer: ScanObserver(enter: { $0 == top }))
    #expect(result.missing == 2)
    #expect(try paths() == ["5.opus", "b c/4.wav", "b/c/3.ogg"])
  }

  @Test func aFileThatIsStillWrittenIsLeftAlone() async throws {
    _ = try await pipeline().scan()
    try folder.write("growing", to: "music/a/1.flac")
    try folder.write("growing", to: "music/a/new.flac")
    let busy = ScanObserver(isBusy: { $0.display.hasSuffix("1.flac") || $0.display.hasSuffix("new.flac") })
    #expect(try await !pipeline().scan(observer: busy).isChange)
    let result = try await pipeline().scan()
    #expect(result.new == 1 && result.changed == 1)
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything")) func anUnreadableFolderKeepsItsFiles() async throws {
    _ = try await pipeline().scan()
    chmod(folder["music/a"], 0)
    defer { chmod(folder["music/a"], 0o755) }
    let result = try await pipeline().scan()
    #expect(result.missing == 0 && result.warnings.count == 1)
  }

  /// What `stat` says of every audio file on disk, by path.
  private func disk() throws -> [String: FileStamp] {
    var found: [String: FileStamp] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder["music"]) where name.hasSuffix(".flac") {
      var status = stat()
      guard lstat(folder["music/\(name)"], &status) == 0 else { continue }
      found[name] = FileStamp(
        size: Int64(status.st_size),
        modified: Int64(status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec),
        changed: Int64(status.st_ctim.tv_sec * 1_000_000_000 + status.st_ctim.tv_nsec),
        inode: UInt64(status.st_ino), device: UInt64(status.st_dev))
    }
    return found
  }

  @Test(arguments: 0..<6) func whateverHappensInBetweenAScanFindsTheTruth(round: Int) async throws {
    let seed = UInt64(round) + 1
    var random = SeededGenerator(seed: seed)
    try FileManager.default.removeItem(atPath: folder["music"])
    for name in ["a", "b"] { try folder.write("\(name)", to: "music/\(name)/\(name).flac") }
    func path() -> String {
      let depth = Int.random(in: 1...3, using: &random)
      return (0..<depth).reduce("music") { path, _ in path + "/" + ["a", "b", "c"].randomElement(using: &random)! }
    }
    for step in 0..<150 {
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        // Many of these find nothing to work on, and that is as good.
        let (from, to) = (folder[path()], folder[path()])
        switch Int.random(in: 0..<7, using: &random) {
        case 0, 1: _ = FileManager.default.createFile(atPath: from + ".flac", contents: Data("\(step % 10)".utf8))
        case 2: mkdir(from, 0o755)
        case 3: rename(from + ".flac", to + ".flac")
        case 4: link(from + ".flac", to + ".flac")
        case 5: unlink(from + ".flac")
        default: rename(from, to)
        }
      }
      _ = try await pipeline().scan(acceptsLoss: true)
      var known: [String: FileStamp] = [:]
      for name in try paths() {
        known[name] = try index.read { try $0.file(at: FilePath(folder["music/\(name)"])) }?.stamp
      }
      #expect(known == (try disk()), "seed \(seed), step \(step)")
    }
  }
}
