import Foundation
import Glibc
import TestSupport
import Testing

/// What the doctor finds in the machine: units, limits, programs, rights and profiles; each is told once it is so, and not on a
/// sound one.
@Suite(.blocking) struct DoctorMachineTests {
  private let library: OwnersLibrary

  init() throws {
    library = try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
    let run = try indexctl.run(
      ["setup", "--user", "--music", library.folder["music"], "--exports", library.folder["Statistics.xml"]],
      environment: library.environment)
    try #require(run.code == 0, "\(run.errors)")
    try #require(try indexd.run(["--once"], environment: library.environment).code == 0)
  }

  private var file: String { library.folder["config/indexd/indexd.yaml"] }
  private var state: String { library.folder["state/indexd"] }

  /// One finding; `nil` where there is none of that subject and level.
  private func find(
    _ level: String, _ subject: String, through wrapper: [String] = []
  ) throws -> (words: String, advice: String)? {
    let run = try indexctl.run(["doctor", "--json"], environment: library.environment, through: wrapper)
    let all = try #require(try json(run.output) as? [[String: Any]], "\(run)")
    let found = all.first { $0["level"] as? String == level && $0["subject"] as? String == subject }
    return found.map { ($0["words"] as? String ?? "", $0["advice"] as? String ?? "") }
  }

  private func add(_ lines: String) throws {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try (text + lines).write(toFile: file, atomically: true, encoding: .utf8)
  }

  @Test func aServiceThatIsInstalledButDown() throws {
    #expect(try find("warning", "daemon")?.words == "not running, and no service is installed")
    try library.folder.write("[Service]\n", to: "config/systemd/user/indexd.service")
    let found = try #require(try find("warning", "daemon"))
    #expect(found.words.hasSuffix("indexd.service is installed") && found.words.hasPrefix("not running"), "\(found)")
    #expect(found.advice == "systemctl --user enable --now indexd")
    // With it up there is nothing to say.
    let daemon = try indexd.start([], environment: library.environment)
    defer {
      daemon.send(SIGTERM)
      _ = daemon.wait()
    }
    for _ in 0..<200 where try find("ok", "daemon") == nil { usleep(50_000) }
    #expect(try find("ok", "daemon")?.words == "running (process \(daemon.number))")
    #expect(try find("warning", "daemon") == nil)
  }

  @Test func aWorkerThatIsNotThere() throws {
    #expect(try find("ok", "worker") != nil)
    let copy = library.folder["bin/indexctl"]
    try FileManager.default.createDirectory(atPath: library.folder["bin"], withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: indexctl.path, toPath: copy)
    let alone = try indexctl.run(
      ["doctor", "--json"], environment: library.environment, through: ["sh", "-c", "exec '\(copy)' \"$@\""])
    let all = try #require(try json(alone.output) as? [[String: Any]], "\(alone)")
    let found = all.first { $0["subject"] as? String == "worker" }
    #expect(found?["level"] as? String == "problem", "\(all)")
    #expect((found?["words"] as? String)?.contains(library.folder["bin/indexd-worker"]) == true, "\(all)")
    #expect(alone.code == 1)
  }

