import Foundation
import Testing
import Tracks

@testable import Setup

/// What a unit's text lets the service write.
@Suite struct ServiceUnitTests {
  private func folders(_ value: String) -> [String] {
    ServiceUnit.writable("[Service]\n" + value).map(\.display)
  }

  @Test func wordsAreReadAsSystemdReadsThem() {
    #expect(folders("ReadWritePaths=-/srv/lists /var/x") == ["/srv/lists", "/var/x"])
    #expect(folders("ReadWritePaths=\"-/srv/my lists\" -'/a b' /c\\ d") == ["/srv/my lists", "/a b", "/c d"])
    #expect(folders("ReadWritePaths=-+/a\nReadWritePaths=/b") == ["/a", "/b"])
    #expect(folders("ReadWritePaths=/a\nReadWritePaths=\nReadWritePaths=/b") == ["/b"])
    #expect(folders("#ReadWritePaths=/a").isEmpty)
    let home = ProcessInfo.processInfo.environment["HOME"] ?? "%h"
    #expect(folders("ReadWritePaths=-%h/Music /50%%h") == ["\(home)/Music", "/50%h"])
  }

  @Test(arguments: ["/srv/lists", "/srv/my lists", "/a\"b", "/back\\slash", "/50%", "/-dash"])
  func whatIsWrittenIsReadBack(path: String) {
    #expect(ServiceUnit.writable(ServiceUnit.line(allowing: FilePath(path))) == [FilePath(path)])
  }
}
