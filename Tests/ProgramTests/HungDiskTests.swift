import Foundation
import ServiceState
import TestSupport
import Testing

/// A music folder on a file system whose server does not answer any more.
@Suite(
  .blocking, .serialized, .timeLimit(.minutes(3)),
  .enabled(if: getuid() == 0 && access("/dev/fuse", R_OK) == 0, "it needs root and /dev/fuse"),
  .enabled(if: BuiltProgram.isInstalled("bindfs"), "bindfs is not installed"))
struct HungDiskTests {
  private let library: OwnersLibrary
  private let mount: String

  init() throws {
    library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 5)
    mount = library.folder["mount"]
    try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: false)
    try library.folder.write(
      "music: [\(mount)]\nstate: \(library.folder["state"])\n", to: "config/indexd/indexd.yaml")
  }

  /// Serves the music, or another folder, by a process of its own, and calls `body` with the process.
  private func whileServed(
    _ folder: String = "music", options: [String] = [], _ body: (Process) throws -> Void
  ) throws {
    let server = Process()
    server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    server.arguments =
      ["bindfs", "-f", "-o", "attr_timeout=0,entry_timeout=0"] + options + [library.folder[folder], mount]
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: library.folder[folder]).first)
    try server.run()
    while !FileManager.default.fileExists(atPath: "\(mount)/\(name)"), server.isRunning { usleep(10_000) }
    defer {
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
      umount2(mount, Int32(MNT_DETACH))
    }
    try body(server)
  }

  @Test func explainAndDoctorSayThatItDoesNotAnswer() throws {
    try whileServed { server in
      #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
      kill(server.processIdentifier, SIGSTOP)
      for arguments in [["explain", mount + "/liked 0.wav"], ["doctor"], ["rescan"]] {
        let begin = ContinuousClock.now
        let run = try indexctl.run(arguments, environment: library.environment)
        #expect(run.code == 1)
        let words = (run.output + run.errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("its disk does not answer"), "\(words)")
        #expect(begin.duration(to: .now) < .seconds(20))
      }
    }
  }

  /// Starts commands beside each other, and expects of each that it ends soon: with 1 and a word of the disk, or with 0.
  private func expect(_ commands: [[String]], tell isTold: Bool, within seconds: Int) throws {
    let begin = ContinuousClock.now
    let runs = try commands.map { ($0, try indexctl.start($0, environment: library.environment)) }
    for (arguments, running) in runs {
      let run = running.wait()
      #expect(run.code == (isTold ? 1 : 0), "\(arguments): \(run.errors)")
      let words = (run.output + run.errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("its disk does not answer") == isTold, "\(arguments): \(words)")
    }
    #expect(begin.duration(to: .now) < .seconds(seconds))
  }

  @Test func everyCommandSaysThatTheDiskOfTheStateDoesNotAnswer() throws {
    try FileManager.default.createDirectory(atPath: library.folder["disk/state"], withIntermediateDirectories: true)
    try library.folder.write(
      "music: [\(library.folder["music"])]\nstate: \(mount)/state\n", to: "config/indexd/indexd.yaml")
    try whileServed("disk") { server in
      #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
      let track = library.folder["music/liked 0.wav"]
      kill(server.processIdentifier, SIGSTOP)
      try expect(
        [
          ["status"], ["status", "--follow"], ["labels"], ["scores"], ["check-config"], ["retrain"], ["models"],
          ["failures"], ["unmatched"], ["duplicates"], ["explain", track], ["label", track, "good"], ["doctor"],
          ["import", library.folder["Statistics.xml"]], ["import", "--dry-run", library.folder["Statistics.xml"]],
        ], tell: true, within: 25)
    }
  }

  @Test func whatNeedsNoMusicAnswersWhileItsDiskDoesNot() throws {
    try whileServed { server in
      #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
      kill(server.processIdentifier, SIGSTOP)
      let track = mount + "/liked 0.wav"
      try expect(
        [["import", track], ["features", track, "--start", "0"], ["check-config"]], tell: true, within: 20)
      try expect(
        [["status"], ["labels"], ["scores"], ["retrain"], ["import", library.folder["Statistics.xml"]]], tell: false,
        within: 8)
    }
  }

  @Test func theDaemonEndsInTenSeconds() throws {
    try whileServed { server in
      let daemon = try indexd.start([], environment: library.environment)
      while daemon.isRunning, !daemon.errors.contains("indexd works on") { usleep(10_000) }
      kill(server.processIdentifier, SIGSTOP)
      // A scan that cannot come to its end.
      _ = try Request.rescan(in: library.folder["state"])
      usleep(1_000_000)
      let begin = ContinuousClock.now
      daemon.send(SIGTERM)
      while Self.isAlive(daemon.number), begin.duration(to: .now) < .seconds(60) { usleep(20_000) }
      #expect(begin.duration(to: .now) < .seconds(10))
      // A thread that the kernel keeps waiting for the server stays behind the ended process, and its parent with it.
      kill(server.processIdentifier, SIGKILL)
      let run = daemon.wait()
      #expect(run.code == 0, "\(run.errors)")
    }
  }

  /// A disk that answers everything but reads.
  @Test func filesOfADiskThatGivesNoBytesAreTriedAgain() throws {
    let file = "config/indexd/indexd.yaml"
    let yaml = try String(contentsOfFile: library.folder[file], encoding: .utf8)
    try library.folder.write(yaml + "analysis: {workers: 3, samples: 2, timeLimit: 5}\n", to: file)
    func status() throws -> [String: Any] {
      try #require(
        try json(indexctl.run(["status", "--json"], environment: library.environment).output) as? [String: Any])
    }
    try whileServed(options: ["--read-rate=1"]) { _ in
      let run = try indexd.run(["--once"], environment: library.environment)
      #expect(run.code == 3, "\(run.errors)")
      let counts = try #require(try status()["library"] as? [String: Any])
      #expect(counts["unreadable"] as? Int == 3 && counts["failed"] as? Int == 0, "\(counts)")
      let rows = try json(indexctl.run(["failures", "--json"], environment: library.environment).output)
      let failures = try #require(rows as? [[String: String]])
      #expect(failures.allSatisfy { $0["reason"] == "unreadable" }, "\(failures)")
      #expect(failures.allSatisfy { $0["detail"]?.contains("answer") == true }, "\(failures)")
    }
    try whileServed { _ in
      #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
      let counts = try #require(try status()["library"] as? [String: Any])
      #expect(counts["analysed"] as? Int == 3)
    }
  }

  /// Whether a process does anything yet: one that has ended is gone, or only waits to be collected.
  private static func isAlive(_ process: Int32) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
    return text.split(separator: ")").last?.split(separator: " ").first != "Z"
  }

  private enum Request {
    static func rescan(in state: String) throws {
      try "rescan\n".write(toFile: state + "/requests/1.request", atomically: true, encoding: .utf8)
    }
  }
}
