import Testing
import Tracks

@Suite struct FilePathTests {
  @Test(arguments: [
    ("/m/a/b.flac", "b.flac", "/m/a", "flac"), ("/b.FLAC", "b.FLAC", "/", "flac"), ("b", "b", "", ""),
    ("/m/.hidden", ".hidden", "/m", ""),
    ("/m/a.tar.gz", "a.tar.gz", "/m", "gz"), ("/m/a.", "a.", "/m", ""), ("/m.x/a", "a", "/m.x", ""), ("", "", "", ""),
  ])
  func partsOfAPath(path: String, name: String, parent: String, suffix: String) {
    let path = FilePath(path)
    #expect(path.name == FilePath(name))
    #expect(path.parent == FilePath(parent))
    #expect(path.fileExtension == suffix)
  }

  @Test(arguments: [
    ("/m", "/m", true), ("/m/a", "/m", true), ("/mm", "/m", false), ("/m", "/m/a", false), ("/m/a", "/", true),
    ("/m/a", "/m/", true),
  ])
  func insideCountsWholeComponents(path: String, folder: String, isInside: Bool) {
    #expect(FilePath(path).isInside(FilePath(folder)) == isInside)
  }

  @Test func childrenGetOneSlash() {
    #expect(FilePath("/").appending("a") == FilePath("/a"))
    #expect(FilePath("/m").appending("a") == FilePath("/m/a"))
    #expect(FilePath("/m/").appending(FilePath("a")) == FilePath("/m/a"))
    #expect(FilePath("").appending("a") == FilePath("a"))
  }

  @Test func namesAreBytes() {
    let composed = FilePath("é")
    let decomposed = FilePath("e\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed, FilePath("é")]).count == 2)
    #expect([composed, decomposed].sorted() == [decomposed, composed])
    let latin = FilePath(bytes: [0x61, 0xE9])
    #expect(latin.string == nil)
    #expect(latin.display == "a\u{FFFD}")
    latin.withCString { text in
      #expect(text[0] == 0x61 && text[1] == CChar(bitPattern: 0xE9) && text[2] == 0)
    }
  }
}

@Suite struct AudioIdentityTests {
  @Test func bytesComeBack() {
    for scheme in AudioIdentity.Scheme.allCases {
      let identity = AudioIdentity(scheme: scheme, digest: Array(100..<116))
      #expect(AudioIdentity(bytes: identity.bytes) == identity)
      #expect(identity.hexadecimal.count == 34)
    }
    #expect(AudioIdentity(bytes: [UInt8](repeating: 1, count: 16)) == nil)
    #expect(AudioIdentity(bytes: [UInt8](repeating: 0, count: 17)) == nil)
    #expect(
      AudioIdentity(scheme: .flacMD5, digest: [0x0A] + [UInt8](repeating: 0xFF, count: 15)).hexadecimal
        == "010a" + String(repeating: "f", count: 30))
  }

  @Test func schemesNeverMeet() {
    let digest = [UInt8](repeating: 7, count: 16)
    let all = AudioIdentity.Scheme.allCases.map { AudioIdentity(scheme: $0, digest: digest) }
    #expect(Set(all).count == all.count)
    #expect(all.shuffled().sorted().map(\.scheme) == AudioIdentity.Scheme.allCases)
  }
}

@Suite struct BlockLayoutTests {
  @Test func sizesAreTheStudysAndTheDesigns() {
    #expect(BlockLayout(.study).count == 1_072)
    #expect(BlockLayout(.dense).count == 1_051)
  }

  @Test(arguments: FeatureVariant.allCases)
  func featuresFollowEachOther(variant: FeatureVariant) {
    let layout = BlockLayout(variant)
    var end = 0
    for feature in BlockLayout.Feature.allCases {
      #expect(layout.range(feature).lowerBound == end)
      #expect(layout.range(feature).count == layout.count(feature))
      end = layout.range(feature).upperBound
    }
    #expect(end == layout.count)
  }
}
