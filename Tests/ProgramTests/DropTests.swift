import Foundation
import Glibc
import TestSupport
import Testing

/// What `indexctl` leaves for the daemon, and `status` for those who keep looking.
@Suite(.blocking) struct DropTests {
  private func setUp() throws -> OwnersLibrary {
    let library = try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
    let run = try control(library, ["setup", "--user", "--music", library.folder["music"]])
    #expect(run.code == 0, "\(run.errors)")
    return library
  }

  private func control(
    _ library: OwnersLibrary, _ arguments: [String], through wrapper: [String] = []
  ) throws -> BuiltProgram.Run {
    try indexctl.run(arguments, environment: library.environment, through: wrapper)
  }

  private func shell(_ script: String) -> [String] { ["timeout", "60", "sh", "-c", script, "sh"] }

  @Test func theDaemonCanReadARequestWhateverTheUmask() throws {
    let library = try setUp()
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    let run = try control(library, ["rescan"], through: shell("umask 077; exec \"$@\""))
    #expect(run.code == 0, "\(run.errors)")
    let folder = library.folder["state/indexd/requests"]
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    var status = stat()
    let told = try control(library, ["status"])
    #expect(told.output.contains("1 request waits for the next start of indexd"), "\(told.output)")
    #expect(names.count == 1 && stat("\(folder)/\(names[0])", &status) == 0)
    #expect(status.st_mode & 0o777 == 0o644)
  }

  @Test(arguments: ["Active.tmp", ".Active.m3u8", "Active.m3u8~"])
  func whatTheInboxLeavesAloneIsRefused(name: String) throws {
    let library = try setUp()
    try FileManager.default.copyItem(atPath: library.folder["Active.m3u8"], toPath: library.folder[name])
    let run = try control(library, ["import", library.folder[name], "--wait"])
    #expect(run.code == 1 && run.errors.contains("give it another name"), "\(run.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: library.folder["state/indexd/inbox"]).isEmpty)
  }

  @Test func aReaderThatHasSeenEnoughEndsTheStatus() throws {
    let library = try setUp()
    let run = try control(library, ["status", "--follow"], through: shell("\"$@\" | head -n 1; exit $?"))
    #expect(run.code == 0 && run.output.hasPrefix("Library"), "\(run.code) \(run.output)\(run.errors)")
  }

  @Test func onATerminalTheStatusIsRedrawnAndShowsChanges() throws {
    let library = try setUp()
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
    process.arguments = ["-qefc", "\(indexctl.path) status --follow", library.folder["typescript"]]
    process.environment = ProcessInfo.processInfo.environment.merging(library.environment) { $1 }
    // The end of its input would end it.
    let input = Pipe()
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    func shown() -> String {
      String(decoding: FileManager.default.contents(atPath: library.folder["typescript"]) ?? Data(), as: UTF8.self)
    }
    func isShown(_ words: String) -> Bool {
      for _ in 0..<300 where !shown().contains(words) { usleep(50_000) }
      return shown().contains(words)
    }
    #expect(isShown("4 files"), "\(shown())")
    try FileManager.default.copyItem(
      atPath: library.folder["music/liked 0.wav"], toPath: library.folder["music/one more.wav"])
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    #expect(isShown("5 files"), "\(shown())")
    // Drawn over what was there before, from the top of the screen.
    #expect(shown().components(separatedBy: "\u{1B}[H").count > 2)
    #expect(!shown().contains("\u{1B}[2J"))
  }

  @Test func whatWasDroppedWhileItWasDownIsDoneAtItsStart() throws {
    let library = try setUp()
    #expect(try control(library, ["rescan"]).output.contains("next start"))
    let daemon = try indexd.start([], environment: library.environment)
    defer {
      daemon.send(SIGTERM)
      #expect(daemon.wait().code == 0)
    }
    for _ in 0..<400 where !daemon.errors.contains("request: 4 files") { usleep(50_000) }
    #expect(daemon.errors.contains("request: 4 files"), "\(daemon.errors)")

    let imported = try control(library, ["import", "--wait", library.folder["Statistics.xml"]])
    #expect(imported.code == 0 && imported.output.contains("4 entries, 4 matched"), "\(imported)")
    let trained = try control(library, ["retrain", "--wait"])
    // Nothing was trained: too few songs are judged.
    #expect(trained.code == 1 && trained.output.contains("20"), "\(trained)")
  }
}
