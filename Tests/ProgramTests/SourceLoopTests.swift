import Foundation
import Glibc
import TestSupport
import Testing

/// The loop that closes itself: what foobar2000 writes into its profile shows, with nothing exported.
@Suite(.blocking, .enabled(if: BuiltProgram.isInstalled("python3"), "python3 is not installed"))
struct SourceLoopTests {
  /// A library of which nothing was exported, with the profile of an owner who liked all but the rejected songs.
  private func setUp(_ more: String = "") throws -> (OwnersLibrary, LiveProfile) {
    let library = try OwnersLibrary(liked: 3, rejected: 2, unheard: 3, seconds: 1)
    let profile = try LiveProfile(
      library.folder["wine/foobar2000-v2"],
      plays: library.liked.map { ("D:\\Music\\\($0)", 12) } + library.rejected.map { ("D:\\Music\\\($0)", 1) }
        + library.unheard.map { ("D:\\Music\\\($0)", 0) })
    try profile.list("Active", (library.liked + library.unheard).map { "D:\\Music\\\($0)" })
    try library.folder.write(
      "music: ['\(library.folder["music"])']\nstate: '\(library.folder["own"])'\n\(more)", to: "indexd.yaml")
    return (library, profile)
  }

  private func configure(_ library: OwnersLibrary, _ sources: String) throws {
    try library.folder.write(
      "music: ['\(library.folder["music"])']\nstate: '\(library.folder["own"])'\nsources: [\(sources)]\n",
      to: "indexd.yaml")
  }

  private func control(_ library: OwnersLibrary, _ arguments: [String]) throws -> BuiltProgram.Run {
    try indexctl.run(["--config", library.folder["indexd.yaml"]] + arguments, environment: library.environment)
  }

  private func status(_ library: OwnersLibrary) throws -> [String: Any] {
    let run = try control(library, ["status", "--json"])
    return try json(run.code == 0 ? run.output : "{}") as? [String: Any] ?? [:]
  }

  private func imports(_ library: OwnersLibrary) throws -> Int? {
    (try status(library)["imports"] as? [Any])?.count
  }

  private func labels(_ library: OwnersLibrary) throws -> [String: Int] {
    try status(library)["labels"] as? [String: Int] ?? [:]
  }

  /// Waits until something is the case; the seconds that it took, `nil` where it never was.
  private func seconds(_ limit: Double, until isCase: () throws -> Bool) rethrows -> Double? {
    let begun = Date()
    while Date().timeIntervalSince(begun) < limit {
      if try isCase() { return Date().timeIntervalSince(begun) }
      usleep(100_000)
    }
    return nil
  }

  private func daemon(_ library: OwnersLibrary) throws -> BuiltProgram.Running {
    try indexd.start(["--config", library.folder["indexd.yaml"]], environment: library.environment)
  }

  @Test func aPlayShowsBySeconds() throws {
    let (library, profile) = try setUp()
    // Behind a link, in a place of another name.
    try FileManager.default.createSymbolicLink(
      atPath: library.folder["profile"], withDestinationPath: "wine/foobar2000-v2")
    try configure(library, "'\(library.folder["profile"])'")
    let running = try daemon(library)
    defer { running.send(SIGTERM) }
    #expect(try seconds(60) { try labels(library)["good"] == 3 && labels(library)["bad"] == 2 } != nil)
    let sources = try #require(try status(library)["sources"] as? [[String: Any]])
    #expect(sources.first?["state"] as? String == "watched", "\(sources)")
    // The writer keeps its log open; the play is in that alone.
    try profile.play("D:\\Music\\\(library.unheard[0])", count: 7)
    let took = try seconds(30) { try labels(library)["good"] == 4 }
    #expect(try #require(took) < 10, "\(String(describing: took))")
    // A list that is changed by foobar2000 is one, too.
    try profile.list("Active", (library.liked + library.unheard.prefix(1)).map { "D:\\Music\\\($0)" })
    #expect(try seconds(30) { try labels(library)["bad"] == 4 } != nil, "\(running.errors)")
    #expect(try imports(library) == 2)
    // A copy in the inbox beside it is another import, and takes nothing away.
    #expect(try control(library, ["import", "--wait", profile.path]).code == 0)
    #expect(try imports(library) == 2, "the same contents are known")
    #expect(try labels(library)["good"] == 4)
  }

  @Test func aSourceThatIsNamedLaterIsTakenUpByAReload() throws {
    let (library, profile) = try setUp()
    let running = try daemon(library)
    defer { running.send(SIGTERM) }
    #expect(try seconds(60) { try labels(library)["unheard"] == 8 } != nil)
    try configure(library, "'\(profile.path)'")
    running.send(SIGHUP)
    #expect(try seconds(30) { try labels(library)["good"] == 3 } != nil, "\(running.errors)")
    try profile.play("D:\\Music\\\(library.unheard[0])", count: 7)
    #expect(try seconds(30) { try labels(library)["good"] == 4 } != nil)
    // A configuration that is wrong keeps what holds.
    try library.folder.write("music: ['/']\nsources: nonsense\n", to: "indexd.yaml")
    running.send(SIGHUP)
    #expect(seconds(30) { running.errors.contains("the old settings stay") } != nil)
  }

