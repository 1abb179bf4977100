import Foundation
import TestSupport
import Testing

/// What the program says where somebody mistypes, asks too early or gives files strange names.
@Suite(.blocking) struct WordsTests {
  @Test func namesOfFilesSteerNoTerminal() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 2, seconds: 5)
    let music = library.folder["music/"]
    let turn = "turn\u{202E}\u{9B}2J\u{85}\u{2028}.wav"
    let names = ["red\u{1B}[31m.wav", "two\nlines.wav", "bell\u{7}\u{7F}.wav", turn]
    for (name, song) in zip(names, ["liked 0.wav", "rejected 0.wav", "unheard 0.wav", "unheard 1.wav"]) {
      try FileManager.default.moveItem(atPath: music + song, toPath: music + name)
    }
    _ = try library.tryOnce([])
    for command in [["labels"], ["scores"], ["similar", music + names[0]], ["explain", music + names[0]]] {
      let run = try library.command(command)
      #expect(run.code == 0, "\(run.errors)")
      #expect(!run.output.utf8.contains { ($0 < 0x20 && $0 != 0x0A) || $0 == 0x7F }, "\(command)")
    }
    let labels = try library.command(["labels"]).output
    #expect(labels.split(separator: "\n").count == 4)
    #expect(labels.contains("turn<U+202E><U+009B>2J<U+0085><U+2028>.wav"))
    #expect(labels.contains("red\u{241B}[31m.wav") && labels.contains("two\u{240A}lines.wav"))
    #expect(labels.contains("bell\u{2407}\u{2421}.wav"))
    let rows = try #require(try library.answer(["labels", "--json"]) as? [[String: Any]])
    #expect(Set(rows.compactMap { $0["path"] as? String }) == Set(names.map { music + $0 }))
  }

  @Test func namesOfFilesBeginNoLineOfTheLog() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 1)
    let music = ["--music", library.folder["music"]]
    let run = try indexctl.run(["setup", "--user"] + music, environment: library.environment)
    #expect(run.code == 0, "\(run.errors)")
    for (number, mark) in ["\r\n", "\r", "\n", "\u{85}", "\u{2028}", "\u{202E}", "\u{B}"].enumerated() {
      try library.folder.write("junk \(number)", to: "state/indexd/inbox/a\(mark)<0>forged\(number).doc")
    }
    let once = try indexd.run(["--once"], environment: library.environment)
    #expect(once.code == 0)
    let lines = once.errors.unicodeScalars.split(separator: "\n").map(String.init)
    #expect(lines.count { $0.contains("forged") } == 7, "\(once.errors)")
    #expect(!lines.contains { $0.hasPrefix("<0>") || !$0.contains(": ") }, "\(once.errors)")
    #expect(!once.errors.unicodeScalars.contains { $0.properties.isBidiControl || (0x80..<0xA0).contains($0.value) })
    #expect(!once.errors.unicodeScalars.contains("\r") && !once.errors.unicodeScalars.contains("\u{2028}"))
    let status = try indexctl.run(["status"], environment: library.environment)
    #expect(!status.output.components(separatedBy: "\n").contains { $0.hasPrefix("<0>") }, "\(status.output)")
  }

  @Test func aMistypedCommandIsNamed() throws {
    let run = try indexctl.run(["statsu", "--json"])
    #expect(run.code == 64 && run.output.isEmpty)
    #expect(run.errors.contains("unknown command statsu; did you mean status? See `indexctl --help`"))
    #expect(try indexctl.run(["xyzzy"]).errors.contains("unknown command xyzzy; see `indexctl --help`"))
    #expect(try indexctl.run(["--version"]).code == 0)
  }

  @Test func workIsNotLeftWhereNobodyWorks() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "music/.keep")
    let file = try folder.write("music: [\(folder["music"])]\nstate: \(folder["state"])\n", to: "indexd.yaml")
    let export = try folder.write("#EXTM3U\nD:\\a.mp3\n", to: "Active.m3u8")
    for command in [["retrain"], ["rescan"], ["import", export]] {
      let run = try indexctl.run(["--config", file] + command)
      #expect(run.code == 1, "\(command)")
      #expect(run.errors.contains("indexd has not worked here yet"), "\(run.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder["state"]))
    let late = try indexctl.run(["--config", file, "import", "--exported-at", "2999-01-01T00:00:00Z", export])
    #expect(late.code == 64 && late.errors.contains("in the future"))
  }

  @Test func correctionsAreChecked() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "music/.keep")
    let text = "music: [\(folder["music"])]\nstate: \(folder.path)\nlabels:\n  corrections: \(folder["words.txt"])\n"
    let file = try folder.write(text, to: "indexd.yaml")
    #expect(try indexctl.run(["--config", file, "check-config"]).errors.contains("words.txt cannot be read"))
    try folder.write("good a.flac\nfoo bar\n", to: "words.txt")
    let run = try indexctl.run(["--config", file, "check-config"])
    #expect(run.code == 78)
    #expect(run.errors.contains("line 2: \"foo\" is none of the words good, bad, ignore and auto"), "\(run.errors)")
    try folder.write("good a.flac\n", to: "words.txt")
    #expect(try indexctl.run(["--config", file, "check-config"]).code == 0)
  }

  @Test func exportsThatCannotBeReadAreRefusedBeforeAnythingIsMade() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "music/.keep")
    let file = folder["etc/indexd.yaml"]
    let run = try indexctl.run(
      ["setup", "--user", "--config", file, "--music", folder["music"], "--exports", folder["none"]],
      environment: ["HOME": folder.path, "XDG_STATE_HOME": folder["state"], "XDG_CONFIG_HOME": folder["config"]])
    #expect(run.code == 1 && run.errors.contains("none: cannot be read"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  @Test func anOlderExportTakesNoNewerOnesPlace() throws {
    let library = try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 5)
    _ = try library.tryOnce()
    func export(_ count: Int, _ folder: String, daysAgo: Double) throws -> String {
      let text = library.statistics().replacingOccurrences(of: "Count=\"1\"", with: "Count=\"\(count)\"")
      let path = try library.folder.write(text, to: "\(folder)/Mine.xml")
      let date = Date(timeIntervalSinceNow: -86_400 * daysAgo)
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
      return path
    }
    let (older, newer) = (try export(2, "older", daysAgo: 9), try export(3, "newer", daysAgo: 1))
    func inbox() throws -> Data {
      let state = (try library.configuration() as NSString).deletingLastPathComponent
      return try Data(contentsOf: URL(fileURLWithPath: state + "/inbox/Mine.xml"))
    }
    #expect(try library.command(["import", older]).code == 0)
    #expect(try library.command(["import", newer]).code == 0)
    let contents = try Data(contentsOf: URL(fileURLWithPath: newer))
    #expect(try inbox() == contents)
    for options in [[], ["--dry-run"]] {
      let run = try library.command(["import"] + options + [older])
      #expect(run.code == 1 && run.output.isEmpty)
      #expect(run.errors.contains("the inbox holds a newer Mine.xml"), "\(run.errors)")
    }
    #expect(try inbox() == contents)
    // The owner may know better when it was written, and the same contents are no loss.
    #expect(try library.command(["import", newer, "--exported-at", "2020-01-01T00:00:00Z"]).code == 0)
    #expect(try library.command(["import", older]).code == 0)
    #expect(try inbox() == Data(contentsOf: URL(fileURLWithPath: older)))
    let refused = try library.command(["import", "--dry-run", library.folder["none.xml"]])
    #expect(refused.code == 1 && refused.output.isEmpty && refused.errors.contains("none.xml"))
  }

  @Test func aFileThatIsNoMusicOrGoneIsToldSo() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 5)
    let junk = try library.folder.write("This is a text, and no music at all.\n", to: "music/junk.mp3")
    _ = try library.tryOnce()
    func words(_ arguments: [String]) throws -> String {
      let run = try library.command(arguments)
      return (run.output + run.errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let told = try words(["explain", junk])
    #expect(told.contains("excluded (unreadable)") && told.contains("Score: none; the track is not analysed"))
    #expect(!told.contains("notAudio") && told.contains("not audio"), "\(told)")
    #expect(try words(["label", junk, "good"]).contains("cannot be read as music, see `indexctl failures`"))
    let gone = library.folder["music/unheard 0.wav"]
    #expect(try words(["explain", gone]).contains("Score: none; there is no model"))
    try FileManager.default.removeItem(atPath: gone)
    _ = try library.tryOnce()
    let missing = try words(["explain", gone])
    #expect(missing.contains("Label: none -") && missing.contains("Its file is not there since 20"), "\(missing)")
    #expect(missing.contains("what is known of it is kept for 365 days (`scan.keepMissingDays`)"))
  }
}
