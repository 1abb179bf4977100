import Foundation
import TestSupport
import Testing

/// foobar2000 2's own folder, without any export.
@Suite(.blocking) struct ProfileTests {
  /// Makes the profile of an owner: its database, whose newest rows are only in the log, and two live playlists.
  ///
  /// - Parameters:
  ///   - place: where it goes in the library's folder.
  ///   - music: the music folder as the owner's foobar2000 names it.
  static func profile(
    of library: OwnersLibrary, in place: String = "foobar2000-v2", music: String = "D:\\Music\\"
  ) throws -> String {
    let folder = library.folder[place]
    func named(_ names: [String]) -> [String] { names.map { music + $0 } }
    let plays =
      named(library.liked).map { ($0, 12) } + named(library.rejected).map { ($0, 1) }
      + named(library.unheard).map { ($0, 0) }
    let profile = try LiveProfile(folder, plays: Array(plays.prefix(3)))
    try profile.send("sql PRAGMA wal_checkpoint(TRUNCATE)")
    try profile.put(Array(plays.dropFirst(3)))
    try profile.list("Active: now", named(library.liked + library.unheard))
    try profile.list("Everything", named(library.liked + library.rejected))
    // The log stays as a program leaves it that is still running.
    try profile.kill()
    return folder
  }

  /// The bytes of every file in a folder.
  private func contents(_ folder: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder), !isFolder.boolValue {
        found[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
    }
    return found
  }

  @Test func aProfileFolderNeedsNoExport() throws {
    let library = try OwnersLibrary()
    let folder = try Self.profile(of: library)
    let before = try contents(folder)
    #expect(before["metadb.sqlite-wal"]?.isEmpty == false)
    let run = try library.tryOnce(["foobar2000-v2"])
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.contains("24 good, 24 bad, 0 undecided, 12 unheard, 0 excluded"), "\(run.output)")
    #expect(try contents(folder) == before)
  }

  @Test func importTakesASnapshotOfAProfile() throws {
    let library = try OwnersLibrary(liked: 3, rejected: 3, unheard: 3, seconds: 5)
    let folder = try Self.profile(of: library)
    #expect(try library.tryOnce([]).code == 0)
    let before = try contents(folder)
    let dry = try library.command(["import", "--dry-run", folder])
    #expect(dry.code == 0 && dry.output.contains("9 would match"), "\(dry.output)\(dry.errors)")
    #expect(dry.output.contains("labels then   3 good, 3 bad, 0 undecided, 3 unheard, 0 excluded"), "\(dry.output)")
    #expect(try library.command(["import", folder]).code == 0)
    #expect(try contents(folder) == before)
    func once() throws -> BuiltProgram.Run {
      try indexd.run(["--config", try library.configuration(), "--once"], environment: library.environment)
    }
    #expect(try once().code == 0)
    let status = try #require(try library.answer(["status", "--json"]) as? [String: Any])
    #expect(
      status["labels"] as? [String: Int] == ["good": 3, "bad": 3, "undecided": 0, "unheard": 3, "excluded": 0])
    // A trial takes every list as active, but of a profile those alone that are active by name.
    let imports = try #require(status["imports"] as? [[String: Any]])
    #expect(Set(imports.compactMap { $0["kind"] as? String }) == ["metadb", "fplite"] && imports.count == 2)
    #expect(imports.allSatisfy { $0["refusal"] is NSNull })
    // The same once more changes nothing.
    #expect(try library.command(["import", folder]).code == 0 && once().code == 0)
    let again = try #require(try library.answer(["status", "--json"]) as? [String: Any])
    #expect((again["imports"] as? [[String: Any]])?.count == 2)
    #expect(try library.command(["labels"]).output.contains("archived, not active"))
  }
}
