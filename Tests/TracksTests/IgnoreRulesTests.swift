import TestSupport
import Testing
import Tracks

/// A walk's view of a path: every folder above it has to be let in first.
private func isLeftOut(_ path: String, by rules: IgnoreRules) -> Bool {
  let chain = IgnoreChain(rules)
  let parts = path.split(separator: "/").map(String.init)
  for end in 1...parts.count {
    let isFolder = end < parts.count || path.hasSuffix("/")
    if chain.ignores(FilePath(parts[..<end].joined(separator: "/")), isFolder: isFolder) { return true }
  }
  return false
}

@Suite struct IgnoreRulesTests {
  @Test(arguments: [
    // pattern, left out, kept
    ("*.tmp", ["a.tmp", "x/y/.tmp"], ["a.tmp.flac", "tmp"]),
    ("Audiobooks/", ["Audiobooks/a.flac", "x/Audiobooks/y/a.flac"], ["Audiobooks", "MyAudiobooks/a.flac"]),
    ("/Audiobooks", ["Audiobooks", "Audiobooks/a.flac"], ["x/Audiobooks/a.flac"]),
    ("x/*.flac", ["x/a.flac"], ["x/y/a.flac", "y/x/a.flac"]),
    ("x/**", ["x/a", "x/y/a"], ["x", "y/x/a"]),
    ("**/x/a", ["x/a", "y/x/a", "y/z/x/a"], ["yx/a", "x/b"]),
    ("x/**/a", ["x/a", "x/y/a", "x/y/z/a"], ["x/ya", "xa"]),
    ("Disc ?", ["Disc 1", "Disc é", "Disc 日"], ["Disc 12", "Disc "]),
    ("[0-9a].flac", ["7.flac", "a.flac"], ["b.flac", "77.flac", ".flac"]),
    ("[!0-9].flac", ["a.flac", "é.flac"], ["7.flac"]),
    ("[]x].flac", ["].flac", "x.flac"], ["[]x].flac"]),
    ("[x.flac", ["[x.flac"], ["x.flac"]),
    ("\\#1.flac", ["#1.flac"], ["1.flac"]),
    (#"\!.flac"#, ["!.flac"], [".flac"]),
    (#"a\*.flac"#, ["a*.flac"], ["ab.flac"]),
    ("#comment", [], ["#comment", "comment"]),
    ("trailing  ", ["trailing"], ["trailing  "]),
    (#"kept\ "#, ["kept "], ["kept"]),
    ("a*b*c", ["abc", "axxbxxc", "abbc"], ["acb", "ab/c"]),
    ("Hörspiel*", ["Hörspiele", "x/Hörspiel 1/a"], ["hörspiel"]),
    ("/", [], ["a", "a/b"]),
    ("***", ["a", "b/c"], []),
  ])
  func aPatternFitsWhatItsSyntaxSays(pattern: String, leftOut: [String], kept: [String]) {
    let rules = IgnoreRules(patterns: [pattern])
    for path in leftOut { #expect(isLeftOut(path, by: rules), "\(pattern) leaves out \(path)") }
    for path in kept { #expect(!isLeftOut(path, by: rules), "\(pattern) keeps \(path)") }
  }

  @Test func theLastPatternThatFitsDecides() {
    let rules = IgnoreRules(patterns: ["*.mp3", "!keep*.mp3", "keep not.mp3"])
    #expect(isLeftOut("a.mp3", by: rules))
    #expect(!isLeftOut("keep.mp3", by: rules))
    #expect(isLeftOut("keep not.mp3", by: rules))
  }

  @Test func anEmptyFileLeavesOutItsFolder() {
    for contents in ["", "\r\n", "\u{FEFF} \n\t\n"] {
      #expect(IgnoreRules(contents: Array(contents.utf8)).ignoresEverything)
    }
    let commented = IgnoreRules(contents: Array("# *.mp3\n".utf8))
    #expect(!commented.ignoresEverything)
    #expect(commented.isEmpty)
  }

  @Test func aFileOfWindowsIsRead() {
    let rules = IgnoreRules(contents: Array("\u{FEFF}*.mp3\r\n\r\nlive/\r\n".utf8))
    #expect(isLeftOut("a.mp3", by: rules))
    #expect(isLeftOut("live/a.flac", by: rules))
    #expect(!isLeftOut("a.flac", by: rules))
  }

  @Test func innerRulesOverruleOuterOnes() {
    let root = IgnoreChain(IgnoreRules(patterns: ["*.mp3"]))
    let inner = root.entering(FilePath("x"), rules: IgnoreRules(contents: Array("!a.mp3\n/b.flac\n".utf8)))
    #expect(!inner.ignores(FilePath("x/a.mp3"), isFolder: false))
    #expect(inner.ignores(FilePath("x/b.mp3"), isFolder: false))
    #expect(inner.ignores(FilePath("x/b.flac"), isFolder: false))
    #expect(root.ignores(FilePath("x/a.mp3"), isFolder: false))
    let deeper = inner.entering(FilePath("x/y"), rules: nil)
    #expect(!deeper.ignores(FilePath("x/y/b.flac"), isFolder: false))
    #expect(!deeper.ignores(FilePath("x/y/a.mp3"), isFolder: false))
    let emptied = inner.entering(FilePath("x/z"), rules: IgnoreRules(contents: []))
    #expect(emptied.ignores(FilePath("x/z/a.mp3"), isFolder: false))
  }

  @Test func namesThatAreNotTextAreComparedAsBytes() {
    let name = FilePath(bytes: Array("caf".utf8) + [0xE9])
    let chain = IgnoreChain(IgnoreRules(patterns: ["caf?"]))
    #expect(chain.ignores(name, isFolder: false))
    #expect(!IgnoreChain(IgnoreRules(patterns: ["café"])).ignores(name, isFolder: false))
    // Composed and decomposed names are two names.
    #expect(!IgnoreChain(IgnoreRules(patterns: ["café"])).ignores(FilePath("cafe\u{301}"), isFolder: false))
  }

  /// Globs without sets against a matcher that tries every way.
  @Test func agreesWithAMatcherThatTriesEverything() {
    func tries(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
      guard let first = pattern.first else { return text.isEmpty }
      switch first {
      case "*":
        return tries(pattern.dropFirst(), text)
          || (text.first.map { $0 != "/" } ?? false) && tries(pattern, text.dropFirst())
      case "?": return (text.first.map { $0 != "/" } ?? false) && tries(pattern.dropFirst(), text.dropFirst())
      default: return text.first == first && tries(pattern.dropFirst(), text.dropFirst())
      }
    }
    let seed: UInt64 = 20_260_101
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20_000 {
      var pattern = "/"
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        pattern += ["a", "b", "*", "?", "/"].randomElement(using: &random)!
      }
      // Two stars in a row and slashes at the ends mean something else.
      if pattern.contains("**") || pattern.hasSuffix("/") || pattern.hasPrefix("//") || pattern.contains("//") {
        continue
      }
      var text = ""
      for _ in 0..<Int.random(in: 1...7, using: &random) { text += ["a", "b", "/"].randomElement(using: &random)! }
      let rules = IgnoreRules(patterns: [pattern])
      let expected = tries(Array(pattern.dropFirst())[...], Array(text)[...])
      #expect(rules.verdict(on: Array(text.utf8)[...], isFolder: true) == (expected ? true : nil), "\(pattern) \(text)")
    }
  }

  @Test func aHostilePatternEndsQuickly() {
    let rules = IgnoreRules(patterns: [
      String(repeating: "*a", count: 60) + "b/c", String(repeating: "**/", count: 60) + "b",
    ])
    let path = Array(String(repeating: "a", count: 4_000).utf8)
    #expect(rules.verdict(on: path[...], isFolder: false) == nil)
  }
}
