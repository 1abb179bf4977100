import Settings
import TestSupport
import Testing
import Tracks

@Suite struct RenderingTests {
  @Test func defaultsNeedOneLine() throws {
    var settings = Settings()
    settings.music = [FilePath("/srv/music")]
    #expect(try settings.yaml() == "music: ['/srv/music']\n")
  }

  @Test(arguments: [
    "/srv/it's", "/srv/a: b", "/srv/# c", "/srv/ d ", "/srv/\"e\"", "/srv/back\\slash", "/srv/tab\there",
    "/srv/new\nline",
    "/srv/é", "/srv/e\u{301}", "/srv/日本語", "/srv/😀", "/srv/\u{FEFF}x", "/srv/\u{85}x\u{2028}y\u{7F}", "/srv/[x, {y}]",
    "/srv/*",
    "/srv/%d &x !y", "/srv/\r",
  ])
  func aPathComesBackByteForByte(path: String) throws {
    var settings = Settings()
    settings.music = [FilePath(path), FilePath("/other")]
    settings.playlist.file = FilePath(path + ".m3u8")
    settings.paths = [Settings.PathRule(windows: #"D:\It's: \#(path.dropFirst(5))"#, here: FilePath(path))]
    let again = try Settings.parse(try settings.yaml(), file: FilePath("indexd.yaml"))
    #expect(again.music.map(\.bytes) == settings.music.map(\.bytes))
    #expect(again == settings)
    #expect(again.paths.map { Array($0.windows.utf8) } == settings.paths.map { Array($0.windows.utf8) })
  }

  @Test func aPathThatIsNotTextIsRefused() {
    var settings = Settings()
    settings.music = [FilePath(bytes: [0x2F, 0xE9])]
    #expect {
      try settings.yaml(for: FilePath("/x/indexd.yaml"))
    } throws: {
      "\($0)"
        == "/x/indexd.yaml: music cannot be written: a configuration holds text in UTF-8, and this is none; rename the file"
    }
  }

  @Test func anySettingsComeBack() throws {
    let seed: UInt64 = 7
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("ab'\":#-*&!%@`{}[],?|> \\\t\n\r~éß日\u{301}\u{FEFF}😀\u{7F}".unicodeScalars)
    func text() -> String {
      // A text cannot start with the byte order mark of the alphabet.
      var text = "x"
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        text.unicodeScalars.append(alphabet.randomElement(using: &random)!)
      }
      return text
    }
    func path() -> FilePath { FilePath("/" + text().replacing("/", with: "") + "x") }
    for _ in 0..<500 {
      var settings = Settings()
      settings.music = (0..<Int.random(in: 1...3, using: &random)).map { _ in path() }
      settings.exclude = (0..<Int.random(in: 0...2, using: &random)).map { _ in text() }
      settings.state = Bool.random(using: &random) ? path() : nil
      settings.playlist.precision = Double(Int.random(in: 5...99, using: &random)) / 100
      settings.playlist.selection.atMost = Int.random(in: 1...10_000, using: &random)
      settings.labels.rules.activePlaylists = (0..<Int.random(in: 0...2, using: &random)).map { _ in text() }
      settings.labels.rules.usesRatings = Bool.random(using: &random)
      settings.labels.rules.archived = LabelRules.Archived.allCases.randomElement(using: &random)!
      settings.labels.rules.multiTrackMinutes = Double(Int.random(in: 10...14_400, using: &random)) / 10
      settings.analysis.workers = Bool.random(using: &random) ? 3 : nil
      settings.model.learner = LearnerName.serving.randomElement(using: &random)!
      let written = try settings.yaml()
      #expect(try Settings.parse(written, file: FilePath("x")) == settings, "seed \(seed): \(written)")
    }
  }

  /// Damaged text is refused or read, never a trap.
  @Test func damagedTextIsToldOrRead() {
    var random = SeededGenerator(seed: 11)
    let text = Array(
      "music: [/m, '~/n']\npaths:\n  'D:\\M': /m\nplaylist: {precision: 0.5, paths: auto}\nlabels:\n  goodPlays: 3\n"
        .utf8)
    for _ in 0..<3_000 {
      var damaged = text
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<damaged.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: damaged.remove(at: index)
        case 1: damaged[index] = UInt8.random(in: 9...126, using: &random)
        default: damaged.insert(Array("&*!{}[]:-?|>'\"\n\t".utf8).randomElement(using: &random)!, at: index)
        }
      }
      do {
        _ = try Settings.parse(String(decoding: damaged, as: UTF8.self), file: FilePath("x"))
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
  }
}
