import Foundation
import Glibc
import TestSupport
import Testing

/// What a trial does with what somebody gives it the second time, or in another form.
@Suite(.blocking) struct TrialTests {
  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func labels(_ library: OwnersLibrary) throws -> [String: Int]? {
    (try library.answer(["status", "--json"]) as? [String: Any])?["labels"] as? [String: Int]
  }

  private func trainedAt(_ library: OwnersLibrary) throws -> String? {
    let status = try library.answer(["status", "--json"]) as? [String: Any]
    return (status?["model"] as? [String: Any])?["trainedAt"] as? String
  }

  private func move(_ names: [String], of library: OwnersLibrary, into folder: String) throws {
    try FileManager.default.createDirectory(atPath: library.folder[folder], withIntermediateDirectories: true)
    for name in names {
      try FileManager.default.moveItem(atPath: library.folder[name], toPath: library.folder["\(folder)/\(name)"])
    }
  }

  @Test func itsConfigurationTakesEveryListAsActive() throws {
    let library = try OwnersLibrary(liked: 3, rejected: 3, unheard: 2, seconds: 1)
    try FileManager.default.moveItem(atPath: library.folder["Active.m3u8"], toPath: library.folder["What I keep.m3u8"])
    #expect(try library.tryOnce(["Statistics.xml", "What I keep.m3u8"]).code == 0)
    let before = try labels(library)
    #expect(before?["bad"] == 3)
    let once = try indexd.run(["--once", "--config", library.configuration()], environment: library.environment)
    #expect(once.code == 0, "\(once.errors)")
    #expect(try labels(library) == before)
    // A list that is imported into it counts as well.
    try library.folder.write("#EXTM3U\n" + library.rejected.map { "D:\\Music\\\($0)\n" }.joined(), to: "More.m3u8")
    let preview = try library.command(["import", "--dry-run", library.folder["More.m3u8"]])
    #expect(words(preview.output).contains("\"More\" is an active one"), "\(preview)")
  }

  @Test func exportsOfOtherMusicTakeNothingAway() throws {
    let library = try OwnersLibrary()
    #expect(try library.tryOnce().code == 0)
    let before = (try labels(library), try trainedAt(library))
    let list = try String(contentsOfFile: library.playlist(), encoding: .utf8)
    try library.folder.write(
      library.statistics().replacingOccurrences(of: "D:\\Music\\", with: "D:\\Others\\other "), to: "Other.xml")
    try library.folder.write("#EXTM3U\nD:\\Music\\other 1.wav\nD:\\Music\\other 2.wav\n", to: "new/Active.m3u8")
    var part = library.statistics()
    for name in ["rejected", "unheard", "liked 2"] {
      part = part.replacingOccurrences(of: "D:\\Music\\\(name)", with: "D:\\Others\\other \(name)")
    }
    try library.folder.write(part, to: "Part.xml")
    let none = "none of its"
    for (exports, words) in [
      (["Other.xml"], none), (["Other.xml", "new/Active.m3u8"], none), (["Statistics.xml", "new/Active.m3u8"], none),
      (["Part.xml"], "only 19 of its 60 entries name a file of the music folder, and 60 did so before"),
    ] {
      let run = try library.tryOnce(exports)
      #expect(run.code == 1, "\(exports): \(run)")
      #expect(run.errors.contains(words), "\(run.errors)")
      #expect(run.errors.contains("What was imported before stays as it is"), "\(run.errors)")
      #expect(try labels(library) == before.0)
      #expect(try trainedAt(library) == before.1)
      #expect(try String(contentsOfFile: library.playlist(), encoding: .utf8) == list)
    }
    // What is found by a file that came since is of use.
    try FileManager.default.copyItem(
      atPath: library.folder["music/\(library.liked[0])"], toPath: library.folder["music/other 1.wav"])
    let useful = try library.tryOnce(["new/Active.m3u8"])
    #expect(useful.code == 0, "\(useful.errors)")
  }

