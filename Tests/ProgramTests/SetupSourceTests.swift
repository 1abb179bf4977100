import Foundation
import Glibc
import TestSupport
import Testing

/// What `setup` makes of the place where foobar2000's exports lie: a source, which is read again and again.
@Suite(.blocking) struct SetupSourceTests {
  private let library: OwnersLibrary

  init() throws {
    library = try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
  }

  private func setUp(_ more: [String]) throws -> BuiltProgram.Run {
    try indexctl.run(["setup", "--user"] + more, environment: library.environment)
  }

  private func move(_ names: [String], into folder: String) throws {
    try FileManager.default.createDirectory(atPath: library.folder[folder], withIntermediateDirectories: true)
    for name in names {
      try FileManager.default.moveItem(atPath: library.folder[name], toPath: library.folder["\(folder)/\(name)"])
    }
  }

  private var configuration: String {
    get throws { try String(contentsOfFile: library.folder["config/indexd/indexd.yaml"], encoding: .utf8) }
  }

  private func once() throws -> [String: Any] {
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    let status = try indexctl.run(["status", "--json"], environment: library.environment)
    return try #require(try json(status.output) as? [String: Any])
  }

  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func aFolderOfExportsIsNamedAndTakenAgain() throws {
    try move(["Statistics.xml"], into: "my exports")
    try library.folder.write("no export at all, and never was one", to: "my exports/junk.doc")
    let place = library.folder["my exports"]
    let run = try setUp(["--music", library.folder["music"], "--exports", place])
    #expect(run.code == 0 && run.errors.isEmpty, "\(run)")
    #expect(run.output.contains("\(place): a source; what is saved there is imported by itself"), "\(run.output)")
    #expect(try configuration.contains("sources: ['\(place)']"))
    #expect(try configuration.contains("indexd.yaml(5)"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: library.folder["state/indexd/inbox"]).isEmpty)
    #expect(
      try once()["labels"] as? [String: Int] == ["good": 2, "bad": 0, "undecided": 1, "unheard": 1, "excluded": 0])
    // What comes later needs no hand.
    try move(["Active.m3u8"], into: "my exports")
    #expect(
      try once()["labels"] as? [String: Int] == ["good": 2, "bad": 1, "undecided": 0, "unheard": 1, "excluded": 0])
    // The same answers once more change nothing and copy nothing.
    let text = try configuration
    let again = try setUp(["--music", library.folder["music"], "--exports", place])
    #expect(again.code == 0 && again.output.contains("Kept the configuration"), "\(again)")
    #expect(!again.output.contains("inbox"), "\(again.output)")
    #expect(try configuration == text)
  }

  @Test func anEmptyFolderIsASourceForWhatWillBeSavedThere() throws {
    try move([], into: "exports")
    let place = library.folder["exports"]
    let run = try setUp(["--music", library.folder["music"], "--exports", place])
    #expect(run.code == 0 && run.output.contains("\(place): a source, empty as yet"), "\(run)")
    let status = try once()
    let sources = try #require(status["sources"] as? [[String: Any]])
    #expect(sources.first?["state"] as? String == "empty", "\(sources)")
    let shown = try indexctl.run(["status"], environment: library.environment).output
    #expect(words(shown).contains("\(place): there, but holds no export"), "\(shown)")
    #expect(words(shown).contains("save both into \(place)") && !shown.contains("inbox"), "\(shown)")
    let doctor = try indexctl.run(["doctor"], environment: library.environment).output
    #expect(words(doctor).contains("source \(place): can be read") && !doctor.contains("inbox"), "\(doctor)")
    // Put there by somebody's copy, it is taken.
    try move(["Active.m3u8", "Statistics.xml"], into: "exports")
    #expect(
      try once()["labels"] as? [String: Int] == ["good": 2, "bad": 1, "undecided": 0, "unheard": 1, "excluded": 0])
  }

  @Test func oneFileIsCopiedAndAKeptConfigurationSaysHowToNameAFolder() throws {
    let file = try setUp(["--music", library.folder["music"], "--exports", library.folder["Statistics.xml"]])
    #expect(file.code == 0 && file.output.contains("copies of 1 file"), "\(file)")
    #expect(try !configuration.contains("sources"))
    try FileManager.default.removeItem(atPath: library.folder["state/indexd/inbox/Statistics.xml"])
    try move(["Active.m3u8", "Statistics.xml"], into: "exports")
    try library.folder.write("no export at all, and never was one", to: "exports/junk.doc")
    let text = try configuration
    let run = try setUp(["--exports", library.folder["exports"]])
    #expect(run.code == 3 && run.errors.contains("junk.doc") && run.output.contains("copies of 2 files"), "\(run)")
    #expect(words(run.output).contains("name '\(library.folder["exports"])' under `sources`"), "\(run.output)")
    #expect(try configuration == text)
    #expect(
      try once()["labels"] as? [String: Int] == ["good": 2, "bad": 1, "undecided": 0, "unheard": 1, "excluded": 0])
  }

  /// The service has a temporary folder of its own: what lies in the system's is copied.
  @Test func whatTheServiceCannotSeeIsCopied() throws {
    try #require(library.folder.path.hasPrefix("/tmp/") || library.folder.path.hasPrefix("/var/tmp/"))
    try library.folder.write("[Service]\nPrivateTmp=yes\n", to: "config/systemd/user/indexd.service")
    try move(["Active.m3u8", "Statistics.xml"], into: "exports")
    let place = library.folder["exports"]
    let run = try setUp(["--music", library.folder["music"], "--exports", place])
    #expect(run.code == 0 && run.output.contains("copies of 2 files"), "\(run)")
    #expect(words(run.output).contains("\(place): the service has a folder of its own in this place"), "\(run.output)")
    #expect(try !configuration.contains("sources"))
    // Named by hand it is a problem, which the doctor tells.
    let file = library.folder["config/indexd/indexd.yaml"]
    try (configuration + "sources: ['\(place)']\n").write(toFile: file, atomically: true, encoding: .utf8)
    let doctor = try indexctl.run(["doctor", "--json"], environment: library.environment)
    let found = try #require(try json(doctor.output) as? [[String: Any]])
    #expect(found.contains { $0["subject"] as? String == "source" && $0["level"] as? String == "problem" }, "\(found)")
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to be another user")) func theDoctorSaysHowASourceBecomesReadable()
    throws
  {
    try move(["Active.m3u8", "Statistics.xml"], into: "exports")
    let place = library.folder["exports"]
    #expect(try setUp(["--music", library.folder["music"], "--exports", place]).code == 0)
    _ = try once()
    for path in [library.folder.path, library.folder["state"]] { chmod(path, 0o755) }
    let daemon = try #require(getpwnam("daemon"))
    let state = library.folder["state/indexd"]
    for name in try FileManager.default.subpathsOfDirectory(atPath: state) {
      chown("\(state)/\(name)", daemon.pointee.pw_uid, daemon.pointee.pw_gid)
    }
    chown(state, daemon.pointee.pw_uid, daemon.pointee.pw_gid)
    chown(place, 0, try #require(getgrnam("games")).pointee.gr_gid)
    chmod(place, 0o750)
    func told() throws -> [String: Any] {
      let run = try indexctl.run(["doctor", "--json"], environment: library.environment)
      let found = try #require(try json(run.output) as? [[String: Any]], "\(run.errors)")
      return try #require(found.first { $0["subject"] as? String == "source" }, "\(found)")
    }
    #expect(try told()["command"] as? String == "sudo usermod -aG games daemon")
    chmod(place, 0o755)
    #expect(try told()["level"] as? String == "ok")
    // What is gone is no fault of rights.
    try FileManager.default.removeItem(atPath: place)
    #expect(try (told()["words"] as? String)?.hasSuffix("is not there") == true)
  }

  /// Every path that is printed can be copied from one line.
  @Test func pathsWithBlanksStayWhole() throws {
    let music = library.folder["all of my music is here, and it is a lot"]
    let place = library.folder["what foobar2000 on the other machine exports"]
    let list = library.folder["the lists that I like to hear in the evening/Music to like.m3u8"]
    try FileManager.default.moveItem(atPath: library.folder["music"], toPath: music)
    try move(["Active.m3u8", "Statistics.xml"], into: "what foobar2000 on the other machine exports")
    let run = try setUp(["--yes", "--music", music, "--exports", place, "--playlist", list])
    #expect(run.code == 0, "\(run.errors)")
    _ = try once()
    for (arguments, paths) in [(["doctor"], [music, place, list]), (["status"], [music, place])] {
      let run = try indexctl.run(arguments, environment: library.environment)
      for path in paths { #expect(run.output.contains(path), "\(arguments): \(run.output)") }
    }
    try FileManager.default.removeItem(atPath: place)
    _ = try once()
    let status = try indexctl.run(["status"], environment: library.environment).output
    #expect(status.contains("! \(place):"), "\(status)")
  }
}
