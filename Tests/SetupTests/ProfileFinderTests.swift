import Foobar2000
import Foundation
import TestSupport
import Testing
import Tracks

@testable import Setup

/// Where profiles of foobar2000 lie.
@Suite struct ProfileFinderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func found(disks: [String] = []) -> [FoundProfile] {
    ProfileFinder(home: FilePath(folder.path), prefix: FilePath(folder["nowhere"]), disks: disks.map { FilePath($0) })
      .profiles()
  }

  @Test(arguments: [
    (".wine", "Wine"), (".local/share/bottles/bottles/music", "Bottles"),
    (".var/app/com.usebottles.bottles/data/bottles/bottles/music", "Bottles"), ("Games/foobar2000", "Lutris"),
    (".local/share/lutris/prefixes/music", "Lutris"),
    (".var/app/net.lutris.Lutris/data/lutris/prefixes/music", "Lutris"),
    ("snap/foobar2000/current/.wine", "the Snap package"), (".foobar2000/.wine", "the AppImage"),
    ("snap/foobar2000/common/.wine", "the Snap package"), (".foobar2000", "the AppImage"),
  ])
  func everyPrefixIsLookedInto(prefix: String, place: String) throws {
    for name in ["users/me/AppData/Roaming/foobar2000-v2", "Program Files/foobar2000/profile"] {
      try folder.write("", to: "\(prefix)/drive_c/\(name)/metadb.sqlite")
    }
    let profiles = found()
    #expect(profiles.map(\.place) == [place, place])
    #expect(
      profiles.map(\.folder.display) == [
        folder["\(prefix)/drive_c/users/me/AppData/Roaming/foobar2000-v2"],
        folder["\(prefix)/drive_c/Program Files/foobar2000/profile"],
      ])
  }

  @Test func aPortableOneBesideThePrefixIsFound() throws {
    try folder.write("", to: ".foobar2000/profile/metadb.sqlite")
    let devices = folder[".foobar2000/.wine/dosdevices"]
    try FileManager.default.createDirectory(atPath: devices, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: devices + "/z:", withDestinationPath: "/")
    let profile = try #require(found().first)
    #expect(found().count == 1 && profile.place == "the AppImage")
    #expect(profile.folder == FilePath(folder[".foobar2000/profile"]) && profile.drives.map(\.from) == ["Z:\\"])
  }

  @Test func drivesAreThoseOfTheLinks() throws {
    try folder.write("", to: ".wine/drive_c/users/me/AppData/Roaming/foobar2000-v2/metadb.sqlite")
    let devices = folder[".wine/dosdevices"]
    try FileManager.default.createDirectory(atPath: devices, withIntermediateDirectories: true)
    for (name, target) in [
      ("c:", "../drive_c"), ("z:", "/"), ("m:", "/gone/away"), ("com1", "/dev/ttyS0"), ("d::", "/"),
    ] {
      try FileManager.default.createSymbolicLink(atPath: "\(devices)/\(name)", withDestinationPath: target)
    }
    let drives = try #require(found().first).drives
    #expect(drives.map(\.from) == ["C:\\", "Z:\\"])
    #expect(drives.map(\.to.display) == [folder[".wine/drive_c"], "/"])
    // One that is named by hand has the same.
    let named = ProfileFinder.profile(at: FilePath(folder[".wine/drive_c/users/me/AppData/Roaming/foobar2000-v2"]))
    #expect(named?.drives == drives)
  }

  @Test func mountedDisksAreLookedIntoAndNothingIsToldTwice() throws {
    try folder.write("", to: "disk/Users/Me/AppData/Roaming/foobar2000-v2/metadb.sqlite")
    try folder.write("", to: "disk/Users/Me/AppData/Roaming/foobar2000/index.txt")
    try folder.write("", to: ".wine/drive_c/users/me/AppData/Roaming/foobar2000-v2/metadb.sqlite")
    try FileManager.default.createSymbolicLink(atPath: folder["again"], withDestinationPath: folder["disk"])
    let profiles = found(disks: [folder["disk"], folder["again"]])
    #expect(profiles.map(\.place) == ["Wine", "a Windows disk"])
    #expect(found(disks: [folder["none"]]).count == 1)
  }
}
