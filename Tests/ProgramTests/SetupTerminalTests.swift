import Foundation
import Glibc
import TestSupport
import Testing

/// The questions of `setup` on a terminal, each with the answers that it takes and those that it refuses.
@Suite(.blocking, .enabled(if: BuiltProgram.isInstalled("script"), "script is not installed"))
struct SetupTerminalTests {
  private let library: OwnersLibrary

  init() throws {
    library = try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
  }

  private var isMade: Bool { FileManager.default.fileExists(atPath: library.folder["config/indexd/indexd.yaml"]) }

  private func configuration() throws -> String {
    try String(contentsOfFile: library.folder["config/indexd/indexd.yaml"], encoding: .utf8)
  }

  /// Runs `setup` on a terminal where somebody types these lines, and closes it afterwards.
  private func setUp(_ lines: [String], _ options: String = "--user") throws -> BuiltProgram.Run {
    try library.folder.write(lines.map { $0 + "\n" }.joined(), to: "typed")
    var run = try indexctl.run(
      ["setup"] + options.split(separator: " ").map(String.init), environment: library.environment,
      through: ["sh", "-c", "script -qec \"$0 $*\" /dev/null < '\(library.folder["typed"])'"])
    run.output = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return run
  }

  @Test func everyRefusedAnswerIsAskedForAgainWithItsReason() throws {
    let music = library.folder["music"]
    let run = try setUp([
      "M:\\Music", library.folder["none"], library.folder["Active.m3u8"], music,
      "C:\\foobar2000", library.folder["none"], music, "",
      "M:\\list.m3u8", library.folder["Active.m3u8"], library.folder["lists/list.m3u8"], "perhaps", "no",
      library.folder["lists/list.m3u8"], "yes",
    ])
    #expect(run.code == 0, "\(run.output)")
    for words in [
      "M:\\Music: is a path of Windows", "none: the music folder does not exist", "Active.m3u8: is a file",
      "C:\\foobar2000: is a path of Windows", "none: cannot be read (No such file or directory)",
      "music: is no profile of foobar2000 and holds no export", "M:\\list.m3u8: is a path of Windows",
      "Active.m3u8: is not a playlist of indexd's", "Answer yes or no.",
      "lists: the playlist's folder does not exist; make it first",
    ] { #expect(run.output.contains(words), "\(words): \(run.output)") }
    let text = try configuration()
    #expect(text.contains("music: ['\(music)']") && text.contains(library.folder["lists/list.m3u8"]), "\(text)")
    #expect(!text.contains("sources"), "\(text)")
    #expect(FileManager.default.fileExists(atPath: library.folder["lists"]))
  }

  @Test func whoseItIsIsAskedFirst() throws {
    let run = try setUp(["mine", "user", library.folder["music"], "", ""], "")
    #expect(run.code == 0 && run.output.contains("Answer system or user."), "\(run.output)")
    #expect(isMade)
  }

  /// A terminal that is closed in the middle is no answer.
  @Test(arguments: 0...2) func whereTheAnswersEndNothingIsMade(number: Int) throws {
    let run = try setUp(Array([library.folder["music"], "", ""].prefix(number)))
    #expect(run.code != 0, "\(run.output)")
    #expect(!isMade && !FileManager.default.fileExists(atPath: library.folder["state"]), "\(run.output)")
  }

  @Test func aFolderIsAnswerEnoughForThePlaylist() throws {
    #expect(try setUp([library.folder["music"], "", library.folder.path]).code == 0)
    #expect(try configuration().contains(library.folder["Probably liked.m3u8"]))
  }

  @Test func theHomeMayBeWrittenAsATilde() throws {
    try FileManager.default.createDirectory(atPath: library.folder["home"], withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: library.folder["music"], toPath: library.folder["home/My Music"])
    #expect(try setUp(["  ~/My Music  ", "", ""]).code == 0)
    #expect(try configuration().contains("music: ['\(library.folder["home/My Music"])']"))
  }

  /// The second time only what foobar2000 knows is asked for.
  @Test func aSecondSetupAsksOnlyForWhatIsNew() throws {
    #expect(try setUp([library.folder["music"], "", ""]).code == 0)
    let text = try configuration()
    let run = try setUp([library.folder["Statistics.xml"]])
    #expect(run.code == 0 && run.output.contains("is there and stays as it is"), "\(run.output)")
    #expect(!run.output.contains("Which folder holds your music?"), "\(run.output)")
    #expect(run.output.contains("copies of 1 file"), "\(run.output)")
    #expect(try configuration() == text)
  }

  /// Everything is asked anew, and what was not asked for stays.
  @Test func aForcedSetupKeepsSourcesAndTheOldConfiguration() throws {
    try FileManager.default.createDirectory(atPath: library.folder["exports"], withIntermediateDirectories: true)
    #expect(try setUp([library.folder["music"], library.folder["exports"], ""]).code == 0)
    let text = try configuration()
    #expect(text.contains("sources: ['\(library.folder["exports"])']"), "\(text)")
    let run = try setUp([library.folder.path, "", ""], "--user --force")
    #expect(run.code == 0, "\(run.output)")
    #expect(try configuration().contains("music: ['\(library.folder.path)']"))
    #expect(try configuration().contains("sources: ['\(library.folder["exports"])']"))
    #expect(
      try String(contentsOfFile: library.folder["config/indexd/indexd.yaml.old"], encoding: .utf8) == text)
  }
}
