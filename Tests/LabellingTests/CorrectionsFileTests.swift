import Labelling
import TestSupport
import Testing
import Tracks

@Suite struct CorrectionsFileTests {
  private let identity = AudioIdentity(scheme: .mpegFrames, digest: [UInt8](0..<16))

  private func read(_ text: String) -> CorrectionsFile {
    CorrectionsFile(contents: Array(text.utf8))
  }

  private func words(
    _ text: String, _ paths: [String], music: [String] = ["/m", "/n"], identities: [Int64: AudioIdentity] = [:]
  ) -> [Int64: Correction] {
    let files = paths.enumerated().map { (Int64($0.offset), FilePath($0.element), identities[Int64($0.offset)]) }
    return read(text).words(for: files, music: music.map { FilePath($0) }).words
  }

  @Test func linesAreRead() {
    let file = read(
      "\u{FEFF}# mine\r\n\r\n good\tA/b c.flac \r\nbad /m/x.mp3\nignore Podcasts//\n"
        + "auto audio:\(identity.hexadecimal) A/b.mp3\ngood \"a\\nb\\x41\\\"\\\\/\"")
    #expect(file.problems.isEmpty)
    #expect(
      file.entries == [
        .init(line: 3, word: .good, subject: .file(FilePath("A/b c.flac"))),
        .init(line: 4, word: .bad, subject: .file(FilePath("/m/x.mp3"))),
        .init(line: 5, word: .ignore, subject: .folder(FilePath("Podcasts"))),
        .init(line: 6, word: nil, subject: .audio(identity)),
        .init(line: 7, word: .good, subject: .folder(FilePath("a\nbA\"\\"))),
      ])
  }

  @Test(arguments: [
    ("Good a", "line 1: \"Good\" is none of the words good, bad, ignore and auto"),
    ("good", "line 1: a path or audio: is missing behind good"),
    ("good audio:12", "line 1: audio: is followed by no identity of 34 hexadecimal digits"),
    ("good \"a", "line 1: the quoted path has no end, or a backslash stands before something unknown"),
    ("good \"a\\q\"", "line 1: the quoted path has no end, or a backslash stands before something unknown"),
    ("good \"\\x00\"", "line 1: the path is empty or holds a NUL"),
    ("good \"\"", "line 1: the path is empty or holds a NUL"),
  ])
  func aLineThatCannotBeReadCostsItself(line: String, problem: String) {
    let file = read(line + "\nbad b")
    #expect(file.problems == [problem])
    #expect(file.entries.map(\.line) == [2])
  }

  @Test func pathsAreAbsoluteOrOfAnyMusicFolder() {
    #expect(words("good a\nbad /n/b", ["/m/a", "/n/a", "/m/b", "/n/b"]) == [0: .good, 1: .good, 3: .bad])
  }

  @Test func theNarrowerSubjectWins() {
    let text = "good audio:\(identity.hexadecimal)\nbad A/x\nignore A/\ngood A/B/\nauto A/B/C/"
    let found = words(
      text, ["/m/A/x", "/m/A/y", "/m/A/B/x", "/m/A/B/C/x", "/m/z", "/m/A/B/C/D/y"], identities: [2: identity])
    #expect(found == [0: .bad, 1: .ignore, 2: .good])
    #expect(words("bad A/\ngood A/x", ["/m/A/x"], identities: [0: identity]) == [0: .good])
    #expect(words("bad A/x\ngood audio:\(identity.hexadecimal)", ["/m/A/x"], identities: [0: identity]) == [0: .good])
  }

  @Test func ofTwoLinesTheLaterHolds() {
    #expect(words("good a\nbad a", ["/m/a"]) == [0: .bad])
    #expect(words("good a\nauto a", ["/m/a"]) == [:])
  }

  @Test func aFolderIsNoPrefixOfAName() {
    #expect(words("bad A/", ["/m/A", "/m/AB/x", "/m/A/x"]) == [2: .bad])
    #expect(words("bad /", ["/m/A"]) == [0: .bad])
  }

  @Test func whatNamesNoTrackIsTold() {
    let file = read("good gone\nbad a\nignore None/\ngood a\nauto audio:\(identity.hexadecimal)")
    let outcome = file.words(for: [(1, FilePath("/m/a"), nil)], music: [FilePath("/m")])
    #expect(outcome.words == [1: .good])
    #expect(outcome.unmatched.map(\.line) == [1, 3, 5])
  }

  @Test func anyCorrectionComesBack() {
    let seed: UInt64 = 3
    var random = SeededGenerator(seed: seed)
    let alphabet: [UInt8] = Array("ab \"\\#/:\n\r\t".utf8) + [0xE9, 0xC3, 0xA9, 0x7F, 0x01]
    for _ in 0..<3_000 {
      var path = (0..<Int.random(in: 1...8, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
      while path.last == 0x2F { path.removeLast() }
      if path.isEmpty { continue }
      let subject: CorrectionsFile.Subject =
        Bool.random(using: &random) ? .file(FilePath(bytes: path)) : .folder(FilePath(bytes: path))
      let word = [Correction.good, .bad, .ignore, nil].randomElement(using: &random)!
      let file = CorrectionsFile(contents: CorrectionsFile.line(word, subject) + [0x0A])
      #expect(file.entries == [.init(line: 1, word: word, subject: subject)], "seed \(seed): \(path)")
    }
    let line = CorrectionsFile.line(.bad, .audio(identity), note: "A\nB.mp3")
    #expect(String(decoding: line, as: UTF8.self) == "bad audio:\(identity.hexadecimal) A B.mp3")
    #expect(CorrectionsFile(contents: line).entries == [.init(line: 1, word: .bad, subject: .audio(identity))])
  }
}
