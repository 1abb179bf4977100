import Foundation
import Glibc
import Logging
import MusicIndex
import ServiceState
import TestSupport
import Testing
import Tracks

@testable import Pipeline

/// Music folders inside each other: every file is one file, of the innermost music folder.
@Suite struct NestedFoldersTests {
  private let folder: TemporaryFolder
  private let index: MusicIndex

  init() throws {
    folder = try TemporaryFolder()
    for name in ["m/1.flac", "m/L/2.flac", "m/L/X/3.flac", "m/Z/4.flac", "n/5.flac"] {
      try folder.write(name, to: name)
    }
    index = try MusicIndex(FilePath(folder["index.sqlite"]))
  }

  private func pipeline(_ music: [String], exclude: [String] = []) -> Pipeline {
    let state = StateFolder(FilePath(folder.path))
    var configuration = PipelineConfiguration(
      music: music.map { FilePath(folder[$0]) }, state: state, playlist: state.playlist,
      worker: FilePath("/nonexistent"))
    configuration.exclude = exclude
    return Pipeline(
      configuration: configuration, index: index, pool: Pipeline.pool(configuration), logger: Logger(label: "test"))
  }

  /// Each file that is there with the music folder that it belongs to.
  private func owners() throws -> [String: String] {
    try index.read { transaction in
      let roots = Dictionary(uniqueKeysWithValues: try transaction.roots().map { ($0.id, $0.path.display) })
      var found: [String: String] = [:]
      for known in try transaction.wholeTracks(version: 1) where !known.isMissing {
        let file = try #require(try transaction.file(at: known.path))
        found[String(known.path.display.dropFirst(folder.path.count + 1))] = roots[file.root].map {
          String($0.dropFirst(folder.path.count + 1))
        }
      }
      return found
    }
  }

  private static let joined = ["m/1.flac": "m", "m/L/2.flac": "m/L", "m/L/X/3.flac": "m/L", "m/Z/4.flac": "m"]

  /// Watched folders stand for themselves: a look at a folder goes down into none of those that are named beside it.
  @Test(arguments: [
    ["m", "m/L", "m/L/X", "m/Z"], ["m/Z", "m/L/X", "m", "m/L", "m"], ["m/L", "m/L/X", "m/Z", "m"],
  ])
  func everyNamedFolderIsLookedAt(named: [String]) async throws {
    for music in [["m"], ["m", "m/L"], ["m/L", "m"]] {
      let pipeline = pipeline(music)
      _ = try await pipeline.scan()
      let number = music.count + music[0].count
      let new = ["m", "m/L", "m/L/X", "m/Z"].map { "\($0)/new \(named.count) \(number).flac" }
      for name in new { try folder.write(name, to: name) }
      let unseen = ScanObserver(enter: { _ in false })
      _ = try await pipeline.scan(named.map { FilePath(folder[$0]) }, observer: unseen)
      let found = try owners()
      #expect(new.allSatisfy { found[$0] != nil }, "\(music): \(found.keys.sorted())")
    }
  }

  @Test(arguments: [
    ["m", "m/L"], ["m/L", "m"], ["m/L", "m", "m/L"], ["m/", "m/L/"], ["m/../m/L", "m"], ["m", "m/./L//"],
    ["link", "m/L"],
    ["m/L", "link"], ["m", "inner"], ["inner", "m"], ["link", "inner", "m", "m/L"],
  ])
  func inAnyOrderAndThroughLinks(music: [String]) async throws {
    symlink(folder["m"], folder["link"])
    symlink(folder["m/L"], folder["inner"])
    let result = try await pipeline(music).scan()
    #expect(result.new == 4 && result.files == 4 && result.warnings.isEmpty)
    #expect(try owners() == Self.joined)
    let again = try await pipeline(music.reversed()).scan()
    #expect(!again.isChange && again.files == 4)
    #expect(try owners() == Self.joined)
  }

  @Test func aFolderThatIsAddedInsideOrTakenOutLosesNothing() async throws {
    _ = try await pipeline(["m"]).scan()
    let before = try index.read { try $0.wholeTracks(version: 1) }.map { [$0.id, Int64($0.firstSeen * 1e3)] }
    for music in [["m", "m/L"], ["m/L/X", "m"], ["m/L", "m/L/X", "m"], ["m"]] {
      let result = try await pipeline(music).scan()
      #expect(!result.isChange && result.files == 4, "\(music)")
      #expect(try index.read { try $0.wholeTracks(version: 1) }.map { [$0.id, Int64($0.firstSeen * 1e3)] } == before)
    }
    #expect(Set(try owners().values) == ["m"])
    _ = try await pipeline(["m/L"]).scan()
    #expect(try owners() == ["m/L/2.flac": "m/L", "m/L/X/3.flac": "m/L"])
  }

  @Test func alsoWhileAnotherDiskIsAwayAndNothingMayBeForgotten() async throws {
    _ = try await pipeline(["m"]).scan()
    _ = try await pipeline(["m/L", "away"]).scan()
    _ = try await pipeline(["away", "m/L", "m"]).scan()
    #expect(try owners() == Self.joined)
  }

