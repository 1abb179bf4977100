import Foundation
import Glibc
import TestSupport
import Testing

/// Thousands of files where one is expected, and files that somebody else lays or takes: requests go on meanwhile.
@Suite(.blocking, .serialized) struct FloodTests {
  private static let many = 10_000

  private func setUp(
    _ library: @autoclosure () throws -> OwnersLibrary = try OwnersLibrary(
      liked: 2, rejected: 1, unheard: 1, seconds: 1)
  ) throws -> OwnersLibrary {
    let library = try library()
    let run = try control(library, ["setup", "--user", "--music", library.folder["music"]])
    #expect(run.code == 0, "\(run.errors)")
    return library
  }

  private func control(_ library: OwnersLibrary, _ arguments: [String]) throws -> BuiltProgram.Run {
    try indexctl.run(arguments, environment: library.environment)
  }

  private func succeeds(_ library: OwnersLibrary, _ arguments: [String]) throws {
    let run = try control(library, arguments)
    #expect(run.code == 0, "\(arguments): \(run.errors)")
  }

  /// What `status` tells; nothing before there is an index.
  private func status(_ library: OwnersLibrary) throws -> [String: Any] {
    let run = try control(library, ["status", "--json"])
    guard run.code == 0 else { return [:] }
    return try #require(try json(run.output) as? [String: Any])
  }

  private func advice(_ library: OwnersLibrary) throws -> [String] {
    try status(library)["advice"] as? [String] ?? []
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    return try clock.measure(body) / .seconds(1)
  }