  @Test func aSingleRunAndATrialReadSourcesToo() throws {
    let (library, profile) = try setUp()
    try configure(library, "'\(profile.path)'")
    let run = try indexd.run(["--once", "--config", library.folder["indexd.yaml"]], environment: library.environment)
    #expect(run.code == 0, "\(run.errors)")
    #expect(try labels(library) == ["good": 3, "bad": 2, "undecided": 0, "unheard": 3, "excluded": 0])
    try profile.play("D:\\Music\\\(library.unheard[0])", count: 7)
    // A trial's own configuration is the owner's to add to.
    #expect(try library.tryOnce([]).code == 0)
    let file = try library.configuration()
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try Data((text + "sources: ['\(profile.path)']\n").utf8).write(to: URL(fileURLWithPath: file))
    for _ in 0..<2 {
      let trial = try library.tryOnce([])
      #expect(trial.output.contains("4 good, 2 bad, 0 undecided, 2 unheard, 0 excluded"), "\(trial.output)")
    }
  }

  @Test func checkConfigNamesThePlaceOfAWrongSource() throws {
    let (library, profile) = try setUp()
    let file = library.folder["indexd.yaml"]
    for wrong in ["profile", "[relative/folder]", "{a: b}", "['/a', [b]]"] {
      try library.folder.write("music: ['\(library.folder["music"])']\nsources: \(wrong)\n", to: "indexd.yaml")
      let run = try control(library, ["check-config"])
      #expect(run.code == 78 && run.errors.contains("\(file):2:10: sources must be a list of"), "\(run.errors)")
    }
    try configure(library, "'\(profile.path)', '/no/such/profile'")
    let run = try control(library, ["check-config"])
    #expect(run.code == 0 && run.output.contains("sources   \(profile.path)"), "\(run.output)\(run.errors)")
    #expect(run.errors.contains("/no/such/profile is not there"), "\(run.errors)")
  }

  @Test(.enabled(if: geteuid() == 0 && BuiltProgram.isInstalled("setpriv"))) func whatMayNotBeReadIsTold() throws {
    let (library, profile) = try setUp()
    try configure(library, "'\(profile.path)'")
    func once() throws -> BuiltProgram.Run {
      try indexd.run(
        ["--once", "--config", library.folder["indexd.yaml"]], environment: library.environment,
        through: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
    }
    func open(_ path: String, _ mode: Int) throws {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
    try FileManager.default.createDirectory(atPath: library.folder["own"], withIntermediateDirectories: true)
    try open(library.folder.path, 0o755)
    #expect(chown(library.folder["own"], 65_534, 65_534) == 0)
    #expect(try once().code == 0)
    #expect(try labels(library)["good"] == 3)
    for (path, words) in [(profile.path, "cannot be read"), (profile.path + "/metadb.sqlite", "cannot be")] {
      try profile.play("D:\\Music\\\(library.unheard[0])", count: 7)
      try open(path, 0)
      #expect(try once().code == 0)
      #expect(try labels(library)["good"] == 3)
      let advice = try #require(try status(library)["advice"] as? [String])
      #expect(advice.contains { $0.contains(profile.path) && $0.contains(words) }, "\(advice)")
      try open(path, 0o755)
    }
    #expect(try once().code == 0)
    #expect(try labels(library)["good"] == 4)
  }

  /// A share as a bind mount: it comes, goes and comes back while indexd runs.
  @Test(.enabled(if: geteuid() == 0 && BuiltProgram.isInstalled("unshare"))) func aMountedSourceComesAndGoes() throws {
    let (library, profile) = try setUp()
    let share = library.folder["share"]
    try FileManager.default.createDirectory(atPath: share, withIntermediateDirectories: true)
    try configure(library, "'\(share)/foobar2000-v2'")
    // The mounts are the daemon's own; a file tells the shell that started it what to do.
    let script = """
      mount --make-rprivate / || exit 9
      "$@" & daemon=$!
      trap 'kill $daemon' TERM
      while kill -0 $daemon 2> /dev/null; do
        if [ -e "$FOLDER/mount" ]; then rm "$FOLDER/mount"; mount --bind "$FOLDER/wine" "$FOLDER/share"; fi
        if [ -e "$FOLDER/unmount" ]; then rm "$FOLDER/unmount"; umount -l "$FOLDER/share"; fi
        sleep 0.1
      done
      wait $daemon
      """
    let running = try indexd.start(
      ["--config", library.folder["indexd.yaml"]],
      environment: library.environment.merging(["FOLDER": library.folder.path]) { $1 },
      through: ["unshare", "-m", "timeout", "120", "sh", "-c", script, "sh"])
    defer { running.send(SIGTERM) }
    #expect(try seconds(60) { try labels(library)["unheard"] == 8 } != nil, "\(running.errors)")
    try library.folder.write("", to: "mount")
    #expect(try seconds(30) { try labels(library)["good"] == 3 } != nil, "\(running.errors)")
    try profile.play("D:\\Music\\\(library.unheard[0])", count: 7)
    let took = try seconds(90) { try labels(library)["good"] == 4 }
    #expect(try #require(took) < 90)
    let before = try labels(library)
    try library.folder.write("", to: "unmount")
    let isAway = try seconds(30) {
      let sources = try status(library)["sources"] as? [[String: Any]]
      return sources?.first?["state"] as? String == "away"
    }
    #expect(isAway != nil)
    #expect(try labels(library) == before)
    try profile.play("D:\\Music\\\(library.unheard[1])", count: 7)
    try library.folder.write("", to: "mount")
    #expect(try seconds(30) { try labels(library)["good"] == 5 } != nil, "\(running.errors)")
  }
}
