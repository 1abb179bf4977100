import Foundation
import Glibc
import TestSupport
import Testing

/// What somebody meets who has never used it before.
@Suite(.blocking) struct NewcomerTests {
  private func small() throws -> OwnersLibrary {
    try OwnersLibrary(liked: 2, rejected: 2, unheard: 2, seconds: 1)
  }

  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func withoutArgumentsItNamesFiveCommands() throws {
    let run = try indexctl.run([])
    #expect(run.code == 0 && run.errors.isEmpty)
    let lines = run.output.components(separatedBy: "\n")
    #expect(lines.filter { $0.hasPrefix("  indexctl ") }.count == 5)
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test func everyCommandHelpsWithTwoExamplesIn80Columns() throws {
    let help = try indexctl.run(["--help"]).output
    let commands = help.components(separatedBy: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst().prefix { !$0.isEmpty }
      .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(commands.count > 20)
    for command in commands {
      let run = try indexctl.run([command, "--help"], environment: ["COLUMNS": "200"])
      let lines = run.output.components(separatedBy: "\n")
      #expect(run.code == 0 && lines.allSatisfy { $0.count <= 80 }, "\(command)")
      let examples = lines.drop { !$0.hasSuffix("Examples:") }.dropFirst().prefix { !$0.isEmpty }
      #expect(examples.count == 2, "\(command): \(examples)")
      #expect(examples.allSatisfy { $0.contains("indexctl \(command)") }, "\(command)")
    }
    #expect(help.components(separatedBy: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func usageErrorsHaveOneStyle() throws {
    let cases: [([String], String)] = [
      (["status", "--jsno"], "Did you mean '--json'? See `indexctl status --help`"),
      (["scores", "--label", "great"], "See `indexctl scores --help`"),
      (["label", "x"], "See `indexctl label --help`"),
      (["evaluate", "--folds", "x"], "See `indexctl evaluate --help`"),
      (["import", "--exported-at", "now", "x"], "See `indexctl import --help`"),
      (["features"], "`indexctl features --help`"),
      (["setup"], "--music DIR. See `indexctl setup --help`"),
      (["statsu"], "did you mean status? See `indexctl --help`"),
    ]
    let folder = try TemporaryFolder()
    let environment = ["HOME": folder.path, "XDG_CONFIG_HOME": folder.path, "XDG_STATE_HOME": folder.path]
    for (arguments, end) in cases {
      let run = try indexctl.run(arguments + (arguments == ["setup"] ? ["--user"] : []), environment: environment)
      #expect(run.code == 64 && run.output.isEmpty, "\(arguments): \(run.errors)")
      #expect(run.errors.hasPrefix("indexctl: ") && words(run.errors).hasSuffix(end), "\(run.errors)")
      #expect(run.errors.components(separatedBy: "\n").allSatisfy { $0.count <= 80 }, "\(run.errors)")
    }
  }

  @Test func theDaemonsUsageErrorsHaveItToo() throws {
    for (arguments, words) in [(["--onec"], "Did you mean '--once'? See"), (["now"], "See"), (["--config"], "See")] {
      let run = try indexd.run(arguments)
      #expect(run.code == 64 && run.output.isEmpty)
      #expect(run.errors.hasPrefix("indexd: "), "\(run)")
      #expect(self.words(run.errors).hasSuffix("\(words) `indexd --help`"), "\(run)")
      #expect(run.errors.components(separatedBy: "\n").allSatisfy { $0.count <= 80 })
    }
    #expect(try indexd.run(["--version"]).output == indexctl.run(["--version"]).output)
  }

  @Test func aSecondTrialWithoutExportsKeepsModelAndList() throws {
    let library = try OwnersLibrary()
    #expect(try library.tryOnce().code == 0)
    let before = try library.answer(["status", "--json"]) as? [String: Any]
    let list = try String(contentsOfFile: library.playlist(), encoding: .utf8)
    let run = try library.tryOnce([])
    #expect(run.code == 0 && run.output.contains("24 good, 24 bad"), "\(run.output)")
    let after = try library.answer(["status", "--json"]) as? [String: Any]
    #expect(after?["labels"] as? [String: Int] == before?["labels"] as? [String: Int])
    #expect((after?["model"] as? [String: Any])?["trainedAt"] as? String != nil)
    #expect(
      (after?["model"] as? [String: Any])?["trainedAt"] as? String
        == (before?["model"] as? [String: Any])?["trainedAt"] as? String)
    #expect(try String(contentsOfFile: library.playlist(), encoding: .utf8) == list)
  }

  @Test func theNewestTrialIsNamedWhereThereIsNoConfiguration() throws {
    let library = try small()
    let before = try indexctl.run(["status"], environment: library.environment)
    #expect(before.code == 78 && !before.errors.contains("newest trial"))
    let trial = try library.tryOnce([])
    // Nobody watches a trial's inbox.
    #expect(words(trial.output).contains("`indexctl try MUSIC_DIR Statistics.xml Active.m3u8`"), "\(trial.output)")
    #expect(!trial.output.contains("inbox"))
    let run = try indexctl.run(["status"], environment: library.environment)
    let file = try library.configuration()
    #expect(
      run.code == 78 && words(run.errors.replacing(" \\\n", with: "")).contains("indexctl --config '\(file)' status"),
      "\(run.errors)")
  }

