import Foundation
import Glibc
import TestSupport
import Testing

/// The first configuration: three questions, or their answers as options.
@Suite(.blocking) struct SetupTests {
  private func small() throws -> OwnersLibrary {
    try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
  }

  private func setUp(_ library: OwnersLibrary, _ more: [String]) throws -> BuiltProgram.Run {
    try indexctl.run(["setup", "--user"] + more, environment: library.environment)
  }

  /// Words in which every command stands in one line.
  private func joined(_ output: String) -> String {
    output.replacingOccurrences(of: " \\\\\n +", with: " ", options: .regularExpression)
  }

  private func configuration(_ library: OwnersLibrary) throws -> String {
    try String(contentsOfFile: library.folder["config/indexd/indexd.yaml"], encoding: .utf8)
  }

  /// A profile in a prefix of Wine, whose drive Z: is the root.
  private func wineProfile(_ library: OwnersLibrary, drive: String = "Z:") throws -> String {
    let prefix = "home/.wine"
    let music = drive + library.folder["music/"].replacingOccurrences(of: "/", with: "\\")
    let profile = try ProfileTests.profile(
      of: library, in: "\(prefix)/drive_c/users/me/AppData/Roaming/foobar2000-v2", music: music)
    let devices = library.folder["\(prefix)/dosdevices"]
    try FileManager.default.createDirectory(atPath: devices, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: devices + "/z:", withDestinationPath: "/")
    try FileManager.default.createSymbolicLink(atPath: devices + "/c:", withDestinationPath: "../drive_c")
    return profile
  }

  private func labels(_ library: OwnersLibrary) throws -> [String: Int]? {
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    let status = try indexctl.run(["status", "--json"], environment: library.environment)
    return (try json(status.output) as? [String: Any])?["labels"] as? [String: Int]
  }

  @Test func whatWineHoldsIsFoundAndTaken() throws {
    let library = try small()
    let profile = try wineProfile(library)
    try FileManager.default.createSymbolicLink(
      atPath: library.folder["home/Music"], withDestinationPath: library.folder["music"])
    let run = try setUp(library, ["--yes"])
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.contains("(Wine)") && run.output.contains("4 of 4 entries"), "\(run.output)")
    let text = try configuration(library)
    #expect(text.contains("paths:\n  'Z:\\': '/'"), "\(text)")
    #expect(!text.contains("C:"))
    #expect(text.contains("sources:") && text.contains(profile), "\(text)")
    #expect(joined(run.output).contains("--exports '\(profile)'"))
    #expect(try labels(library) == ["good": 2, "bad": 1, "undecided": 0, "unheard": 1, "excluded": 0])
  }

  @Test func winesNameOfTheRootIsReadToo() throws {
    let library = try small()
    _ = try wineProfile(library, drive: "\\\\?\\unix")
    let run = try setUp(
      library,
      [
        "--music", library.folder["music"], "--exports",
        library.folder["home/.wine/drive_c/users/me/AppData/Roaming/foobar2000-v2"],
      ])
    #expect(run.code == 0 && run.output.contains("4 of 4 entries"), "\(run)")
    #expect(try labels(library)?["good"] == 2)
  }

  @Test func aSecondRunKeepsTheConfigurationAndTakesExports() throws {
    let library = try small()
    #expect(try setUp(library, ["--music", library.folder["music"]]).code == 0)
    let text = try configuration(library)
    // The same answers change nothing.
    let again = try setUp(library, ["--music", library.folder["music"]])
    #expect(again.code == 0 && again.output.contains("Kept the configuration"), "\(again.errors)")
    let profile = try ProfileTests.profile(of: library)
    let run = try setUp(library, ["--exports", profile])
    #expect(run.code == 0 && run.output.contains("4 of 4 entries are files of the music"), "\(run)")
    #expect(run.output.contains("indexctl import '\(profile)'"), "\(run.output)")
    #expect(try configuration(library) == text)
    #expect(try labels(library)?["good"] == 2)
  }

  @Test func aFolderGivenAsPlaylistGetsAFileInIt() throws {
    let library = try small()
    let music = ["--music", library.folder["music"]]
    let missing = try setUp(library, music + ["--playlist", library.folder["lists/new/list.m3u8"]])
    #expect(missing.code == 1 && missing.errors.contains("make it first"), "\(missing.errors)")
    #expect(!FileManager.default.fileExists(atPath: library.folder["lists"]))
    let run = try setUp(library, music + ["--yes", "--playlist", library.folder["lists/new"] + "/"])
    #expect(run.code == 0, "\(run.errors)")
    #expect(try configuration(library).contains(library.folder["lists/new/Probably liked.m3u8"]))
    #expect(FileManager.default.fileExists(atPath: library.folder["lists/new"]))
  }

  @Test func itEndsWithTheLineThatGivesTheSameAnswers() throws {
    let library = try small()
    let first = try setUp(library, ["--music", library.folder["music"], "--playlist", library.folder["it's.m3u8"]])
    let line = try #require(joined(first.output).split(separator: "\n").last.map(String.init))
    #expect(line.hasSuffix("--playlist '\(library.folder["it"])'\\''s.m3u8' --enable"), "\(line)")
  }

  @Test(.enabled(if: getuid() == 0, "needs root to be somebody with sudo")) func sudoMakesNoConfigurationOfRootsOwn()
    throws
  {
    let library = try small()
    let environment = library.environment.merging(["SUDO_USER": "nobody"]) { $1 }
    let run = try indexctl.run(["setup", "--user", "--music", library.folder["music"]], environment: environment)
    #expect(run.code == 1 && run.errors.contains("as nobody run `indexctl setup --user`"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: library.folder["config"]))
    chmod(library.folder.path, 0o755)
    let other = try indexctl.run(
      ["setup", "--system", "--music", library.folder["music"]], environment: library.environment,
      through: ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"])
    #expect(other.code == 1 && other.errors.contains("sudo indexctl setup --system"), "\(other.errors)")
  }
}
