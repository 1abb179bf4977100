import AnalysisWorker
import Foundation
import Glibc
import Logging
import MusicIndex
import Pipeline
import ServiceState
import TestSupport
import Testing
import Tracks

/// What a scan makes of much that is gone at once, and of folders behind links.
@Suite struct ScanLossTests {
  private let folder: TemporaryFolder
  private let index: MusicIndex

  init() throws {
    folder = try TemporaryFolder()
    for number in 0..<30 { try folder.write("\(number)", to: "disk/a/\(number % 2)/\(number).flac") }
    try folder.write("other", to: "disk/b/other.flac")
    index = try MusicIndex(FilePath(folder["index.sqlite"]))
  }

  private func pipeline(_ music: String = "disk") -> Pipeline {
    let state = StateFolder(FilePath(folder.path))
    let configuration = PipelineConfiguration(
      music: [FilePath(folder[music])], state: state, playlist: state.playlist, worker: FilePath("/nonexistent"))
    return Pipeline(
      configuration: configuration, index: index, pool: Pipeline.pool(configuration), logger: Logger(label: "test"))
  }

  private func places(_ names: String...) -> [FilePath] { names.map { FilePath(folder["disk/\($0)"]) } }

  /// The number of files that the index holds and takes for present.
  private func present() throws -> Int {
    try index.read { try $0.wholeTracks(version: 1) }.filter { !$0.isMissing }.count
  }

  @Test func aLinkWhoseDiskIsAwayForgetsNothing() async throws {
    let files = FileManager.default
    try files.createSymbolicLink(atPath: folder["music"], withDestinationPath: folder["disk"])
    #expect(try await pipeline("music").scan().new == 31)
    try files.moveItem(atPath: folder["disk"], toPath: folder["away"])
    let result = try await pipeline("music").scan()
    #expect(result.isLossDoubted && result.warnings.count == 1)
    #expect(try present() == 31)
    // Not even another folder in its place makes it forgotten before the link leads somewhere.
    try files.removeItem(atPath: folder["music"])
    _ = try await pipeline("music").scan()
    #expect(try present() == 31)
    try files.moveItem(atPath: folder["away"], toPath: folder["disk"])
    try files.createSymbolicLink(atPath: folder["music"], withDestinationPath: folder["disk"])
    #expect(try await !pipeline("music").scan().isChange)
  }

  @Test func mostOfTheLibraryIsNotBelievedToBeGoneByALookAtAPart() async throws {
    _ = try await pipeline().scan()
    try FileManager.default.removeItem(atPath: folder["disk/a"])
    for parts in [places("a"), places("a/0", "a/1"), places("", "a")] {
      let result = try await pipeline().scan(parts)
      #expect(result.missing == 0 && result.isLossDoubted && result.warnings.count == 1, "\(parts)")
      #expect(result.warnings.first?.contains("30 of 31 files") == true, "\(parts)")
    }
    #expect(try await pipeline().scan(places("a"), acceptsLoss: true).missing == 30)
    #expect(try present() == 1)
  }

  @Test func whatARuleLeavesOutIsNoLoss() async throws {
    #expect(try await pipeline().scan().new == 31)
    try folder.write("", to: "disk/a/.indexdignore")
    let result = try await pipeline().scan()
    #expect(result.missing == 30 && !result.isLossDoubted && result.warnings.isEmpty)
    // Also where nothing else is left.
    try folder.write("", to: "disk/b/.indexdignore")
    #expect(try await pipeline().scan().missing == 1)
  }

  @Test func aSmallLossIsBelievedAndARenameIsNone() async throws {
    _ = try await pipeline().scan()
    try FileManager.default.moveItem(atPath: folder["disk/a"], toPath: folder["disk/A"])
    let renamed = try await pipeline().scan(places("", "a", "A"))
    #expect(renamed.moved == 30 && renamed.missing == 0 && renamed.warnings.isEmpty)
    try FileManager.default.removeItem(atPath: folder["disk/A/0"])
    #expect(try await pipeline().scan(places("A")).missing == 15)
  }

  @Test func whatHappensBehindALinkIsSeen() async throws {
    try folder.write("far", to: "elsewhere/far.flac")
    try FileManager.default.createSymbolicLink(
      atPath: folder["disk/b/link"], withDestinationPath: folder["elsewhere"])
    #expect(try await pipeline().scan().new == 32)
    try folder.write("new", to: "elsewhere/new.flac")
    #expect(try await pipeline().scan(places("b/link")).new == 1)
    try folder.write("newer", to: "elsewhere/newer.flac")
    let result = try await pipeline().scan(places("b"))
    #expect(result.new == 1 && result.links.isEmpty)
  }

  @Test func aLinkToWhatIsKnownGivesNothingASecondName() async throws {
    _ = try await pipeline().scan()
    try FileManager.default.createDirectory(atPath: folder["disk/c"], withIntermediateDirectories: true)
    for (name, target) in [("c/loop", "disk"), ("c/twin", "disk/a/1")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder["disk/\(name)"], withDestinationPath: folder[target])
    }
    try folder.write("new", to: "disk/c/new.flac")
    let result = try await pipeline().scan(places("c"))
    #expect(result.new == 1 && result.links == Set(places("c/loop", "c/twin")))
    #expect(try await !pipeline().scan().isChange)
    #expect(try present() == 32)
  }

  @Test func aSheetThatKeepsItsSizeAndTimeIsNoticed() async throws {
    let sheet = try folder.write("TITLE a", to: "disk/b/other.cue")
    _ = try await pipeline().scan()
    var status = stat()
    #expect(stat(sheet, &status) == 0)
    let handle = try #require(fopen(sheet, "r+"))
    fputs("TITLE b", handle)
    fclose(handle)
    utimensat(AT_FDCWD, sheet, [status.st_mtim, status.st_mtim], 0)
    #expect(try await pipeline().scan().sheets == 1)
  }
}
