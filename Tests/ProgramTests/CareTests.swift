import Foundation
import Glibc
import TestSupport
import Testing

/// `doctor`, `setup`, `backup`, `restore`, and `status` for those who may only look.
@Suite(.blocking) struct CareTests {
  private func small() throws -> OwnersLibrary {
    try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
  }

  private func setUp(_ library: OwnersLibrary, _ more: [String] = []) throws -> BuiltProgram.Run {
    try indexctl.run(["setup", "--user", "--music", library.folder["music"]] + more, environment: library.environment)
  }

  private func control(_ library: OwnersLibrary, _ arguments: [String]) throws -> BuiltProgram.Run {
    try indexctl.run(arguments, environment: library.environment)
  }

  @Test func setupMakesWhatTheDoctorFindsInOrder() throws {
    let library = try small()
    let before = try control(library, ["--config", library.folder["config/indexd/indexd.yaml"], "doctor"])
    #expect(before.code == 1)
    #expect(before.output.contains("problem  configuration"))
    try FileManager.default.createDirectory(atPath: library.folder["exports"], withIntermediateDirectories: true)
    for name in ["Statistics.xml", "Active.m3u8"] {
      try FileManager.default.copyItem(atPath: library.folder[name], toPath: library.folder["exports/\(name)"])
    }
    let run = try setUp(library, ["--playlist", library.folder["list.m3u8"], "--exports", library.folder["exports"]])
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.contains("systemctl --user enable --now indexd"))
    let file = library.folder["config/indexd/indexd.yaml"]
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.contains("music: ['\(library.folder["music"])']"))
    let dropIn = try String(
      contentsOfFile: library.folder["config/systemd/user/indexd.service.d/playlist.conf"], encoding: .utf8)
    #expect(dropIn.contains("ReadWritePaths=\"-\(library.folder.path)\""))
    // The service does not know this shell's XDG_STATE_HOME.
    #expect(dropIn.contains("ReadWritePaths=\"-\(library.folder["state/indexd"])\""))
    #expect(text.contains("state: '\(library.folder["state/indexd"])'"), "\(text)")

    #expect(try setUp(library).code == 0, "it does not keep what it was told before")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    let others = ["--playlist", library.folder["other.m3u8"]]
    let refused = try setUp(library, others)
    #expect(refused.code == 1 && refused.errors.contains("list.m3u8"), "\(refused.errors)")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    #expect(try setUp(library, others + ["--force"]).code == 0)
    #expect(try String(contentsOfFile: file + ".old", encoding: .utf8) == text)

    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    let after = try control(library, ["doctor", "--json"])
    #expect(after.code == 0, "\(after.output)")
    let findings = try #require(try json(after.output) as? [[String: Any]])
    let subjects = Set(findings.filter { $0["level"] as? String == "ok" }.compactMap { $0["subject"] as? String })
    #expect(
      subjects.isSuperset(of: [
        "configuration", "music", "state", "playlist", "inotify", "worker", "index", "log", "export", "disk",
      ]), "\(after.output)")
    #expect(findings.contains { $0["subject"] as? String == "confinement" })
    #expect(findings.allSatisfy { $0["level"] as? String == "ok" || $0["words"] is String })
    let words = try control(library, ["doctor"]).output.components(separatedBy: "\n")
    #expect(words.filter { !$0.contains("/") }.allSatisfy { $0.count <= 80 })
  }

  @Test func setupRefusesWhatWouldNotWork() throws {
    let library = try small()
    let none = try control(library, ["setup", "--music", library.folder["none"]])
    #expect(none.code == 1 && none.errors.contains("does not exist"))
    let foreign = try setUp(library, ["--playlist", library.folder["Active.m3u8"]])
    #expect(foreign.code == 1 && foreign.errors.contains("not a playlist of indexd's"))
    let silent = try control(library, ["setup"])
    #expect(silent.code == 64 && silent.errors.contains("--music"))
    #expect(!FileManager.default.fileExists(atPath: library.folder["config/indexd/indexd.yaml"]))
  }

  @Test func setupAsksOnATerminal() throws {
    let library = try small()
    try library.folder.write("user\n\(library.folder["gone"])\n\(library.folder["music"])\n\n\n", to: "answers")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
    process.arguments = ["-qec", "\(indexctl.path) setup", library.folder["typescript"]]
    process.environment = ProcessInfo.processInfo.environment.merging(library.environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: library.folder["answers"]))
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let words = try String(contentsOfFile: library.folder["typescript"], encoding: .utf8)
    #expect(process.terminationStatus == 0, "\(words)")
    // Lines break where the temporary folder's name has them break.
    let unbroken = words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(unbroken.contains("gone: the music folder does not exist"), "\(words)")
    let text = try String(contentsOfFile: library.folder["config/indexd/indexd.yaml"], encoding: .utf8)
    #expect(text.contains(library.folder["music"]))
  }

  @Test func theDoctorNamesWhatIsWrong() throws {
    let library = try small()
    _ = try setUp(library)
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    chmod(library.folder["state/indexd/requests"], 0o700)
    let closed = try control(library, ["doctor"])
    #expect(closed.code == 0 && closed.output.contains("warning  state"), "\(closed.output)")
    #expect(closed.output.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("members of its group"))
    let index = library.folder["state/indexd/index.sqlite"]
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: index))
    try handle.write(contentsOf: Data(repeating: 0xAA, count: 4_096))
    try handle.close()
    try FileManager.default.removeItem(atPath: library.folder["music"])
    let run = try control(library, ["doctor"])
    #expect(run.code == 1)
    #expect(run.output.contains("problem  music") && run.output.contains("problem  index"), "\(run.output)")
  }

  @Test func aBackupBringsEverythingBack() throws {
    let library = try OwnersLibrary(liked: 3, rejected: 2, unheard: 1, seconds: 1)
    _ = try setUp(library)
    let file = library.folder["config/indexd/indexd.yaml"]
    let corrections = library.folder["corrections"]
    try library.folder.write("# of the owner\n", to: "corrections")
    let text = try String(contentsOfFile: file, encoding: .utf8) + "labels:\n  corrections: \(corrections)\n"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    for name in ["Statistics.xml", "Active.m3u8"] {
      #expect(try control(library, ["import", library.folder[name]]).output.contains("next start"))
    }
    #expect(try control(library, ["rescan"]).output.contains("next start"))
    #expect(try control(library, ["retrain"]).output.contains("next start"))
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    let word = try control(library, ["label", library.folder["music/unheard 0.wav"], "bad"])
    #expect(word.output.contains("next start"))
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    let before = try control(library, ["export", "-"]).output
    #expect(before.contains("ownersWord"))

    // A command that writes a file replaces none that it did not write.
    let song = library.folder["music/unheard 0.wav"]
    let bytes = FileManager.default.contents(atPath: song)
    for command in ["export", "report"] {
      let run = try control(library, [command, song] + (command == "report" ? ["--quick"] : []))
      #expect(run.code == 1 && run.errors.contains("is there already"), "\(run.errors)")
    }
    #expect(FileManager.default.contents(atPath: song) == bytes)
    for _ in 0..<2 { #expect(try control(library, ["export", library.folder["dump"]]).code == 0) }

    let backup = library.folder["backup"]
    let run = try control(library, ["backup", backup])
    #expect(run.code == 0 && run.output.contains(corrections), "\(run.output)\(run.errors)")
    #expect(try control(library, ["backup", backup]).errors.contains("is there already"))
    let kept = try Data(contentsOf: URL(fileURLWithPath: backup))

    // A machine that has nothing gets everything back.
    for gone in ["config", "state", "corrections"] {
      try FileManager.default.removeItem(atPath: library.folder[gone])
    }
    // Without a file of the user's own the system's would be looked for.
    var restored = try control(library, ["restore", "--config", file, backup])
    if getuid() == 0 {
      // What a backup says of the folders that root writes is shown to root first.
      #expect(restored.code == 1 && restored.errors.contains("Look through it"), "\(restored.errors)")
      #expect(!FileManager.default.fileExists(atPath: library.folder["state"]))
      restored = try control(library, ["restore", "--config", file, backup])
    }
    #expect(restored.code == 0, "\(restored.errors)")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    #expect(try String(contentsOfFile: corrections, encoding: .utf8) == "# of the owner\n")
    #expect(try control(library, ["export", "-"]).output == before)
    #expect(try Data(contentsOf: URL(fileURLWithPath: backup)) == kept)

    // What is there stays, the old index is laid aside, and what is lost by it is told.
    #expect(try control(library, ["label", song, "ignore"]).code == 0)
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    try (text + "\n# changed\n").write(toFile: file, atomically: true, encoding: .utf8)
    let again = try control(library, ["restore", backup])
    #expect(again.code == 0 && again.output.contains("index.sqlite.replaced-"), "\(again.output)\(again.errors)")
    #expect(again.output.contains("what you said of 1 track since"), "\(again.output)")
    #expect(try String(contentsOfFile: file + ".backup", encoding: .utf8) == text)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasSuffix("# changed\n"))
  }

  @Test func aRestoreIsRefusedWhereItWouldDoHarm() throws {
    let library = try small()
    _ = try setUp(library)
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    let index = try Data(contentsOf: URL(fileURLWithPath: library.folder["state/indexd/index.sqlite"]))
    #expect(try control(library, ["restore", library.folder["Statistics.xml"]]).errors.contains("no backup of indexd"))
    #expect(try control(library, ["restore", library.folder["none"]]).errors.contains("cannot be read"))
    let other = try control(library, ["restore", library.folder["state/indexd/index.sqlite"]])
    #expect(other.code == 1 && other.errors.contains("no backup of indexd"))
    #expect(try control(library, ["backup", library.folder["backup"]]).code == 0)
    let descriptor = open(library.folder["state/indexd/lock"], O_RDWR)
    defer { close(descriptor) }
    var whole = flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    try #require(fcntl(descriptor, 37, &whole) == 0)
    let locked = try control(library, ["restore", library.folder["backup"]])
    #expect(locked.code == 1 && locked.errors.contains("another indexd or indexctl works here"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: library.folder["state/indexd/index.sqlite"])) == index)
  }

  /// A member of the group reads the state folder, with the daemon up and down, and changes nothing.
  @Test(.enabled(if: getuid() == 0, "needs root to become somebody else"))
  func statusForWhoMayOnlyRead() throws {
    let library = try small()
    _ = try setUp(library)
    chmod(library.folder.path, 0o755)
    chmod(library.folder["config/indexd/indexd.yaml"], 0o644)
    let file = library.folder["config/indexd/indexd.yaml"]
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    let state = library.folder["state/indexd"]
    let group = try #require(getgrnam("nogroup")).pointee.gr_gid
    for name in try FileManager.default.subpathsOfDirectory(atPath: state) + [""] {
      chown("\(state)/\(name)", 0, group)
    }
    let reader = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    let down = try indexctl.run(
      ["--config", file, "status", "--json"], environment: library.environment, through: reader)
    #expect(down.code == 0, "\(down.errors)")
    #expect(down.output.contains("\"running\": false"), "\(down.output)")
    let daemon = try indexd.start([], environment: library.environment)
    defer {
      daemon.send(SIGTERM)
      _ = daemon.wait()
    }
    var up = down
    for _ in 0..<200 where !up.output.contains("\"running\": true") {
      usleep(50_000)
      up = try indexctl.run(["--config", file, "status", "--json"], environment: library.environment, through: reader)
    }
    #expect(up.code == 0 && up.output.contains("\"running\": true"), "\(up.errors)")
    let given = try indexctl.run(
      ["--config", file, "import", "--wait", library.folder["Active.m3u8"]], environment: library.environment,
      through: reader)
    #expect(given.code == 0 && given.output.contains("3 matched"), "\(given.output)\(given.errors)")
  }
}
