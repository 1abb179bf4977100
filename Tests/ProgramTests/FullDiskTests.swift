import Foundation
import TestSupport
import Testing

/// A disk that is too full for what reading an export needs.
@Suite(.blocking, .timeLimit(.minutes(3)), .enabled(if: getuid() == 0, "it needs root to mount a small file system"))
struct FullDiskTests {
  private static func imports(_ library: OwnersLibrary) throws -> [[String: Any]] {
    let run = try indexctl.run(["status", "--json"], environment: library.environment)
    return (try json(run.output) as? [String: Any])?["imports"] as? [[String: Any]] ?? []
  }

  private static func eventually(_ words: Comment, _ condition: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(60)
    while try !condition() {
      guard ContinuousClock.now < end else {
        Issue.record(words)
        return
      }
      usleep(100_000)
    }
  }

  @Test func aProfileThatDidNotFitIsImportedOnceThereIsRoom() throws {
    let library = try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
    let profile = try ProfileTests.profile(of: library)
    let grow = try Process.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      arguments: [
        "python3", "-c",
        "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);c.execute(\"INSERT INTO metadb VALUES('x',zeroblob(9000000))\")"
          + ";c.commit()", profile + "/metadb.sqlite",
      ])
    grow.waitUntilExit()
    let disk = library.folder["state"]
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try #require(mount("tmpfs", disk, "tmpfs", 0, "size=16m") == 0)
    defer { umount2(disk, Int32(MNT_DETACH)) }
    try library.folder.write("music: [\(library.folder["music"])]\n", to: "config/indexd/indexd.yaml")
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    // It takes most of the room itself; a second one of its size does not fit in.
    let inbox = disk + "/indexd/inbox"
    try FileManager.default.copyItem(atPath: profile, toPath: inbox + "/.profile")
    #expect(rename(inbox + "/.profile", inbox + "/foobar2000-v2") == 0)
    let daemon = try indexd.start([], environment: library.environment)
    defer {
      daemon.send(SIGTERM)
      _ = daemon.wait()
    }
    try Self.eventually("it is refused") {
      try Self.imports(library).contains { ($0["refusal"] as? String)?.contains("No space left") == true }
    }
    try #require(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), "size=64m") == 0)
    try Self.eventually("it is imported") {
      try Self.imports(library).contains { $0["kind"] as? String == "metadb" && $0["refusal"] is NSNull }
    }
    try Self.eventually("no refusal is left") {
      try Self.imports(library).allSatisfy { $0["refusal"] is NSNull }
    }
  }
}
