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
    let script = """
      import os, sqlite3, struct, sys
      folder = sys.argv[1]
      os.makedirs(folder + "/playlists-v2.0")
      base = sqlite3.connect(folder + "/metadb.sqlite", isolation_level=None)
      base.execute("PRAGMA journal_mode=WAL")
      base.execute("PRAGMA wal_autocheckpoint=0")
      name = "metadb_index_C653739F_14B3_4EF2_819B_A3E2883230AE"
      base.execute("CREATE TABLE metadb(name TEXT PRIMARY KEY, info BLOB)")
      base.execute(f"CREATE TABLE {name}(key INTEGER NOT NULL, filename TEXT UNIQUE PRIMARY KEY)")
      base.execute(f"CREATE TABLE {name}_data(key INTEGER PRIMARY KEY, value BLOB)")
      def add(key, path, count):
        last = 133000000000000000 if count else 0
        value = struct.pack("<IIQQQB7x", count, 0, last, last, 132223104000000000, 255)
        base.execute(f"INSERT INTO {name} VALUES (?, ?)", (key, "0+file://" + path))
        base.execute(f"INSERT OR REPLACE INTO {name}_data VALUES (?, ?)", (key, value))
      key = 0
      for line in sys.stdin.read().splitlines():
        count, path = line.split(" ", 1)
        key += 1
        add(key - 5, path, int(count))
        if key == 3: base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
      # The log stays as a program leaves it that is still running.
      os._exit(0)
      """
    let folder = library.folder[place]
    let plays =
      library.liked.map { "12 \(music)\($0)" } + library.rejected.map { "1 \(music)\($0)" }
      + library.unheard.map { "0 \(music)\($0)" }
    let process = Process()
    let input = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, folder]
    process.standardInput = input
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(plays.joined(separator: "\n").utf8))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    let active = "0B5F8D4E-0000-4000-8000-0000000000AA"
    let other = "0B5F8D4E-0000-4000-8000-0000000000BB"
    try library.folder.write(
      "\u{FEFF}\(active):Active: now\r\n\(other):Everything\r\n", to: "\(place)/playlists-v2.0/index.txt")
    func list(_ names: [String]) -> String { names.map { "file://\(music)\($0)\r\n" }.joined() }
    try library.folder.write(
      list(library.liked + library.unheard), to: "\(place)/playlists-v2.0/playlist-\(active).fplite")
    try library.folder.write(
      list(library.liked + library.rejected), to: "\(place)/playlists-v2.0/playlist-\(other).fplite")
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