  @Test func aWrongFileIsRefusedOnceAndInPlainText() throws {
    let library = try small()
    try library.folder.write("This is\na text\nand no export.\n", to: "notes.txt")
    try library.folder.write("\0\u{1}\u{2}\u{1B}[31m\u{7}junk", to: "junk.bin")
    for name in ["notes.txt", "junk.bin"] {
      let run = try library.tryOnce([name])
      #expect(run.code == 1)
      let all = run.output + run.errors
      #expect(all.components(separatedBy: library.folder[name] + ":").count == 2, "\(all)")
      #expect(!all.unicodeScalars.contains { (0x2400...0x2426).contains($0.value) || $0.value == 0x1B }, "\(all)")
    }
  }

  @Test func whoStopsATrialIsToldThatItsWorkIsKept() throws {
    let library = try OwnersLibrary(liked: 24, rejected: 24, unheard: 12, seconds: 20)
    let running = try indexctl.start(["try", library.folder["music"]], environment: library.environment)
    let index = library.folder["state/indexd"]
    while running.isRunning, !FileManager.default.fileExists(atPath: index) { usleep(2_000) }
    running.send(SIGINT)
    let run = running.wait()
    #expect(run.code == -SIGINT && run.errors.hasPrefix("indexctl: stopped; what was done until now is kept"), "\(run)")
  }

  @Test func aUniqueEndOfAPathIsEnough() throws {
    let library = try small()
    for (name, song) in [("a/Song.wav", "unheard 0.wav"), ("b/Song.wav", "unheard 1.wav")] {
      let place = library.folder["music/\(name)"]
      try FileManager.default.createDirectory(
        atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try FileManager.default.moveItem(atPath: library.folder["music/\(song)"], toPath: place)
    }
    _ = try library.tryOnce([])
    for name in ["liked 0.wav", "liked 0", "music/liked 0.wav", "…ked 0.wav", "./liked 0.wav"] {
      let run = try library.command(["explain", name])
      #expect(run.code == 0 && run.output.hasPrefix(library.folder["music/liked 0.wav"]), "\(name): \(run.errors)")
    }
    #expect(try library.command(["explain", "a/Song.wav"]).code == 0)
    for command in [["explain", "Song.wav"], ["similar", "Song"], ["label", "…ong.wav", "good"]] {
      let run = try library.command(command)
      #expect(run.code == 1 && run.errors.contains("2 files are named so"), "\(run.errors)")
      #expect(run.errors.contains("\n  'a/Song.wav'\n"), "\(run.errors)")
      #expect(run.errors.contains("\n  'b/Song.wav'\n"), "\(run.errors)")
    }
    let none = try library.command(["explain", "nothing of the kind"])
    #expect(none.code == 1 && none.errors.contains("is not in the index"))
    #expect(try library.command(["label", "liked 1", "bad"]).code == 0)
    #expect(
      try indexd.run(["--config", library.configuration(), "--once"], environment: library.environment).code == 0)
    #expect(try library.command(["explain", "liked 1"]).output.contains("bad (your word)"))
  }

  @Test func afterATypoStatusShowsTheStatusAndTheFault() throws {
    let library = try small()
    _ = try library.tryOnce()
    let file = try library.configuration()
    try (String(contentsOfFile: file, encoding: .utf8) + "lables: {}\n").write(
      toFile: file, atomically: true, encoding: .utf8)
    let run = try library.command(["status"])
    #expect(run.code == 78 && run.output.contains("6 files, 6 analysed"), "\(run)")
    #expect(run.errors.contains("lables") && run.errors.contains("a daemon that runs keeps its old one"))
    let one = try library.command(["status", "--json"])
    #expect(one.code == 78)
    #expect((try json(one.output) as? [String: Any])?["library"] != nil)
    // Everything else needs a configuration that holds.
    #expect(try library.command(["labels"]).output.isEmpty)
  }
}
