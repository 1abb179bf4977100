import Foundation
import TestSupport
import Testing

/// What somebody types after a trial, and how it is laid out for them.
@Suite(.blocking) struct SecondLookTests {
  private func small() throws -> OwnersLibrary {
    try OwnersLibrary(liked: 2, rejected: 2, unheard: 2, seconds: 1)
  }

  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// What a command prints on a terminal.
  private func onTerminal(_ library: OwnersLibrary, _ arguments: [String]) throws -> String {
    try indexctl.run(
      ["--config", try library.configuration()] + arguments, environment: library.environment,
      through: ["sh", "-c", "NO_COLOR=1 script -qec \"$0 $*\" /dev/null"]
    ).output.replacingOccurrences(of: "\r\n", with: "\n")
  }

  @Test func severalFilesAreListedAsTheyCanBeTyped() throws {
    let library = try small()
    for (name, song) in [
      ("a/Song.wav", "unheard 0.wav"), ("b/Song.wav", "unheard 1.wav"), ("b/c/Song.wav", "liked 0.wav"),
      ("-c/Song.wav", "liked 1.wav"), ("it's/Song.wav", "rejected 0.wav"),
    ] {
      let place = library.folder["music/\(name)"]
      try FileManager.default.createDirectory(
        atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try FileManager.default.moveItem(atPath: library.folder["music/\(song)"], toPath: place)
    }
    _ = try library.tryOnce([])
    for command in [["explain", "Song"], ["similar", "Song.wav"], ["label", "…ong.wav", "good"]] {
      let run = try library.command(command)
      let lines = run.errors.split(separator: "\n").map(String.init)
      #expect(run.code == 1 && lines[0].hasSuffix(": 5 files are named so; to name one of them type:"), "\(run)")
      // What begins like an option is named with the folder before.
      let typed = Set(lines.dropFirst().map { $0.trimmingCharacters(in: .whitespaces) })
      #expect(
        typed == ["'a/Song.wav'", "'b/Song.wav'", "'c/Song.wav'", "'music/-c/Song.wav'", "'it'\\''s/Song.wav'"],
        "\(typed)")
      for name in typed {
        let shell = try indexctl.run(
          [], environment: library.environment,
          through: ["sh", "-c", "exec \"$0\" --config '\(try library.configuration())' explain \(name)"])
        #expect(shell.code == 0, "\(name): \(shell.errors)")
      }
    }
  }

  @Test func theDoctorOfATrialKnowsThatItIsOne() throws {
    let library = try small()
    try library.folder.write("", to: "config/systemd/user/indexd.service")
    _ = try library.tryOnce()
    func findings() throws -> [[String: Any]] {
      try #require(try json(library.command(["doctor", "--json"]).output) as? [[String: Any]])
    }
    let all = try findings()
    #expect((all.first?["words"] as? String)?.hasSuffix(", of a trial") == true, "\(all)")
    #expect(!all.contains { ["session", "journal", "inotify"].contains($0["subject"] as? String) }, "\(all)")
    #expect(!all.contains { ($0["command"] as? String)?.contains("systemctl") == true }, "\(all)")
    let index = try library.configuration().replacingOccurrences(of: "indexd.yaml", with: "index.sqlite")
    for file in [index, index + "-wal", index + "-shm"] { try? FileManager.default.removeItem(atPath: file) }
    let missing = try #require(try findings().first { $0["subject"] as? String == "index" })
    #expect(missing["command"] as? String == "indexctl try '\(library.folder["music"])'", "\(missing)")
    #expect(missing["level"] as? String == "warning")
  }

  @Test func theStatusOfATrialNeedsNoDaemon() throws {
    let library = try small()
    let run = try library.tryOnce()
    #expect(words(run.output).contains("Daemon not running; a trial needs none"), "\(run.output)")
    #expect((try library.answer(["status", "--json"]) as? [String: Any])?["trial"] as? Bool == true)
    #expect(try library.command(["label", "liked 0", "bad"]).code == 0)
    let waiting = words(try library.command(["status"]).output)
    #expect(waiting.contains("1 request waits for `indexd --once --config \(try library.configuration())`"))
  }

