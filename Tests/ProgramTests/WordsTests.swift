import Foundation
import TestSupport
import Testing

/// What the program says where somebody mistypes, asks too early or gives files strange names.
@Suite(.blocking) struct WordsTests {
  @Test func namesOfFilesSteerNoTerminal() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 5)
    let music = library.folder["music/"]
    let names = ["red\u{1B}[31m.wav", "two\nlines.wav", "bell\u{7}\u{7F}.wav"]
    for (name, song) in zip(names, ["liked 0.wav", "rejected 0.wav", "unheard 0.wav"]) {
      try FileManager.default.moveItem(atPath: music + song, toPath: music + name)
    }
    _ = try library.tryOnce([])
    for command in [["labels"], ["scores"], ["similar", music + names[0]], ["explain", music + names[0]]] {
      let run = try library.command(command)
      #expect(run.code == 0, "\(run.errors)")
      #expect(!run.output.utf8.contains { ($0 < 0x20 && $0 != 0x0A) || $0 == 0x7F }, "\(command)")
    }
    let labels = try library.command(["labels"]).output
    #expect(labels.split(separator: "\n").count == 3)
    #expect(labels.contains("red\u{241B}[31m.wav") && labels.contains("two\u{240A}lines.wav"))
    #expect(labels.contains("bell\u{2407}\u{2421}.wav"))
    let rows = try #require(try library.answer(["labels", "--json"]) as? [[String: Any]])
    #expect(Set(rows.compactMap { $0["path"] as? String }) == Set(names.map { music + $0 }))
  }

  @Test func aMistypedCommandIsNamed() throws {
    let run = try indexctl.run(["statsu", "--json"])
    #expect(run.code == 64 && run.output.isEmpty)
    #expect(run.errors.contains("unknown command statsu; did you mean status?"))
    #expect(try indexctl.run(["xyzzy"]).errors.contains("unknown command xyzzy `indexctl --help`"))
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
}
