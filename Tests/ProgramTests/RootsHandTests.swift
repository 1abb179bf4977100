import Foundation
import TestSupport
import Testing

/// What root's commands do in a state folder that belongs to another user, who tries to lead them elsewhere.
@Suite(.blocking, .timeLimit(.minutes(5)), .enabled(if: getuid() == 0, "it needs root"))
struct RootsHandTests {
  /// The user `nobody` of every Debian machine.
  let attacker: uid_t = 65_534
  let library: OwnersLibrary
  let state: String
  let victim: String

  init() throws {
    library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 5)
    state = library.folder["state of another"]
    victim = library.folder["victim"]
    chmod(library.folder.path, 0o755)
    try library.folder.write("precious", to: "victim")
    chmod(victim, 0o600)
    try library.folder.write(
      "music: [\(library.folder["music"])]\nstate: \(state)\nplaylist: {file: \"\(state)/list.m3u8\"}\n",
      to: "config/indexd/indexd.yaml")
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    try give(state)
  }

  private func give(_ path: String) throws {
    lchown(path, attacker, attacker)
    for child in try FileManager.default.subpathsOfDirectory(atPath: path) {
      lchown("\(path)/\(child)", attacker, attacker)
    }
  }

  func expectVictimUnharmed() throws {
    #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
    var status = stat()
    #expect(stat(victim, &status) == 0 && status.st_uid == 0 && status.st_mode & 0o777 == 0o600)
  }

  /// Whether nothing in the state folder is root's: what root made there would show that root's hand was there.
  private func expectNothingOfRoots() throws {
    for child in try FileManager.default.subpathsOfDirectory(atPath: state) {
      var status = stat()
      guard lstat("\(state)/\(child)", &status) == 0 else { continue }
      #expect(status.st_uid == attacker, "\(child)")
    }
  }

  private func plant(_ name: String) {
    _ = try? FileManager.default.removeItem(atPath: "\(state)/\(name)")
    #expect(symlink(victim, "\(state)/\(name)") == 0)
    lchown("\(state)/\(name)", attacker, attacker)
  }

  func control(_ arguments: [String]) throws -> BuiltProgram.Run {
    try indexctl.run(arguments, environment: library.environment)
  }

  @Test func everyCommandBecomesTheOwnerFirst() throws {
    for command in [
      ["status"], ["labels"], ["retrain"], ["rescan"], ["label", library.folder["music/liked 0.wav"], "good"],
      ["explain", library.folder["music/liked 0.wav"]], ["models", "--use", "auto"], ["doctor"],
      ["import", library.folder["Active.m3u8"]],
    ] {
      _ = try control(command)
      try expectNothingOfRoots()
    }
    #expect(FileManager.default.fileExists(atPath: "\(state)/inbox/Active.m3u8"))
  }

  @Test func whatOnlyRootMayReadIsImportedNonetheless() throws {
    for path in ["Active.m3u8", "Statistics.xml"] { chmod(library.folder[path], 0o600) }
    let run = try control(["import", library.folder["Active.m3u8"], library.folder["Statistics.xml"]])
    #expect(run.code == 0, "\(run.errors)")
    try expectNothingOfRoots()
    let refused = try control(["import", victim])
    #expect(refused.code == 1 && refused.errors.contains(victim) && !refused.errors.contains("staging"))
    // Commands of other tests have folders there too, for a moment.
    func left() throws -> Set<String> {
      Set(try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { $0.hasPrefix("indexd-staging") })
    }
    var staged = try left()
    let end = Date(timeIntervalSinceNow: 20)
    while !staged.isEmpty, Date() < end {
      usleep(100_000)
      staged.formIntersection(try left())
    }
    #expect(staged.isEmpty)
  }

  @Test(arguments: ["planted/Active.m3u8", "planted/folder/Active.m3u8", "planted/../planted/profile"])
  func whatAnotherUserLinksToIsNotRead(path: String) throws {
    try library.folder.write("#EXTM3U\nD:\\Music\\secret.wav\n", to: "roots/Active.m3u8")
    try library.folder.write("SQLite format 3\0", to: "roots/metadb.sqlite")
    for name in ["roots/Active.m3u8", "roots/metadb.sqlite", "roots"] { chmod(library.folder[name], 0o700) }
    #expect(mkdir(library.folder["planted"], 0o755) == 0)
    #expect(symlink(library.folder["roots/Active.m3u8"], library.folder["planted/Active.m3u8"]) == 0)
    #expect(symlink(library.folder["roots"], library.folder["planted/folder"]) == 0)
    #expect(symlink(library.folder["roots"], library.folder["planted/profile"]) == 0)
    try give(library.folder["planted"])
    let run = try control(["import", library.folder[path]])
    #expect(run.code == 1 && run.errors.contains(library.folder["planted"]), "\(run.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: state + "/inbox").isEmpty)
    // What is that user's own is read.
    try library.folder.write("#EXTM3U\nD:\\Music\\own.wav\n", to: "planted/Own.m3u8")
    lchown(library.folder["planted/Own.m3u8"], attacker, attacker)
    chmod(library.folder["planted/Own.m3u8"], 0o600)
    let own = try control(["import", library.folder["planted/Own.m3u8"]])
    #expect(own.code == 0, "\(own.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: state + "/inbox") == ["Own.m3u8"])
    try expectNothingOfRoots()
  }

  @Test func aPlantedLockIsNotOpened() throws {
    plant("lock")
    for command in [["models", "--use", "auto"], ["retrain"], ["rescan"]] { _ = try control(command) }
    _ = try indexd.run(["--once"], environment: library.environment)
    try expectVictimUnharmed()
  }

  @Test func anInboxThatLeadsElsewhereGivesNothingAway() throws {
    try library.folder.write("root's", to: "elsewhere/Active.m3u8")
    try FileManager.default.removeItem(atPath: state + "/inbox")
    #expect(symlink(library.folder["elsewhere"], state + "/inbox") == 0)
    lchown(state + "/inbox", attacker, attacker)
    #expect(try control(["import", library.folder["Active.m3u8"]]).code != 0)
    #expect(try String(contentsOfFile: library.folder["elsewhere/Active.m3u8"], encoding: .utf8) == "root's")
  }

  @Test func aRestoreGivesAwayWhatItMadeAndNothingElse() throws {
    let backup = library.folder["backup"]
    #expect(try control(["backup", backup]).code == 0)
    var status = stat()
    #expect(stat(backup, &status) == 0 && status.st_uid == 0 && status.st_mode & 0o777 == 0o600)
    for name in ["index.sqlite.restored", "index.sqlite.restored-wal", "lock"] { plant(name) }
    _ = try control(["restore", backup])
    try expectVictimUnharmed()
    try FileManager.default.removeItem(atPath: state + "/lock")
    let run = try control(["restore", backup])
    #expect(run.code == 0, "\(run.errors)")
    try expectVictimUnharmed()
    try expectNothingOfRoots()
    #expect(try control(["status"]).code == 0)
  }

  @Test func reportsAndExportsAreWrittenByTheCallerAndNotThroughForeignLinks() throws {
    let dump = library.folder["dump"]
    #expect(try control(["export", dump]).code == 0)
    var status = stat()
    #expect(stat(dump, &status) == 0 && status.st_uid == 0)
    try library.folder.write("", to: "empty")
    #expect(symlink(library.folder["empty"], library.folder["planted"]) == 0)
    lchown(library.folder["planted"], attacker, attacker)
    let run = try control(["export", library.folder["planted"]])
    #expect(run.code == 1 && run.errors.contains("is a link of another user"), "\(run.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: library.folder["empty"])).isEmpty)
  }

  @Test func aFolderOfRootsBehindAForeignLinkIsRefused() throws {
    #expect(mkdir(library.folder["attackers"], 0o755) == 0)
    #expect(mkdir(library.folder["roots"], 0o755) == 0)
    #expect(symlink(library.folder["roots"], library.folder["attackers/state"]) == 0)
    for name in ["attackers", "attackers/state"] { lchown(library.folder[name], attacker, attacker) }
    let file = try library.folder.write(
      "music: [\(library.folder["music"])]\nstate: \(library.folder["attackers/state"])\n", to: "other.yaml")
    for run in [
      try indexd.run(["--once", "--config", file], environment: library.environment),
      try indexctl.run(["--config", file, "status"], environment: library.environment),
    ] {
      #expect(run.code == 1 && run.errors.contains("belongs to another user"), "\(run.errors)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: library.folder["roots"]).isEmpty)
  }
}