  @Test func withoutAConfigurationTheTypedCommandIsNamedForTheTrial() throws {
    let library = try small()
    _ = try library.tryOnce()
    let file = try library.configuration()
    for (typed, told) in [
      (["explain", "liked 0"], "explain 'liked 0'"), (["scores", "--top", "3"], "scores --top 3"),
      (["report", "--quick", "x.html"], "report --quick x.html"), (["doctor"], nil), (["check-config"], "status"),
    ] as [([String], String?)] {
      let run = try indexctl.run(typed, environment: library.environment)
      let all = words((run.errors + run.output).replacingOccurrences(of: " \\\n", with: ""))
      if let told { #expect(all.contains("indexctl --config '\(file)' \(told)"), "\(typed): \(all)") }
    }
  }

  @Test func aSecondDemonstrationMakesNothingAgain() throws {
    let folder = try TemporaryFolder()
    let environment = ["XDG_STATE_HOME": folder["state"], "XDG_CONFIG_HOME": folder["config"], "HOME": folder.path]
    let first = try indexctl.run(["try"], environment: environment)
    #expect(first.errors.contains(": making 160 short songs (84 MB) in "), "\(first.errors)")
    let again = try indexctl.run(["try"], environment: environment)
    #expect(again.errors.contains(": the 160 short songs of the demonstration are there, in "), "\(again.errors)")
    #expect(!again.errors.contains("making"))
    try FileManager.default.removeItem(atPath: folder["state/indexd/demonstration/music/Calm song 7.wav"])
    let third = try indexctl.run(["try"], environment: environment)
    #expect(third.errors.contains(": making the missing 1 of 160 short songs (0 MB) in "), "\(third.errors)")
  }

  @Test func peopleAreToldTheTimeOfTheirZoneAndProgramsUTC() throws {
    let library = try OwnersLibrary()
    _ = try library.tryOnce()
    func run(_ arguments: [String]) throws -> String {
      let zone = library.environment.merging(["TZ": "FAR-13:45"]) { _, new in new }
      return try indexctl.run(["--config", try library.configuration()] + arguments, environment: zone).output
    }
    let status = try #require(try json(run(["status", "--json"])) as? [String: Any])
    let told = try #require((status["model"] as? [String: Any])?["trainedAt"] as? String)
    let time = try Date.ISO8601FormatStyle().parse(told).addingTimeInterval(13.75 * 3_600)
    let local = time.formatted(.iso8601).prefix(16).replacingOccurrences(of: "T", with: " ") + " FAR"
    #expect(words(try run(["status"])).contains("trained \(local) on"), "\(local)")
    #expect(try run(["models"]).contains(local))
    _ = try run(["report", "--quick", library.folder["report.html"]])
    #expect(try String(contentsOfFile: library.folder["report.html"], encoding: .utf8).contains("trained \(local)"))
    for command in [["status"], ["models"], ["explain", "liked 0"], ["failures"], ["doctor"]] {
      #expect(try !run(command).contains("UTC"), "\(command)")
    }
    let past = try #require((try json(run(["explain", "--json", "liked 0"])) as? [String: Any])?["past"] as? [String])
    #expect(past.first?.contains(" UTC it became good") == true, "\(past)")
    #expect(words(try run(["explain", "liked 0"])).contains(" FAR it became good"))
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("script"), "script is not installed"))
  func columnsHaveHeadsOnATerminalOnly() throws {
    let library = try small()
    _ = try library.tryOnce()
    for (command, head) in [
      (["scores"], "  score  label      track"), (["labels"], "label      reason                plays  track"),
      (["similar", "'liked 0'"], "far   label      track"),
    ] {
      let shown = try onTerminal(library, command).components(separatedBy: "\n")
      #expect(shown[0].hasPrefix(head), "\(shown)")
      let piped = try library.command(command.map { $0.replacingOccurrences(of: "'", with: "") }).output
      #expect(!piped.contains("label      ") && piped.split(separator: "\n").count == shown.dropLast().count - 1)
      // Each head stands above its column.
      let row = try #require(shown.dropFirst().first)
      let column = try #require(shown[0].range(of: "track")?.lowerBound)
      let place = shown[0].distance(from: shown[0].startIndex, to: column)
      #expect(row.dropFirst(place).hasPrefix("/") || row.dropFirst(place).hasPrefix("…"), "\(shown)")
    }
  }

  @Test func anExportCanDoWithoutTheFeatures() throws {
    let library = try OwnersLibrary(liked: 2, rejected: 2, unheard: 2, seconds: 5)
    _ = try library.tryOnce()
    let table = try library.command(["export", "--format", "csv", "--no-features", "-"]).output
    let whole = try library.command(["export", "--format", "csv", "-"]).output
    let heads = "path,track,identity,label,reason,plays,probability,failure,artist,title,album,duration"
    #expect(table.hasPrefix(heads + "\r\n") && whole.hasPrefix(heads + ","))
    // What is left is as it was.
    for (row, old) in zip(table.components(separatedBy: "\r\n"), whole.components(separatedBy: "\r\n")) {
      #expect(old.hasPrefix(row))
      #expect(row.isEmpty || row.components(separatedBy: ",").count == 12)
    }
    let line = try #require(
      try json(String(try library.command(["export", "--no-features", "-"]).output.split(separator: "\n")[0]))
        as? [String: Any])
    #expect(line["duration"] != nil && line["summary"] == nil && line["blocks"] == nil)
    let archive = library.folder["small.npz"]
    #expect(try library.command(["export", "--format", "npz", "--no-features", archive]).code == 0)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: archive))
    #expect(bytes.range(of: Data("probability.npy".utf8)) != nil && bytes.range(of: Data("features.npy".utf8)) == nil)
  }
}
