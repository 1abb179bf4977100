import Foundation
import Glibc
import TestSupport
import Testing

/// A music folder inside another, by every way that a configuration is read.
@Suite(.blocking) struct NestedFolderTests {
  private let library: OwnersLibrary
  private let file: String

  init() throws {
    library = try OwnersLibrary(liked: 3, rejected: 0, unheard: 0, seconds: 1)
    let files = FileManager.default
    try files.createDirectory(atPath: library.folder["music/Lossless"], withIntermediateDirectories: true)
    try files.moveItem(
      atPath: library.folder["music/\(library.liked[0])"], toPath: library.folder["music/Lossless/one.wav"])
    symlink(library.folder["music/Lossless"], library.folder["link"])
    file = library.folder["config/indexd/indexd.yaml"]
  }

  private func write(_ music: [String]) throws {
    try library.folder.write(
      "music: [\(music.map { "'\(library.folder[$0])'" }.joined(separator: ", "))]\nstate: '\(library.folder["state/own"])'\n"
        + "analysis: {workers: 1, samples: 2}\n", to: "config/indexd/indexd.yaml")
  }

  private func files() throws -> [String] {
    let run = try indexctl.run(["labels", "--json"], environment: library.environment)
    // The index may only just be made.
    guard run.code == 0 else { return [] }
    let rows = try json(run.output)
    return try #require(rows as? [[String: Any]]).compactMap { $0["path"] as? String }
  }

  private var expected: [String] {
    ["music/Lossless/one.wav", "music/liked 1.wav", "music/liked 2.wav"].map { library.folder[$0] }
  }

  @Test(arguments: [["music", "music/Lossless"], ["music/Lossless", "music"], ["link", "music"], ["music", "link"]])
  func isJoinedByEveryProgram(music: [String]) throws {
    try write(music)
    let checked = try indexctl.run(["check-config"], environment: library.environment)
    #expect(checked.code == 0, "\(checked)")
    #expect((checked.errors + checked.output).contains("lies inside the music folder"), "\(checked)")
    for _ in 0..<2 {
      let once = try indexd.run(["--once"], environment: library.environment)
      #expect(once.code == 0, "\(once)")
      #expect(try files() == expected)
    }
    let doctor = try indexctl.run(["doctor", "--json"], environment: library.environment)
    #expect(doctor.output.contains("lies inside the music folder"), "\(doctor)")
  }

  @Test func aReloadAddsAndTakesAwayWhileTheDaemonWatches() throws {
    try write(["music"])
    let daemon = try indexd.start([], environment: library.environment)
    defer {
      daemon.send(SIGTERM)
      #expect(daemon.wait().code == 0)
    }
    func expectFiles(_ wanted: [String], _ comment: Comment) throws {
      for _ in 0..<300 {
        if try files() == wanted { return }
        usleep(100_000)
      }
      #expect(try files() == wanted, comment)
    }
    try expectFiles(expected, "the start")
    var wanted = expected
    let configurations = [["link", "music"], ["music", "music/Lossless"], ["music"], ["music/Lossless", "music"]]
    for (number, music) in configurations.enumerated() {
      try write(music)
      daemon.send(SIGHUP)
      for _ in 0..<200 {
        if daemon.errors.components(separatedBy: "the new settings hold").count == number + 2 { break }
        usleep(50_000)
      }
      // News from both are noticed by the watches of the new settings.
      let new = ["music/Lossless/new \(number).wav", "music/new \(number).wav"]
      for name in new {
        let song = try Data(contentsOf: URL(fileURLWithPath: library.folder["music/liked 1.wav"]))
        try library.folder.write(song + [UInt8(number), UInt8(name.utf8.count)], to: name)
      }
      wanted = (wanted + new.map { library.folder[$0] }).sorted()
      try expectFiles(wanted, "\(music)")
    }
  }

  @Test func setupTakesBoth() throws {
    let run = try indexctl.run(
      ["setup", "--user", "--music", library.folder["music/Lossless"], library.folder["music"]],
      environment: library.environment)
    #expect(run.code == 0, "\(run)")
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    #expect(try files() == expected)
  }
}