  /// Waits until a condition holds.
  private func eventually(_ words: String, _ condition: () throws -> Bool) throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(120)
    while try !condition() {
      guard clock.now < end else {
        Issue.record("not within two minutes: \(words)")
        return
      }
      usleep(50_000)
    }
  }

  private func refused(_ library: OwnersLibrary) throws -> Int {
    (try status(library)["refusedImports"] as? [String: Int])?["total"] ?? 0
  }

  private func ends(_ daemon: BuiltProgram.Running) throws {
    let spent = seconds {
      daemon.send(SIGTERM)
      _ = daemon.wait()
    }
    #expect(daemon.wait().code == 0 && spent < 10, "\(spent) s")
  }

  @Test func junkInTheInboxDelaysNoRequestAndIsFolded() throws {
    let library = try setUp()
    let inbox = library.folder["state/indexd/inbox"]
    for number in 0..<Self.many { try library.folder.write("junk \(number)", to: "state/indexd/inbox/\(number).doc") }
    let old = timespec(tv_sec: 1_700_000_000, tv_nsec: 0)
    for number in 0..<Self.many { utimensat(AT_FDCWD, "\(inbox)/\(number).doc", [old, old], 0) }
    let daemon = try indexd.start([], environment: library.environment)
    defer { if daemon.isRunning { daemon.send(SIGKILL) } }
    // In its first five seconds nobody knows whether a young file is still being written.
    try eventually("many are refused") { try refused(library) > 5_000 }
    let waited = try seconds { try succeeds(library, ["rescan", "--wait"]) }
    #expect(waited < 5, "a request took \(waited) s")
    try eventually("all are refused") { try refused(library) == Self.many }
    let told = try status(library)
    #expect((told["imports"] as? [Any])?.count == 20)
    let words = try control(library, ["status"]).output
    #expect(words.utf8.count < 4_000 && words.contains("9995 more files refused"), "\(words.prefix(4_000))")
    #expect(daemon.errors.utf8.count < 200_000, "every one is logged")
    let further = try seconds {
      try Data("one more".utf8).write(to: URL(fileURLWithPath: "\(inbox)/more.doc"))
      try eventually("a further one is refused") { try refused(library) == Self.many + 1 }
    }
    #expect(further < 5, "the further file took \(further) s")
    for name in ["more", "1", "2"] { try FileManager.default.removeItem(atPath: "\(inbox)/\(name).doc") }
    try eventually("removed ones are not listed") { try refused(library) == Self.many - 2 }
    try ends(daemon)
  }

  @Test func thousandsOfRequestsAndAnswersDelayNoImport() throws {
    let library = try setUp()
    let requests = library.folder["state/indexd/requests"]
    let daemon = try indexd.start([], environment: library.environment)
    defer { if daemon.isRunning { daemon.send(SIGKILL) } }
    try eventually("it runs") { try status(library)["library"] is [String: Int] && refused(library) == 0 }
    // Names of one file: to make so many files would take longer than to serve them.
    let nonsense = try library.folder.write("nonsense\n", to: "n")
    let done = try library.folder.write("done\n", to: "d")
    for number in 0..<Self.many { link(done, "\(requests)/b\(number).answer") }
    for number in 0..<6 * Self.many { link(nonsense, "\(requests)/a\(number).request") }
    let waited = try seconds {
      try succeeds(library, ["import", "--wait", library.folder["Statistics.xml"]])
    }
    #expect(waited < 10, "an import took \(waited) s")
    try ends(daemon)
  }

  @Test func aForeignFileInThePlaylistsPlaceDelaysNoRequest() throws {
    let library = try setUp(try OwnersLibrary(liked: 22, rejected: 22, unheard: 4))
    for name in ["Statistics.xml", "Active.m3u8"] {
      try FileManager.default.copyItem(
        atPath: library.folder[name], toPath: library.folder["state/indexd/inbox/\(name)"])
    }
    let playlist = library.folder["state/indexd/Probably liked.m3u8"]
    try "mine\n".write(toFile: playlist, atomically: true, encoding: .utf8)
    let daemon = try indexd.start([], environment: library.environment)
    defer { if daemon.isRunning { daemon.send(SIGKILL) } }
    try eventually("the obstacle is told") { daemon.errors.contains("Probably liked.m3u8") }
    for _ in 0..<3 {
      let waited = try seconds { try succeeds(library, ["rescan", "--wait"]) }
      #expect(waited < 3, "\(waited) s")
    }
    #expect(try String(contentsOfFile: playlist, encoding: .utf8) == "mine\n")
    #expect(try advice(library).contains { $0.contains("Probably liked.m3u8") })
    try FileManager.default.removeItem(atPath: playlist)
    try eventually("the list is written") { FileManager.default.fileExists(atPath: playlist) }
    try ends(daemon)
  }

  @Test(arguments: ["removed", "replaced"]) func anIndexThatGoesAwayTakesNoWordOfTheOwnersWithIt(how: String) throws {
    let library = try setUp()
    let index = library.folder["state/indexd/index.sqlite"]
    let daemon = try indexd.start([], environment: library.environment)
    defer { if daemon.isRunning { daemon.send(SIGKILL) } }
    try eventually("it is analysed") {
      (try status(library)["library"] as? [String: Int])?["analysed"] == 4
    }
    #expect(try control(library, ["label", library.folder["music/liked 0.wav"], "bad", "--wait"]).code == 0)
    if how == "removed" {
      for suffix in ["", "-wal", "-shm"] { unlink(index + suffix) }
    } else {
      try library.folder.write("something else", to: "other")
      #expect(rename(library.folder["other"], index) == 0)
    }
    try eventually("it is told") { try advice(library).contains { $0.contains("was \(how) while indexd ran") } }
    #expect(try control(library, ["label", library.folder["music/liked 1.wav"], "ignore", "--wait"]).code == 0)
    try ends(daemon)
    let rows = try #require(try json(try control(library, ["labels", "--json"]).output) as? [[String: Any]])
    let words = rows.filter { $0["reason"] as? String == "ownersWord" }.compactMap { $0["label"] as? String }
    #expect(words.sorted() == ["bad", "excluded"], "\(rows)")
    let left = try FileManager.default.contentsOfDirectory(atPath: library.folder["state/indexd"])
    #expect(left.contains { $0.hasPrefix("index.sqlite.replaced-") } == (how == "replaced"), "\(left)")
  }

  @Test func aRemovedLockLetsNobodyIn() throws {
    let library = try setUp()
    let lock = library.folder["state/indexd/lock"]
    let daemon = try indexd.start([], environment: library.environment)
    defer { if daemon.isRunning { daemon.send(SIGKILL) } }
    try eventually("it holds the lock") { daemon.errors.contains("indexd works on") }
    unlink(lock)
    let second = try indexd.run(["--once"], environment: library.environment)
    #expect(second.code == 1 && second.errors.contains("another indexd or indexctl works here"), "\(second)")
    let told = try status(library)["daemon"] as? [String: Any]
    #expect(told?["running"] as? Bool == true)
    #expect(try control(library, ["rescan", "--wait"]).code == 0)
    try eventually("the lock is there again") { access(lock, F_OK) == 0 }
    try ends(daemon)
  }
}
