import Foundation
import TestSupport
import Testing

/// What a package brings: the configuration that is there before anybody has said anything, and programs under names.
@Suite struct ShippedConfigurationTests {
  /// A file of the sources.
  private static func source(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
  }

  private func setup(_ folder: TemporaryFolder) throws -> BuiltProgram.Run {
    try FileManager.default.createDirectory(atPath: folder["music"], withIntermediateDirectories: true)
    return try BuiltProgram("indexctl").run(
      ["setup", "--user", "--config", folder["indexd.yaml"], "--music", folder["music"]],
      environment: ["HOME": folder[""], "XDG_CONFIG_HOME": folder["config"], "XDG_STATE_HOME": folder["state"]])
  }

  @Test func setupTakesThePlaceOfWhatNobodyWrote() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.source("config/debian/indexd.yaml"), to: "indexd.yaml")
    let run = try setup(folder)
    #expect(run.code == 0, "\(run.errors)")
    #expect(try String(contentsOfFile: folder["indexd.yaml"], encoding: .utf8).contains(folder["music"]))
  }

  @Test(arguments: ["music: [/srv/music, /srv/more]\n", "music: [/srv/music]\nplaylist:\n  atMost: 50\n", "musik: ["])
  func setupKeepsWhatSomebodyWrote(text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "indexd.yaml")
    let run = try setup(folder)
    #expect(run.code == 1)
    #expect(run.errors.contains("--force"))
    #expect(try String(contentsOfFile: folder["indexd.yaml"], encoding: .utf8) == text)
  }

  @Test func theSourcesOwnConfigurationSaysNothingEither() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.source("config/indexd.yaml"), to: "indexd.yaml")
    #expect(try setup(folder).code == 0)
  }

  @Test func thePackageHasTheVersionOfThePrograms() throws {
    for name in ["indexd", "indexctl"] {
      let version = try BuiltProgram(name).run(["--version"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(try Self.source("config/debian/changelog").hasPrefix("indexd (\(version)) "))
    }
  }

  @Test func indexdIsIndexctlUnderThatName() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder["indexctl"], withDestinationPath: BuiltProgram("indexd").path)
    for (name, command) in [("indexctl", "setup"), ("indexd", "--once")] {
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(
        fileURLWithPath: name == "indexctl" ? folder["indexctl"] : BuiltProgram("indexd").path)
      process.arguments = ["--help"]
      process.standardOutput = output
      try process.run()
      let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      #expect(text.contains("USAGE: \(name)") && text.contains(command), "\(text)")
    }
  }

  @Test func theWorkerCarriesNoFoundation() throws {
    // With it, each of a package's workers would be five times as large.
    let program = try Data(contentsOf: URL(fileURLWithPath: BuiltProgram("indexd-worker").path))
    #expect(program.range(of: Data("libswiftCore.so".utf8)) != nil)
    #expect(program.range(of: Data("libFoundation".utf8)) == nil)
  }
}
