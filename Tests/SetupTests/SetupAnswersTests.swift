import Foundation
import Glibc
import ServiceState
import Settings
import TestSupport
import Testing
import Tracks

@testable import Setup

/// What `setup` makes of its answers, and of those that cannot be: then nothing is made.
@Suite struct SetupAnswersTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("", to: "music/a.flac")
  }

  private func answers(
    music: String = "music", playlist: String? = nil, exports: String? = nil, file: String = "new/indexd.yaml"
  ) -> FirstConfiguration {
    FirstConfiguration(
      music: [FilePath(folder[music])], playlist: playlist.map { FilePath(folder[$0]) },
      exports: exports.map { FilePath(folder[$0]) }, isSystem: false, file: FilePath(folder[file]))
  }

  private func refusal(_ answers: FirstConfiguration) -> String {
    do {
      _ = try answers.make(overwriting: false)
      return ""
    } catch {
      return "\(error)"
    }
  }

  /// A configuration that is there, with a state folder in the test's own.
  private func old(_ more: String = "") throws -> String {
    try folder.write(
      "music: ['\(folder["music"])']\nstate: '\(folder["state"])'\n\(more)", to: "new/indexd.yaml")
  }

  private func text() throws -> String { try String(contentsOfFile: folder["new/indexd.yaml"], encoding: .utf8) }

  // MARK: Refused answers

  @Test func answersThatCannotBeMakeNothing() throws {
    try folder.write("", to: "file")
    try folder.write("#EXTM3U\nsong.flac\n", to: "foreign.m3u8")
    for (answers, words) in [
      (answers(music: "none"), "none: the music folder does not exist"), (answers(music: "file"), "file: is a file"),
      (answers(playlist: "none/list.m3u8"), "none: the playlist's folder does not exist; make it first"),
      (answers(playlist: "foreign.m3u8"), "foreign.m3u8: is not a playlist of indexd's"),
      (answers(playlist: "music"), "music: is a folder; name the playlist's file in it"),
    ] {
      #expect(refusal(answers).contains(folder[""] + words), "\(refusal(answers))")
    }
    #expect(!FileManager.default.fileExists(atPath: folder["new"]))
    #expect(try String(contentsOfFile: folder["foreign.m3u8"], encoding: .utf8) == "#EXTM3U\nsong.flac\n")
  }

  @Test func aPlaylistIsReplacedOnlyWhereItIsOurs() throws {
    func fault(_ name: String) -> String? {
      FirstConfiguration.fault(ofPlaylist: FilePath(folder[name]), isSystem: false)
    }
    #expect(FirstConfiguration.fault(ofPlaylist: nil, isSystem: true) == nil)
    #expect(fault("new.m3u8") == nil)
    try folder.write("", to: "empty.m3u8")
    #expect(fault("empty.m3u8") == nil)
    try folder.write("#EXTM3U\n# indexd would like this\n", to: "other.m3u8")
    #expect(fault("other.m3u8")?.contains("name another file") == true)
    try #require(mkfifo(folder["pipe.m3u8"], 0o600) == 0)
    #expect(fault("pipe.m3u8")?.contains("name another file") == true)
    try FileManager.default.createSymbolicLink(
      atPath: folder["link.m3u8"], withDestinationPath: folder["other.m3u8"])
    #expect(fault("link.m3u8")?.contains("name another file") == true)
  }

  // MARK: What is there already

  @Test func theSameAnswersKeepTheConfigurationToTheByte() throws {
    let text = "# mine\n" + "music:\n  - '\(folder["music"])'\nstate: '\(folder["state"])'\nmodel:\n  seed: 3\n"
    try folder.write(text, to: "new/indexd.yaml")
    var answers = answers()
    // No music folder is named where only something else is told.
    answers.music = []
    for _ in 0..<2 {
      let report = try answers.make(overwriting: false)
      #expect(report.isKept && report.workspace.state.path == FilePath(folder["state"]))
      #expect(try self.text() == text)
    }
    #expect(FileManager.default.fileExists(atPath: folder["state/inbox"]))
    #expect(!FileManager.default.fileExists(atPath: folder["new/indexd.yaml.old"]))
  }

  @Test func otherAnswersAreRefusedByName() throws {
    let text = try String(contentsOfFile: old(), encoding: .utf8)
    try folder.write("", to: "other/b.flac")
    let music = refusal(answers(music: "other"))
    #expect(music.contains("`music` is \(folder["music"]), not \(folder["other"])"), "\(music)")
    let list = refusal(answers(playlist: "list.m3u8"))
    #expect(list.contains("`playlist.file` is in the state folder, not \(folder["list.m3u8"])"), "\(list)")
    #expect(list.contains("`state` is \(folder["state"]), not left to the default") && list.contains("--force"))
    #expect(try self.text() == text)
    #expect(!FileManager.default.fileExists(atPath: folder["state"]))
  }

  @Test func aConfigurationThatCannotBeReadIsNotReplacedUnasked() throws {
    try folder.write("musik: [here]\n", to: "new/indexd.yaml")
    let words = refusal(answers())
    #expect(words.contains("musik") && words.contains("or replace it with --force"), "\(words)")
    #expect(try text() == "musik: [here]\n")
  }

  // MARK: Exports

  @Test func exportsAreCopiedAndWhatIsNoneIsNamed() throws {
    _ = try old()
    try folder.write("\u{FEFF}#EXTM3U\r\nD:\\a.flac\r\n", to: "exports/Active.m3u8")
    try folder.write("no export at all, and never was one", to: "exports/junk.doc")
    var answers = answers(exports: "exports")
    answers.music = []
    let report = try answers.make(overwriting: false)
    #expect(report.refusals.count == 1 && report.refusals[0].contains("junk.doc"), "\(report.refusals)")
    #expect(report.made.contains("copies of 1 file of \(folder["exports"]) in the inbox"), "\(report.made)")
    #expect(report.notes.contains { $0.contains("under `sources`") }, "\(report.notes)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder["state/inbox"]) == ["Active.m3u8"])
    // The exports are the owner's, and stay as they are.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder["exports"]).count == 2)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let names = ["plain", "it's", "a \"b\"", "# hash: x", "- dash", "grüße", "back\\slash", "50% {x}", "tab\tin"]
    for name in names {
      var settings = Settings()
      settings.music = [FilePath(folder[name])]
      settings.playlist.file = FilePath(folder["\(name)/list.m3u8"])
      settings.state = FilePath(folder["state"])
      let place = FilePath(folder["\(name).yaml"])
      try folder.write(try settings.yaml(for: place), to: "\(name).yaml")
      #expect(try Settings.load(place) == settings, "\(name)")
    }
  }

  @Test func aConfigurationOfItsOwnPlaceNamesItInEveryCommand() throws {
    let steps = answers(file: "it's/indexd.yaml").nextSteps(Workspace(file: FilePath("/x"), settings: Settings()))
    let quoted = "'\(folder["it"])'\\''s/indexd.yaml'"
    #expect(steps == ["indexctl doctor --config \(quoted)", "indexd --config \(quoted)"])
  }
}
