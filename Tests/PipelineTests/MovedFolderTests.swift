import Foundation
import MusicIndex
import TestSupport
import Testing
import Tracks

@testable import Pipeline

/// A music folder that is not configured any more.
@Suite struct MovedFolderTests {
  private let names = (0..<6).map { "\($0).flac" }

  /// A library of which an import knows half, whose folder was renamed to `elsewhere`.
  private func moved(_ move: (ListenedLibrary) throws -> Void) async throws -> ListenedLibrary {
    var library = try await ListenedLibrary(names)
    let file = try library.export(
      library.statistics(["0.flac": 9, "1.flac": 7, "2.flac": 8]), as: "statistics.xml", daysAgo: 1)
    _ = try await library.pipeline.import([file])
    _ = try await library.pipeline.label()
    #expect(try library.index.read { try $0.labelCounts() }[.good] == 3)
    try move(library)
    library.configuration.music = [FilePath(library.folder["elsewhere"])]
    return library
  }

  @Test func aRenamedFolderKeepsEverything() async throws {
    let library = try await moved {
      try FileManager.default.moveItem(atPath: $0.folder["music"], toPath: $0.folder["elsewhere"])
    }
    let before = try library.index.read { try $0.wholeTracks(version: 1).map(\.id) }
    _ = try await library.pipeline.scan()
    _ = try await library.pipeline.label()
    try library.pipeline.forgetFormerFolders()
    let (known, labels, roots) = try library.index.read {
      (try $0.wholeTracks(version: 1), try $0.labelCounts(), try $0.roots().map(\.path))
    }
    #expect(known.map(\.id) == before && known.allSatisfy { !$0.isMissing && $0.audio != nil })
    #expect(labels[.good] == 3 && roots == [FilePath(library.folder["elsewhere"])])
  }

  @Test func whatWasCopiedIsKnownAgainFileByFile() async throws {
    let library = try await moved {
      try FileManager.default.copyItem(atPath: $0.folder["music"], toPath: $0.folder["elsewhere"])
    }
    _ = try await library.pipeline.scan()
    try library.pipeline.forgetFormerFolders()
    // Nothing is forgotten while files wait.
    #expect(try library.index.read { try $0.wholeTracks(version: 1).count } == 12)
    let old = try library.index.read { try $0.wholeTracks(version: 1) }
    for name in names.prefix(4) {
      try library.index.write { transaction in
        let found = old.filter { $0.path.name == FilePath(name) }
        let (was, now) = (try #require(found.first), try #require(found.last))
        let probed = ProbedAudio(
          properties: try #require(was.properties), tags: was.tags, identity: try #require(was.identity))
        _ = try transaction.setProbed(now.id, probed, version: 1, at: ListenedLibrary.now)
      }
    }
    _ = try await library.pipeline.label()
    #expect(try library.index.read { try $0.labelCounts() }[.good] == 3)
    try library.pipeline.forgetFormerFolders()
    #expect(try library.index.read { try $0.roots().count } == 2)
    // What cannot be read waits no longer.
    for name in names.suffix(2) {
      try library.index.write { transaction in
        let file = try #require(try transaction.file(at: FilePath(library.folder["elsewhere/\(name)"]))?.id)
        try transaction.setFailed(file, reason: "x", detail: "")
      }
    }
    try library.pipeline.forgetFormerFolders()
    _ = try await library.pipeline.label()
    #expect(try library.index.read { try $0.roots().count } == 1)
    #expect(try library.index.read { try $0.wholeTracks(version: 1).count } == 6)
    #expect(try library.index.read { try $0.labelCounts() }[.good] == 3)
  }

  @Test func anEmptyListReplacesNoneWhileFilesWait() async throws {
    let taught = try await TaughtLibrary((0..<90).map { "song \($0).flac" }) { configuration in
      (configuration.selection.atLeast, configuration.selection.shortest) = (5, 0)
    }
    try await taught.judge(0..<60) { $0 % 20 < 8 ? .good : .bad }
    _ = try await taught.pipeline.train()
    _ = try await taught.pipeline.score()
    let outcome = try await taught.pipeline.writePlaylist()
    let file = try #require(outcome.file).display
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(outcome.tracks > 0)
    try taught.index.write { transaction in
      for file in try transaction.wholeTracks(version: 1) { try transaction.setMissing(file.id, since: 1) }
      let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: 77, device: 1)
      try transaction.insertFile(root: 1, path: FilePath("/x/new.flac"), stamp: stamp, hasCueFile: false, at: 1)
    }
    let kept = try await taught.pipeline.writePlaylist()
    #expect(!kept.isChange && kept.tracks == outcome.tracks && kept.warnings.count == 1)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    try taught.index.write { transaction in
      let file = try #require(try transaction.file(at: FilePath("/x/new.flac"))?.id)
      try transaction.setFailed(file, reason: "x", detail: "")
    }
    #expect(try await taught.pipeline.writePlaylist().tracks == 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8) != text)
  }
}