  @Test func aFolderThatAppearsLaterIsOfTheInnerOne() async throws {
    _ = try await pipeline(["m", "m/New"]).scan()
    try folder.write("6", to: "m/New/6.flac")
    _ = try await pipeline(["m", "m/New"]).scan()
    #expect(try owners()["m/New/6.flac"] == "m/New" && owners().count == 5)
  }

  @Test func linksFromOneMusicFolderIntoAnotherAreNoSecondNames() async throws {
    symlink(folder["m/L"], folder["n/link"])
    symlink(folder["m"], folder["n/whole"])
    symlink(folder.path, folder["n/parent"])
    symlink(folder["n"], folder["m/back"])
    symlink(folder["m/Z"], folder["m/L/sibling"])
    for music in [["m", "n", "m/L"], ["n", "m/L", "m"]] {
      let result = try await pipeline(music).scan()
      #expect(result.files == 5, "\(music)")
      #expect(try owners().keys.sorted() == ["m/1.flac", "m/L/2.flac", "m/L/X/3.flac", "m/Z/4.flac", "n/5.flac"])
    }
  }

  @Test func aLookAtOneFolderFindsWhoseItIs() async throws {
    let pipeline = pipeline(["m", "m/L"])
    _ = try await pipeline.scan()
    try folder.write("7", to: "m/L/X/7.flac")
    try folder.write("8", to: "m/L/8.flac")
    #expect(try await pipeline.scan([FilePath(folder["m/L/X"])]).new == 1)
    // A look at the outer folder looks at the music folder inside it as well.
    #expect(try await pipeline.scan([FilePath(folder["m"])]).new == 1)
    #expect(try owners()["m/L/X/7.flac"] == "m/L" && owners()["m/L/8.flac"] == "m/L")
  }

  @Test func theLossOfOneDiskIsDoubtedHoweverMuchTheOtherHolds() async throws {
    for number in 0..<40 { try folder.write("\(number)", to: "m/Z/more \(number).flac") }
    _ = try await pipeline(["m", "m/L"]).scan()
    try FileManager.default.removeItem(atPath: folder["m/L"])
    try FileManager.default.createDirectory(atPath: folder["m/L"], withIntermediateDirectories: true)
    let result = try await pipeline(["m", "m/L"]).scan()
    #expect(result.isLossDoubted && result.missing == 0)
    #expect(try owners()["m/L/2.flac"] == "m/L")
  }

  @Test func aHiddenOrExcludedFolderThatIsNamedIsTaken() async throws {
    try folder.write("9", to: "m/.hidden/9.flac")
    try folder.write("10", to: "m/#recycle/kept/10.flac")
    _ = try await pipeline(["m", "m/.hidden", "m/#recycle/kept", "m/L"], exclude: ["/L"]).scan()
    #expect(try owners().count == 6)
    #expect(try owners()["m/#recycle/kept/10.flac"] == "m/#recycle/kept" && owners()["m/.hidden/9.flac"] == "m/.hidden")
  }

  @Test func whatMovesIntoTheBinIsGoneAndNoCopy() async throws {
    _ = try await pipeline(["m"]).scan()
    try FileManager.default.createDirectory(atPath: folder["m/#recycle"], withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: folder["m/Z/4.flac"], toPath: folder["m/#recycle/4.flac"])
    let result = try await pipeline(["m"]).scan()
    #expect(result.missing == 1 && result.new + result.moved == 0)
    // A look at the bin itself changes nothing.
    #expect(try await !pipeline(["m"]).scan([FilePath(folder["m/#recycle"])]).isChange)
    #expect(try await pipeline(["m"], exclude: ["!#recycle"]).scan().moved == 1)
  }

  @Test(.enabled(if: canBind, "needs root, and a system that lets it bind folders"))
  func bindMountsAreOneFolder() async throws {
    try FileManager.default.createDirectory(atPath: folder["bound"], withIntermediateDirectories: true)
    try #require(mount(folder["m/L"], folder["bound"], nil, UInt(MS_BIND), nil) == 0)
    defer { umount(folder["bound"]) }
    let result = try await pipeline(["m", "bound"]).scan()
    #expect(result.files == 4)
    #expect(try owners() == ["m/1.flac": "m", "m/Z/4.flac": "m", "bound/2.flac": "bound", "bound/X/3.flac": "bound"])
    for music in [["m/L", "bound"], ["bound", "m/L"]] {
      #expect(try await pipeline(music).scan().files == 2)
      #expect(try owners() == ["bound/2.flac": "bound", "bound/X/3.flac": "bound"])
    }
  }

  @Test func whatIsJoinedIsTold() throws {
    symlink(folder["m/L"], folder["inner"])
    let told = MusicFolders.relations(["m", "m/L", "inner", "n"].map { FilePath(folder[$0]) })
    #expect(
      told == [
        "\(folder["m/L"]): lies inside the music folder \(folder["m"]); its files count once",
        "\(folder["inner"]): is the music folder \(folder["m/L"]) by another name, and counts once",
      ])
  }
}

/// Whether this user may mount a folder at another place.
private let canBind: Bool = {
  guard geteuid() == 0, let folder = try? TemporaryFolder(),
    mount(folder.path, folder.path, nil, UInt(MS_BIND), nil) == 0
  else { return false }
  return umount(folder.path) == 0
}()
