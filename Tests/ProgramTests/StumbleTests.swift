import Foundation
import Glibc
import TestSupport
import Testing

/// Answers to what somebody types who does not know the program yet.
@Suite(.blocking) struct StumbleTests {
  private func small() throws -> OwnersLibrary {
    try OwnersLibrary(liked: 2, rejected: 2, unheard: 2, seconds: 1)
  }

  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func control(_ library: OwnersLibrary, _ arguments: [String]) throws -> BuiltProgram.Run {
    try indexctl.run(arguments, environment: library.environment)
  }

  private func setUp(_ library: OwnersLibrary, _ more: [String]) throws -> BuiltProgram.Run {
    try control(library, ["setup", "--user"] + more)
  }

  // MARK: Setup

  @Test func aWrongFileForExportsIsRefusedBeforeAnythingIsMade() throws {
    let library = try small()
    try library.folder.write("my list of things to buy\n", to: "shopping.doc")
    try library.folder.write("one more", to: "papers/letter.odt")
    for (name, words) in [
      ("shopping.doc", "shopping.doc: "), ("papers", "holds no export"), ("home", "cannot be read"),
    ] {
      let run = try setUp(library, ["--music", library.folder["music"], "--exports", library.folder[name]])
      #expect(run.code == 1 && run.output.isEmpty && run.errors.contains(words), "\(name): \(run)")
    }
    #expect(!FileManager.default.fileExists(atPath: library.folder["config"]))
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("script"), "script is not installed"))
  func theQuestionForExportsIsAskedAgain() throws {
    let library = try small()
    try library.folder.write("my list of things to buy\n", to: "shopping.doc")
    let answers = [library.folder["music"], library.folder["shopping.doc"], library.folder["Statistics.xml"], ""]
    let typed = answers.map { "'\($0)'" }.joined(separator: " ")
    let run = try indexctl.run(
      ["setup", "--user"], environment: library.environment,
      through: ["sh", "-c", "printf '%s\\n' \(typed) | script -qec \"$0 $*\" /dev/null"])
    let parts = words(run.output).components(separatedBy: "a folder for its exports?")
    #expect(parts.count == 3, "\(run.output)")
    #expect(parts.dropFirst().first?.contains("nothing that foobar2000 exports") == true, "\(run.output)")
    #expect(parts.last?.contains("copies of 1 file") == true, "\(run.output)")
  }

  @Test func aSecondSetupKeepsWhatIsNotSaidAgainAndNamesWhatDiffers() throws {
    let library = try small()
    let music = library.folder["music"]
    let list = library.folder["list.m3u8"]
    #expect(try setUp(library, ["--music", music, "--playlist", list]).code == 0)
    let again = try setUp(library, ["--music", music])
    #expect(again.code == 0 && again.output.contains("Kept the configuration"), "\(again)")
    #expect(again.output.contains(list), "\(again.output)")
    let other = try setUp(library, ["--music", library.folder.path])
    #expect(other.code == 1)
    #expect(
      words(other.errors).contains("`music` is \(music), not \(library.folder.path). Change it"), "\(other.errors)")
    let moved = try setUp(library, ["--music", music, "--playlist", library.folder["other.m3u8"]])
    #expect(moved.code == 1)
    #expect(
      words(moved.errors).contains("`playlist.file` is \(list), not \(library.folder["other.m3u8"])"), "\(moved.errors)"
    )
  }

  // MARK: Without a daemon

  @Test func commandsWithoutADaemonNameTheOneThatDoesTheWork() throws {
    let library = try small()
    let before = try control(library, ["status"])
    #expect(before.code == 78)
    #expect(
      words(before.errors).contains("\(library.folder["config/indexd/indexd.yaml"]): there is no configuration here"),
      "\(before.errors)")
    #expect(before.errors.contains("none at /etc/indexd/indexd.yaml"))
    #expect(try setUp(library, ["--music", library.folder["music"]]).code == 0)
    let once = "indexd --once --config '\(library.folder["config/indexd/indexd.yaml"])'"
    func joined(_ text: String) -> String {
      text.replacingOccurrences(of: " \\\\\n +", with: " ", options: .regularExpression)
    }
    for arguments in [["retrain"], ["rescan"], ["import", library.folder["Statistics.xml"]]] {
      let run = try control(library, arguments)
      #expect(run.code == 0 && joined(run.output).hasSuffix("\n  \(once)\n"), "\(run)")
      let lines = run.output.components(separatedBy: "\n").filter { !$0.contains("lies in the inbox") }
      #expect(lines.allSatisfy { $0.count <= 80 }, "\(run.output)")
      let waiting = try control(library, arguments + ["--wait"])
      #expect(waiting.code == 1 && waiting.errors.contains("nothing to wait for"), "\(waiting)")
      #expect(joined(waiting.errors).hasSuffix("\n  \(once)\n") && !waiting.output.contains("--once"), "\(waiting)")
      // Sentences are broken by a terminal only, a command everywhere.
      let command = waiting.errors.components(separatedBy: "\n").dropFirst()
      #expect(command.allSatisfy { $0.count <= 80 }, "\(waiting.errors)")
    }
    // What is named does it.
    let done = try indexd.run(
      ["--once", "--config", library.folder["config/indexd/indexd.yaml"]], environment: library.environment)
    #expect(done.code == 0, "\(done.errors)")
    #expect(try control(library, ["status"]).output.contains("2 good"))
  }

  @Test func whileTheFirstModelIsTrainedModelsSaysSo() throws {
    let library = try OwnersLibrary(liked: 60, rejected: 60, unheard: 2, seconds: 1)
    #expect(
      try setUp(library, ["--music", library.folder["music"], "--exports", library.folder["Statistics.xml"]]).code == 0)
    #expect(try control(library, ["import", library.folder["Active.m3u8"]]).code == 0)
    let running = try indexd.start([], environment: library.environment)
    defer {
      running.send(SIGTERM)
      _ = running.wait()
    }
    var said: Set<String> = []
    let end = Date().addingTimeInterval(900)
    while Date() < end {
      let run = try control(library, ["models"])
      said.insert(run.errors)
      if !run.output.isEmpty { break }
    }
    #expect(said.contains { $0.contains("the first one is trained now") }, "\(said) \(running.errors)")
  }

  // MARK: Files and names

  @Test func whatCannotBeWrittenIsRefusedBeforeTheWork() throws {
    let library = try OwnersLibrary()
    #expect(try library.tryOnce().code == 0)
    try library.folder.write("", to: "folder/file")
    for command in [["report"], ["report", "--quick"], ["export"], ["export", "--format", "npz"]] {
      let missing = try library.command(command + [library.folder["not/there.html"]])
      #expect(missing.code == 1, "\(command)")
      #expect(
        missing.errors == "indexctl: \(library.folder["not"]): the folder is not there; make it first\n",
        "\(missing.errors)")
      let folder = try library.command(command + [library.folder["folder"]])
      #expect(folder.code == 1 && folder.errors.contains("is a folder; name a file in it"), "\(folder.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: library.folder["folder"]) == ["file"])
    }
    let backup = try library.command(["backup", library.folder["not/there.backup"]])
    #expect(backup.code == 1 && backup.errors.contains(library.folder["not"]), "\(backup.errors)")
  }

  @Test func namesLikeOneThatIsNotFoundAreListed() throws {
    let library = try small()
    _ = try library.tryOnce([])
    for argument in ["Liked 0.wav", "lixed 0.wav", "LIKED_0", "iked 0.mp3", library.folder["other/liked 0.flac"]] {
      for command in [["explain", argument], ["similar", argument], ["label", argument, "good"]] {
        let run = try library.command(command)
        #expect(
          run.code == 1 && run.errors.contains("not in the index; for a name like it type:"), "\(command): \(run)")
        #expect(run.errors.contains("\n  'liked 0.wav'\n"), "\(command): \(run.errors)")
      }
    }
    let none = try library.command(["explain", "something else altogether"])
    #expect(none.code == 1 && !none.errors.contains("a name like it"), "\(none.errors)")
  }

  @Test func equalsAreNotTakenForTheBest() throws {
    let library = try OwnersLibrary()
    // Both names have one audio, and so one score.
    try FileManager.default.copyItem(
      atPath: library.folder["music/\(library.unheard[0])"], toPath: library.folder["music/the same.wav"])
    #expect(try library.tryOnce().code == 0)
    let rows = try #require(try library.answer(["scores", "--json"]) as? [[String: Any]])
    let scores = rows.compactMap { $0["probability"] as? Double }
    let first = try #require(rows.firstIndex { ($0["path"] as? String)?.hasSuffix("/the same.wav") == true })
    let (lowest, count) = (scores.firstIndex(of: scores[first]) ?? 0, scores.count { $0 == scores[first] })
    #expect(count >= 2)
    let cut = try library.command(["scores", "--top", "\(lowest + 1)"])
    #expect(cut.code == 0 && cut.errors.contains("\(count - 1) more track"), "\(cut.errors)")
    #expect(try library.command(["scores", "--top", "\(lowest + count)"]).errors.isEmpty)
    #expect(try library.command(["scores"]).errors.isEmpty)
  }
}