  @Test func aFolderOfExportsIsTaken() throws {
    let library = try OwnersLibrary(liked: 3, rejected: 3, unheard: 2, seconds: 1)
    try move(["Statistics.xml", "Active.m3u8"], of: library, into: "exports")
    try library.folder.write("", to: "nothing/here/but/a/folder")
    let none = try library.tryOnce(["nothing"])
    #expect(none.code == 1 && none.output.isEmpty && words(none.errors).contains("holds no export"), "\(none)")
    #expect(!FileManager.default.fileExists(atPath: library.folder["state"]))
    let run = try library.tryOnce(["exports"])
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.contains("3 good, 3 bad"))
    // What lies beside them is told, and stands in nobody's way.
    for number in 1...7 { try library.folder.write("no export, number \(number)", to: "exports/notes \(number).txt") }
    let noisy = try library.tryOnce(["exports"])
    #expect(noisy.code == 3 && noisy.output.contains("3 good, 3 bad"), "\(noisy)")
    #expect(noisy.errors.contains("notes 5.txt") && !noisy.errors.contains("notes 6.txt"), "\(noisy.errors)")
    #expect(noisy.errors.contains("and 2 more files that are no exports"), "\(noisy.errors)")
    // The same place is taken by `import`.
    let copied = try library.command(["import", library.folder["exports"]])
    #expect(copied.code == 1 && copied.output.contains("Active.m3u8 lies in the inbox"), "\(copied)")
    #expect(copied.errors.contains("notes 7.txt"), "\(copied.errors)")
  }

  @Test func theKindOfExportThatIsMissingIsNamed() throws {
    let library = try OwnersLibrary(liked: 3, rejected: 3, unheard: 2, seconds: 1)
    let lists = words(try library.tryOnce(["Active.m3u8"]).output)
    #expect(lists.contains("Only playlists are imported"), "\(lists)")
    #expect(lists.contains("Export statistics to XML as well") && !lists.contains("inbox"), "\(lists)")
    let plays = words(try library.tryOnce(["Statistics.xml"]).output)
    #expect(!plays.contains("Only playlists"), "\(plays)")
    #expect(!words(try library.tryOnce().output).contains("Only playlists"))
  }

  @Test func itsDoctorNamesItsConfiguration() throws {
    let library = try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
    try library.folder.write("no music", to: "music/bad.wav")
    #expect(try library.tryOnce().code == 3)
    let run = try library.command(["doctor"])
    let lines = run.output.replacingOccurrences(of: " \\\\\n +", with: " ", options: .regularExpression)
    #expect(lines.contains("    indexctl --config '\(try library.configuration())' failures\n"), "\(lines)")
    #expect(words(lines).contains("ok daemon not running; a trial needs none"), "\(lines)")
  }

  @Test func theDemonstrationEndsWithWhatComesNext() throws {
    let folder = try TemporaryFolder()
    let environment = ["XDG_STATE_HOME": folder["state"], "XDG_CONFIG_HOME": folder["config"], "HOME": folder.path]
    let run = try indexctl.run(["try"], environment: environment)
    #expect(run.code == 0, "\(run.errors)")
    let lines = run.output.replacingOccurrences(of: " \\\\\n +", with: " ", options: .regularExpression)
      .components(separatedBy: "\n")
    #expect(lines.contains("  indexctl try MUSIC_DIR PROFILE_FOLDER"), "\(run.output)")
    let playlist = try #require(lines.last { $0.hasSuffix(".m3u8") }?.dropFirst(2)).description
    let songs = try String(contentsOfFile: playlist, encoding: .utf8).split(whereSeparator: \.isNewline).filter {
      !$0.hasPrefix("#")
    }
    #expect(songs.count >= 10 && songs.allSatisfy { FileManager.default.fileExists(atPath: String($0)) }, "\(songs)")
    // The commands that it names work, also the one that takes everything away again.
    for command in lines where command.hasPrefix("  indexctl --config") || command.hasPrefix("  rm -r") {
      let program = command.contains("indexctl") ? "\(indexctl.path) \(command.dropFirst(11))" : command
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", program + " >/dev/null </dev/null"]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(command)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder["state/indexd"]).isEmpty)
  }

  @Test(.enabled(if: getuid() == 0, "needs root to be somebody who may not read a folder"))
  func foldersThatCannotBeReadAreCounted() throws {
    let library = try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
    for number in 1...9 {
      let folder = library.folder["music/closed \(number)"]
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      chmod(folder, 0)
    }
    try FileManager.default.createDirectory(atPath: library.folder["state"], withIntermediateDirectories: true)
    for path in [library.folder.path, library.folder["state"]] { chmod(path, 0o777) }
    let run = try indexctl.run(
      ["try", library.folder["music"]], environment: library.environment,
      through: ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"])
    #expect(run.code == 0 && run.output.contains("4 files, 4 analysed"), "\(run)")
    for text in [run.errors, run.output] {
      #expect(text.components(separatedBy: "cannot be read (").count == 4, "\(text)")
      #expect(words(text).contains("6 more folders cannot be read; their files are kept"), "\(text)")
    }
  }
}
