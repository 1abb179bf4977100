import Testing
import Tracks

@testable import Pipeline

@Suite struct VersionGroupsTests {
  @Test(arguments: [
    ("Blue Sky (off vocal)", true), ("Blue Sky [TV Size]", true), ("BLUE  sky", true), ("Blue Sky ~acoustic~", true),
    ("Blue Sky - Live", true), ("Blue Sky（カラオケ）", true), ("Blue Skyline", false), ("Sky", false),
  ])
  func aVersionIsToldByItsName(_ title: String, _ isVersion: Bool) {
    let song = VersionGroups.name(of: TrackTags(title: "Blue Sky", artist: "Ann"))
    #expect((VersionGroups.name(of: TrackTags(title: title, artist: "ANN")) == song) == isVersion)
    #expect(VersionGroups.name(of: TrackTags(title: title, artist: "Bob")) != song)
  }

  @Test func aTitleOfBracketsAloneKeepsThem() {
    #expect(
      VersionGroups.name(of: TrackTags(title: "(intro)", artist: "Ann"))
        != VersionGroups.name(of: TrackTags(title: "[outro]", artist: "Ann")))
    #expect(VersionGroups.name(of: TrackTags(title: "Song")) == nil)
    #expect(VersionGroups.name(of: TrackTags(title: " ", artist: "Ann")) == nil)
  }

  @Test func filesThatAreJoinedHaveOneNameWhateverTheirNumbers() throws {
    func identity(_ number: UInt8) throws -> AudioIdentity {
      try #require(AudioIdentity(bytes: [1] + [UInt8](repeating: number, count: 16)))
    }
    var groups = VersionGroups()
    groups.join(7, 3)
    groups.join(9, 7)
    let named: [(file: Int64, tags: TrackTags)] = [
      (file: 20, tags: TrackTags(title: "A", artist: "Ann")), (file: 4, tags: TrackTags(title: "B", artist: "Ann")),
      (file: 9, tags: TrackTags(title: "A (live)", artist: "Ann")), (file: 5, tags: TrackTags()),
    ]
    groups.join(named: named)
    let names = try [20, 3, 9, 7, 4, 5].enumerated().map { number, file in
      groups.name(of: file, identity: try identity(UInt8(number)))
    }
    #expect(Set(names.prefix(4)).count == 1)
    #expect(Set(names).count == 3)
    // Other numbers for the same files, in the same order of identities: the same names.
    var others = VersionGroups()
    others.join(1, 2)
    others.join(2, 3)
    others.join(3, 4)
    let again = try [4, 1, 3, 2, 60, 50].enumerated().map { number, file in
      others.name(of: file, identity: try identity(UInt8(number)))
    }
    #expect(names == again)
  }
}
