import Foundation
import Glibc
import TestSupport
import Testing

/// What `doctor` says to whoever may not see everything, and the commands that it names.
@Suite(.blocking) struct DoctorTests {
  private let library: OwnersLibrary

  init() throws {
    library = try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
    let run = try indexctl.run(
      ["setup", "--user", "--music", library.folder["music"]], environment: library.environment)
    try #require(run.code == 0, "\(run.errors)")
    try #require(try indexd.run(["--once"], environment: library.environment).code == 0)
  }

  private func findings(_ user: String? = nil) throws -> [[String: Any]] {
    let through = user.map { ["setpriv", "--reuid=\($0)", "--regid=nogroup", "--clear-groups"] } ?? []
    let run = try indexctl.run(["doctor", "--json"], environment: library.environment, through: through)
    return try #require(try json(run.output) as? [[String: Any]], "\(run.errors)")
  }

  private func finding(_ subject: String, in findings: [[String: Any]]) throws -> [String: Any] {
    try #require(findings.first { $0["subject"] as? String == subject }, "\(findings)")
  }

  private func give(_ path: String, to user: String) {
    guard let entry = getpwnam(user) else { return }
    for name in (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? [] {
      chown("\(path)/\(name)", entry.pointee.pw_uid, entry.pointee.pw_gid)
    }
    chown(path, entry.pointee.pw_uid, entry.pointee.pw_gid)
  }

  @Test(.enabled(if: getuid() == 0, "needs root to be another user")) func whatTheCallerMayNotSeeIsNoFault() throws {
    chmod(library.folder.path, 0o755)
    for place in ["state", "config", "config/indexd"] { chmod(library.folder[place], 0o755) }
    chmod(library.folder["config/indexd/indexd.yaml"], 0o644)
    give(library.folder["state/indexd"], to: "daemon")
    chmod(library.folder["state/indexd"], 0o700)
    let seen = try findings("nobody")
    for subject in ["state", "index", "daemon"] {
      let one = try finding(subject, in: seen)
      #expect(one["level"] as? String == "unknown", "\(one)")
      #expect((one["words"] as? String)?.hasPrefix("cannot tell: ") == true)
      #expect(one["command"] as? String == "sudo indexctl doctor")
    }
    #expect(!seen.contains { ($0["advice"] as? String)?.contains("chown") ?? false }, "\(seen)")
    // Root sees that nothing is wrong.
    #expect(try finding("state", in: findings())["level"] as? String == "ok")
  }

  @Test(.enabled(if: getuid() == 0, "needs root to be another user")) func musicIsReadAsTheUserOfTheService() throws {
    chmod(library.folder.path, 0o755)
    for place in ["state", "config", "config/indexd"] { chmod(library.folder[place], 0o755) }
    chmod(library.folder["config/indexd/indexd.yaml"], 0o644)
    give(library.folder["state/indexd"], to: "daemon")
    let music = library.folder["music"]
    let games = try #require(getgrnam("games")).pointee.gr_gid
    chown(music, 0, games)
    chmod(music, 0o750)
    func told(_ user: String? = nil) throws -> [String: Any] { try finding("music", in: findings(user)) }
    #expect(try told()["level"] as? String == "problem")
    #expect(try told()["command"] as? String == "sudo usermod -aG games daemon")
    // The modes tell it to everybody.
    #expect(try told("nobody")["command"] as? String == "sudo usermod -aG games daemon")
    // What lies inside counts too, and nobody is added to root's group.
    chmod(music, 0o755)
    chown("\(music)/liked 0.wav", 0, 0)
    chmod("\(music)/liked 0.wav", 0o600)
    #expect(try told()["command"] as? String == "sudo chmod -R o+rX '\(music)'")
    chmod("\(music)/liked 0.wav", 0o644)
    #expect(try told()["level"] as? String == "ok")
    // So does the way there.
    chmod(library.folder.path, 0o700)
    chmod(library.folder["state"], 0o755)
    #expect(try told()["command"] as? String == "sudo chmod o+x '\(library.folder.path)'")
  }

  @Test func thePermissionThatSetupWroteIsFound() throws {
    let list = library.folder["my lists/list.m3u8"]
    try FileManager.default.createDirectory(atPath: library.folder["my lists"], withIntermediateDirectories: true)
    try library.folder.write("[Service]\n", to: "config/systemd/user/indexd.service")
    let file = library.folder["config/indexd/indexd.yaml"]
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try (text + "playlist:\n  file: '\(list)'\n").write(toFile: file, atomically: true, encoding: .utf8)
    let missing = try finding("playlist", in: findings())
    #expect(missing["level"] as? String == "problem", "\(missing)")
    #expect(missing["command"] as? String == "indexctl setup --user --enable")
    // What the command does, without systemd: it keeps the configuration and gives the permission.
    let nobodys = ["XDG_RUNTIME_DIR": library.folder.path, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"]
    let run = try indexctl.run(
      ["setup", "--user", "--enable"], environment: library.environment.merging(nobodys) { $1 })
    #expect(run.output.contains("Kept the configuration") && run.output.contains("the permission"), "\(run)")
    #expect(try finding("playlist", in: findings())["level"] as? String == "ok")
  }

  @Test func commandsStandInLinesThatAShellTakes() throws {
    let names = (0..<4).map { "a folder with a long name, number \($0)" }
    let deep = library.folder["music/" + names.joined(separator: "/")]
    let file = library.folder["config/indexd/indexd.yaml"]
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try (text + "playlist:\n  file: '\(deep)/it''s.m3u8'\n").write(toFile: file, atomically: true, encoding: .utf8)
    let run = try indexctl.run(["doctor"], environment: library.environment)
    let lines = run.output.components(separatedBy: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("problem  playlist") }, "\(run.output)")
    var command: [String] = []
    for line in lines[start...].drop(while: { !$0.hasPrefix("    mkdir") }) {
      command.append(line)
      if !line.hasSuffix("\\") { break }
    }
    #expect(command.count == 2)
    #expect(try runTool(["bash", "-c", command.joined(separator: "\n")]).code == 0, "\(command)")
    #expect(FileManager.default.fileExists(atPath: deep))
  }

  /// A disk that is not mounted: no right is lacking, and nothing is to be made in its place.
  @Test(.enabled(if: getuid() == 0, "needs root to be another user")) func aDiskThatIsAwayIsToBeMounted() throws {
    chmod(library.folder.path, 0o755)
    give(library.folder["state/indexd"], to: "daemon")
    let file = library.folder["config/indexd/indexd.yaml"]
    let music = library.folder["music"]
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try (text + "playlist:\n  file: '\(music)/lists/list.m3u8'\n").write(
      toFile: file, atomically: true, encoding: .utf8)
    #expect(
      try finding("playlist", in: findings())["command"] as? String
        == "sudo install -d -o daemon -m 0775 '\(music)/lists'")
    try FileManager.default.moveItem(atPath: music, toPath: music + ".away")
    for isEmpty in [false, true] {
      if isEmpty { #expect(mkdir(music, 0o755) == 0) }
      let seen = try findings()
      let one = try finding("music", in: seen)
      #expect((one["words"] as? String)?.contains(isEmpty ? "is empty" : "does not exist") == true, "\(one)")
      #expect(one["command"] is NSNull, "\(one)")
      let list = try finding("playlist", in: seen)
      #expect(list["advice"] as? String == "mount the disk of \(music)" && list["command"] is NSNull, "\(list)")
    }
  }
}
