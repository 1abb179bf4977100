import Foundation
import Glibc
import TestSupport
import Testing

/// Files that the service's own user may not read, as a real user without rights.
@Suite(
  .blocking, .enabled(if: getuid() == 0, "needs root to become another user"),
  .enabled(if: BuiltProgram.isInstalled("setpriv"), "setpriv is not installed"))
struct PermissionTests {
  private static let user: uid_t = 65_534

  @Test func aFileThatMayNotBeReadIsTriedAgain() throws {
    let library = try OwnersLibrary(liked: 3, rejected: 0, unheard: 0, seconds: 1)
    let folder = library.folder
    try folder.write(
      "music: ['\(folder["music"])']\nstate: '\(folder["state"])'\nanalysis: {workers: 1, samples: 2}\n",
      to: "config/indexd/indexd.yaml")
    try FileManager.default.createDirectory(atPath: folder["home"], withIntermediateDirectories: true)
    #expect(chmod(folder.path, 0o755) == 0)
    let rest = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    for name in rest { #expect(lchown(folder[name], Self.user, Self.user) == 0) }
    #expect(mkdir(folder["state"], 0o755) == 0 && chown(folder["state"], Self.user, Self.user) == 0)
    let closed = folder["music/\(library.liked[0])"]
    #expect(chown(closed, 0, 0) == 0 && chmod(closed, 0o600) == 0)

    func run(_ program: BuiltProgram, _ arguments: [String]) throws -> BuiltProgram.Run {
      try program.run(
        arguments, environment: library.environment,
        through: ["setpriv", "--reuid=\(Self.user)", "--regid=\(Self.user)", "--clear-groups"])
    }
    func counts() throws -> [String: Any] {
      let status = try json(run(indexctl, ["status", "--json"]).output) as? [String: Any]
      return try #require(status?["library"] as? [String: Any])
    }
    let first = try run(indexd, ["--once"])
    #expect(first.code == 3, "\(first)")
    var found = try counts()
    #expect(found["analysed"] as? Int == 2 && found["unreadable"] as? Int == 1 && found["failed"] as? Int == 0)
    let failures = try #require(try json(run(indexctl, ["failures", "--json"]).output) as? [[String: String]])
    #expect(failures.count == 1 && failures[0]["path"] == closed && failures[0]["reason"] == "unreadable")
    #expect(failures.first?["detail"]?.contains("Permission denied") == true, "\(failures)")

    #expect(chmod(closed, 0o644) == 0)
    let second = try run(indexd, ["--once"])
    #expect(second.code == 0, "\(second)")
    found = try counts()
    #expect(found["analysed"] as? Int == 3 && found["unreadable"] as? Int == 0)
  }

  /// A home that is closed to the service is no disk that is away.
  @Test func aMusicFolderBehindAClosedOneIsNotSaidToBeGone() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 0, unheard: 0, seconds: 1)
    let folder = library.folder
    try folder.write("a", to: "closed/Music/a.wav")
    try folder.write(
      "music: ['\(folder["closed/Music"])', '\(folder["empty"])', '\(folder["gone"])']\nstate: '\(folder["state"])'\n",
      to: "config/indexd/indexd.yaml")
    for name in ["empty", "state"] { #expect(mkdir(folder[name], 0o755) == 0) }
    #expect(chown(folder["state"], Self.user, Self.user) == 0)
    #expect(chmod(folder["closed"], 0o700) == 0 && chmod(folder.path, 0o755) == 0)
    let user = ["setpriv", "--reuid=\(Self.user)", "--regid=\(Self.user)", "--clear-groups"]
    _ = try indexd.run(["--once"], environment: library.environment, through: user)
    let status = try indexctl.run(["status", "--json"], environment: library.environment, through: user)
    let advice = try #require((try json(status.output) as? [String: Any])?["advice"] as? [String])
    for (name, words) in [
      ("closed/Music", "is not to be seen by this user (Permission denied)"), ("gone", "is not there"),
    ] {
      #expect(advice.contains { $0.contains("\(folder[name]): the music folder \(words)") }, "\(advice)")
    }
    #expect(!advice.contains { $0.contains("closed/Music: the music folder is not there") }, "\(advice)")
  }
}