  /// A limit of the kernel's that is too low for the music folders.
  @Test(.enabled(if: geteuid() == 0 && BuiltProgram.isInstalled("unshare"), "needs root to set a limit"))
  func tooFewWatches() throws {
    #expect(try find("warning", "inotify") == nil)
    for number in 0..<60 {
      try FileManager.default.createDirectory(
        atPath: library.folder["music/\(number)"], withIntermediateDirectories: true)
    }
    func found(limit: Int) throws -> (words: String, advice: String)? {
      try library.folder.write("\(limit)\n", to: "limit")
      let script =
        "mount --bind '\(library.folder["limit"])' /proc/sys/fs/inotify/max_user_watches && exec \"$0\" \"$@\""
      return try find("warning", "inotify", through: ["unshare", "-m", "bash", "-c", script])
    }
    // The folder itself counts, and sixteen are for indexd's own.
    #expect(try found(limit: 78) == nil)
    let low = try #require(try found(limit: 77))
    #expect(low.words.hasPrefix("61 folders of music, 77 watches a user"), "\(low)")
    #expect(low.advice.contains("max_user_watches=65536"), "\(low)")
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("python3"), "python3 is not installed"))
  func aProfileThatNobodyImported() throws {
    #expect(try find("warning", "foobar2000") == nil && find("ok", "foobar2000") == nil)
    let prefix = "home/.wine"
    let profile = "\(prefix)/drive_c/users/me/AppData/Roaming/foobar2000-v2"
    let music = "Z:" + library.folder["music/"].replacingOccurrences(of: "/", with: "\\")
    _ = try ProfileTests.profile(of: library, in: profile, music: music)
    let devices = library.folder["\(prefix)/dosdevices"]
    try FileManager.default.createDirectory(atPath: devices, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: devices + "/z:", withDestinationPath: "/")
    let found = try #require(try find("warning", "foobar2000"))
    #expect(found.words.contains("4 of 4 entries are files of the music; not imported yet"), "\(found)")
    #expect(found.advice == "indexctl import '\(library.folder[profile])'")
    #expect(try indexctl.run(["import", library.folder[profile]], environment: library.environment).code == 0)
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    #expect(try find("warning", "foobar2000") == nil && find("ok", "foobar2000") != nil)
    // One that is a source needs no import.
    try add("sources: ['\(library.folder[profile])']\n")
    #expect(try find("ok", "foobar2000")?.words.hasSuffix("; a source") == true)
    // What cannot be read is no reason for alarm, and the rest is told.
    try library.folder.write("broken", to: "\(profile)/metadb.sqlite")
    #expect(try find("warning", "foobar2000")?.advice == "close foobar2000, and ask again")
    #expect(try find("ok", "index") != nil)
  }

  // MARK: Rights

  /// Gives everything to a user without rights, who then runs the doctor.
  private func give(to user: String) throws -> [String] {
    let entry = try #require(getpwnam(user))
    let names = try FileManager.default.subpathsOfDirectory(atPath: library.folder.path)
    for path in names.map({ library.folder[$0] }) + [library.folder.path] {
      lchown(path, entry.pointee.pw_uid, entry.pointee.pw_gid)
    }
    return ["setpriv", "--reuid=\(user)", "--regid=\(entry.pointee.pw_gid)", "--clear-groups"]
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to be another user")) func rightsThatAUserLacks() throws {
    let lists = library.folder["lists"]
    try FileManager.default.createDirectory(atPath: lists, withIntermediateDirectories: true)
    try add("playlist:\n  file: '\(lists)/list.m3u8'\n")
    let user = try give(to: "daemon")
    for subject in ["state", "playlist", "music", "index"] {
      #expect(
        try find("ok", subject, through: user) != nil && find("problem", subject, through: user) == nil, "\(subject)")
    }
    chmod(lists, 0o555)
    let list = try #require(try find("problem", "playlist", through: user))
    #expect(list.words == "\(lists): the user that indexd runs as (daemon) may not write there", "\(list)")
    #expect(list.advice == "chmod u+rwx '\(lists)'", "\(list)")
    chmod(lists, 0o755)
    chmod("\(state)/inbox", 0o570)
    #expect(try find("problem", "state", through: user)?.advice.contains("chmod 0770 '\(state)/inbox'") == true)
    chmod("\(state)/inbox", 0o770)
    chmod(library.folder["music"], 0o311)
    #expect(try find("problem", "music", through: user)?.words.contains("cannot be read by this user") == true)
    chmod(library.folder["music"], 0o755)
    chmod(state, 0o550)
    let closed = try #require(try find("problem", "state", through: user))
    #expect(closed.words == "\(state): cannot be written by its owner daemon", "\(closed)")
    #expect(closed.advice == "sudo chmod u+rwx '\(state)'", "\(closed)")
  }

  /// Of somebody else's state the caller is told which group sees it.
  @Test(.enabled(if: geteuid() == 0, "needs root to be another user")) func theGroupThatOneIsNotIn() throws {
    _ = try give(to: "daemon")
    for place in [
      library.folder.path, library.folder["state"], library.folder["config"], library.folder["config/indexd"],
    ] {
      chmod(place, 0o755)
    }
    chmod(file, 0o644)
    let games = try #require(getgrnam("games")).pointee.gr_gid
    let daemon = try #require(getpwnam("daemon")).pointee.pw_uid
    chown(state, daemon, games)
    chmod(state, 0o750)
    let nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    let found = try #require(try find("warning", "group", through: nobody))
    #expect(found.words.hasPrefix("nobody is no member of the group games") && found.advice.hasSuffix("games nobody"))
    #expect(try find("unknown", "index", through: nobody) != nil)
    let member = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--groups=games"]
    #expect(try find("warning", "group", through: member) == nil)
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to be another user")) func aBackupGoesWhereItsOwnerMayWrite() throws {
    let user = try give(to: "daemon")
    let place = library.folder["closed"]
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let run = try indexctl.run(["backup", "\(place)/b"], environment: library.environment, through: user)
    #expect(run.code == 1 && run.errors.contains("\(place)/b: cannot be written (Permission denied)"), "\(run)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: place).isEmpty)
    // Root writes where root may, and leaves nothing in the other user's folder.
    let before = try FileManager.default.contentsOfDirectory(atPath: state).sorted()
    #expect(try indexctl.run(["backup", "\(place)/b"], environment: library.environment).code == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["b"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: state).sorted() == before)
  }
}
