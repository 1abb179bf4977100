import Foundation
import TestSupport
import Testing

/// What readers of the manual alone stumbled over.
@Suite(.blocking) struct WalkthroughTests {
  private let library: OwnersLibrary

  init() throws {
    library = try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
  }

  private func setUp(_ more: [String]) throws -> BuiltProgram.Run {
    try indexctl.run(
      ["setup", "--user", "--music", library.folder["music"]] + more, environment: library.environment)
  }

  @Test(arguments: ["M:\\Probably liked.m3u8", "c:/Music/", "\\\\nas\\music\\list.m3u8"])
  func aPathOfWindowsIsNoneHere(path: String) throws {
    for option in ["--playlist", "--exports"] {
      let run = try setUp([option, path])
      #expect(run.code == 1 && run.errors.contains("\(path): is a path of Windows"), "\(run)")
    }
    #expect(!FileManager.default.fileExists(atPath: library.folder["config"]))
  }

  /// Two files of the same contents are told by their own names.
  @Test func aRefusedFileHasItsOwnName() throws {
    for name in ["empty.m3u8", "empty.xml"] { try library.folder.write("", to: "bad/\(name)") }
    #expect(try library.tryOnce([]).code == 0)
    for name in ["empty.xml", "empty.m3u8"] {
      let run = try library.tryOnce(["bad/\(name)"])
      #expect(run.errors.contains(library.folder["bad/\(name)"]), "\(run)")
      #expect(run.errors.components(separatedBy: "bad/").count == 2, "\(run.errors)")
    }
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("script"), "script is not installed"))
  func aSecondSetupSaysWhatItDoesNotAsk() throws {
    #expect(try setUp([]).code == 0)
    let run = try indexctl.run(
      ["setup", "--user"], environment: library.environment,
      through: ["sh", "-c", "printf '\\n' | script -qec \"$0 $*\" /dev/null"])
    let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("only what foobar2000 knows is asked for"), "\(run.output)")
    #expect(words.contains("Where is the profile") && !words.contains("Which folder"), "\(run.output)")
  }
}
