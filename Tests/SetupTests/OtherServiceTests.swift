import Foundation
import ServiceState
import Settings
import TestSupport
import Testing
import Tracks

@testable import Setup

/// Which other services write the playlist of a configuration.
@Suite struct OtherServiceTests {
  private let folder: TemporaryFolder
  private var system: FilePath { FilePath(folder["etc"]) }
  private var list: String { folder["lists/liked.m3u8"] }

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("", to: "lists/.keep")
  }

  /// Writes a configuration for a list.
  private func configure(_ file: String, _ list: String) throws {
    try folder.write("music: [/srv/music]\nstate: \(folder["\(file).state"])\nplaylist: {file: '\(list)'}\n", to: file)
  }

  private func account(_ user: String?) -> OtherService.Account {
    OtherService.Account(user: user, home: FilePath(folder["home/\(user ?? "me")"]))
  }

  private func others(of file: String, _ users: [String?]) throws -> [OtherService] {
    OtherService.writing(
      listOf: try Workspace.load(folder[file]), system: system, accounts: users.map(account))
  }

  @Test func aServiceOfTheSystemIsFoundByAUserAndTheOtherWayRound() throws {
    let (mine, theirs) = ("home/me/.config/indexd/indexd.yaml", "etc/indexd/indexd.yaml")
    try configure(mine, list)
    // Another name of the folder leads to the same file.
    try FileManager.default.createSymbolicLink(atPath: folder["other"], withDestinationPath: folder["lists"])
    try configure(theirs, folder["other/liked.m3u8"])
    // A configuration alone is no service.
    #expect(try others(of: mine, [nil]).isEmpty && others(of: theirs, [nil]).isEmpty)
    try folder.write("", to: "etc/systemd/system/multi-user.target.wants/indexd.service")
    let found = try others(of: mine, [nil])
    #expect(found.map(\.command) == ["sudo systemctl disable --now indexd"])
    #expect(found.first?.words(try Workspace.load(folder[mine])).contains(folder[mine]) == true)
    #expect(found.first?.words(try Workspace.load(folder[mine])).contains(folder[theirs]) == true)
    try folder.write("", to: "home/me/.config/systemd/user/default.target.wants/indexd.service")
    #expect(try others(of: theirs, [nil]).map(\.command) == ["systemctl --user disable --now indexd"])
  }

  @Test func twoUsersMayShareAListOnlyByMistake() throws {
    let mine = "home/me/.config/indexd/indexd.yaml"
    try configure(mine, list)
    try configure("home/karin/.config/indexd/indexd.yaml", list)
    try configure("home/paul/.config/indexd/indexd.yaml", folder["lists/paul.m3u8"])
    for user in ["karin", "paul"] {
      try folder.write("", to: "home/\(user)/.config/systemd/user/default.target.wants/indexd.service")
    }
    let found = try others(of: mine, [nil, "karin", "paul"])
    #expect(found.map(\.command) == ["sudo systemctl --user -M karin@ disable --now indexd"], "\(found)")
    // A fault in it keeps that service from starting.
    try folder.write("music: [\n", to: "home/karin/.config/indexd/indexd.yaml")
    #expect(try others(of: mine, [nil, "karin", "paul"]).isEmpty)
  }

  @Test func whatRunsWithoutBeingEnabledWritesToo() throws {
    let mine = "home/me/.config/indexd/indexd.yaml"
    try configure(mine, list)
    try configure("etc/indexd/indexd.yaml", list)
    let state = StateFolder(FilePath(folder["etc/indexd/indexd.yaml.state"]))
    try state.make()
    let lock = try StateLock(state)
    defer { _ = lock }
    #expect(try others(of: mine, [nil]).count == 1)
  }
}
