import Settings
import Testing
import Tracks

@testable import Setup

/// What a first configuration takes, and when there is none yet.
@Suite struct FirstConfigurationTests {
  private func workspace(_ file: String, _ music: String) -> Workspace {
    var settings = Settings()
    settings.music = [FilePath(music)]
    return Workspace(file: FilePath(file), settings: settings)
  }

  @Test(.enabled(if: !Rights.exists(FilePath("/var/lib/indexd/index.sqlite")), "a service has worked here"))
  func whatIsAsItWasInstalledIsNotSetUp() {
    let shipped = FirstConfiguration.fault(untouched: workspace("/etc/indexd/indexd.yaml", "/srv/music"))
    #expect(shipped?.description == "/etc/indexd/indexd.yaml: is as it was installed: nothing is set up yet")
    #expect(FirstConfiguration.fault(untouched: workspace("/etc/indexd/indexd.yaml", "/srv/songs")) == nil)
    #expect(FirstConfiguration.fault(untouched: workspace("/home/me/indexd.yaml", "/srv/music")) == nil)
  }

  /// Others are never let write in a home itself.
  @Test func aHomeIsNoPlaceForTheListOfTheSystemsService() {
    let list = FilePath("/root/Probably liked.m3u8")
    let fault = FirstConfiguration.fault(ofPlaylist: list, isSystem: true)
    #expect(fault?.hasPrefix("/root: is a home") == true, "\(fault ?? "")")
    #expect(FirstConfiguration.fault(ofPlaylist: FilePath("/usr/Probably liked.m3u8"), isSystem: true) == nil)
    #expect(Rights.isHome(FilePath("/root")) && !Rights.isHome(FilePath("/usr")))
  }
}
