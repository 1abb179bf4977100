import TestSupport
import Testing
import Tracks

/// Many patterns are arranged for speed; one pattern alone is compared as it stands, so both must agree.
@Suite struct IgnoreMatcherTests {
  /// What the last pattern that fits says, each compared alone.
  private func slowVerdict(_ patterns: [String], _ path: String, isFolder: Bool) -> Bool? {
    for pattern in patterns.reversed() {
      let isTakingBack = pattern.hasPrefix("!")
      let alone = IgnoreRules(patterns: [isTakingBack ? String(pattern.dropFirst()) : pattern])
      if alone.verdict(on: Array(path.utf8)[...], isFolder: isFolder) != nil { return !isTakingBack }
    }
    return nil
  }

  @Test func manyPatternsSayWhatEachSaysAlone() {
    var random = SeededGenerator(seed: 13)
    let pieces = ["a", "b", "ab", "abc", "*", "?", "[ab]", "/", "**/", "ä", "abcd", "*.", "!"]
    let letters = ["a", "b", "c", "d", "ä", "/", "."]
    for _ in 0..<60 {
      let patterns = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        (0..<Int.random(in: 1...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "a" }.joined()
          + (Bool.random(using: &random) ? "/" : "")
      }
      let rules = IgnoreRules(patterns: patterns)
      for _ in 0..<60 {
        let path = (0..<Int.random(in: 1...8, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
          .joined()
        let isFolder = Bool.random(using: &random)
        #expect(
          rules.verdict(on: Array(path.utf8)[...], isFolder: isFolder)
            == slowVerdict(patterns, path, isFolder: isFolder), "\(patterns) on \(path)")
      }
    }
  }

  @Test(arguments: ["*part %d of*", "*%d.flac", "%d*", "**/%d/*.flac", "[Tt]rack %d?*", "*x%d*y%d*"])
  func aFileCostsLittleWhateverTheNumberOfLines(shape: String) {
    let text = (10_000..<20_000).map { shape.replacing("%d", with: "\($0)") }.joined(separator: "\n")
    let rules = IgnoreRules(contents: Array(text.utf8))
    let paths = (0..<1_000).map { Array("An Artist/An Album (19\($0))/\($0 % 90) - A title 1\($0).flac".utf8) }
    let clock = ContinuousClock()
    let spent = clock.measure {
      for path in paths { _ = rules.verdict(on: path[...], isFolder: false) }
    }
    // Compared one by one they took 27 ms a file.
    #expect(spent < .seconds(4), "\(shape): \(spent) for 1,000 files")
  }

  @Test func aLineBeyondTheBoundsIsLeftOutAndCounted() {
    let long = String(repeating: "x", count: IgnoreRules.longestLine + 1)
    let many = (0..<IgnoreRules.mostLines + 5).map { "a\($0)" }
    let rules = IgnoreRules(contents: Array(([long] + many).joined(separator: "\n").utf8))
    #expect(rules.linesLeftOut == 6)
    #expect(rules.verdict(on: Array("a7".utf8)[...], isFolder: false) == true)
    #expect(IgnoreRules(patterns: ["a", "#b"]).linesLeftOut == 0)
  }
}
