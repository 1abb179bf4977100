import Foundation
import TestSupport
import Testing

/// Where commands write, and what they say of it.
@Suite(.blocking) struct StreamTests {
  @Test func aDashIsStandardOutput() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 5)
    _ = try library.tryOnce([])
    let report = try library.command(["report", "--quick", "-"])
    #expect(report.code == 0 && report.output.hasPrefix("<!DOCTYPE html>") && report.output.hasSuffix("</html>\n"))
    #expect(report.errors.contains("there is no model yet"))
    #expect(try library.command(["export", "-"]).output.split(separator: "\n").count == 3)
    let backup = try library.command(["backup", "-"])
    #expect(backup.code == 64 && backup.errors.contains("name a file"), "\(backup.errors)")
    #expect(!FileManager.default.fileExists(atPath: FileManager.default.currentDirectoryPath + "/-"))
  }

  @Test func theFileThatIsWrittenIsNamed() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 5)
    _ = try library.tryOnce([])
    let file = library.folder["all.jsonl"]
    #expect(try library.command(["export", file]).output == file + "\n")
  }

  @Test func aFileThatIsNotThereIsToldSoAndNoMore() throws {
    let folder = try TemporaryFolder()
    let run = try indexctl.run(["features", folder["none.wav"], "--start", "0"])
    #expect(run.code == 1)
    #expect(
      run.errors == "indexctl: \(folder["none.wav"]): the file does not exist (No such file or directory)\n",
      "\(run.errors)")
  }

  @Test func anExportThatIsForgottenTakesItsChangesAlong() throws {
    let library = try OwnersLibrary()
    func told(_ exports: [String]) throws -> String {
      try library.tryOnce(exports).output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    #expect(try told(["Statistics.xml", "Active.m3u8"]).contains("24 newly good, 24 newly bad"))
    let later = try told(["Active.m3u8"])
    #expect(later.contains("0 good, 24 bad") && later.contains("24 no longer good"), "\(later)")
    #expect(!later.contains("newly good"), "\(later)")
  }

  @Test func whatATrackNeedsIsSaidAlike() throws {
    let library = try OwnersLibrary()
    _ = try library.tryOnce()
    func words(_ arguments: [String]) throws -> String {
      try library.command(arguments).output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let status = try #require(try library.answer(["status", "--json"]) as? [String: Any])
    let standing = try #require((status["playlist"] as? [String: Any])?["standing"] as? [String: Any])
    let told = try #require(standing["words"] as? String)
    let models = try words(["models"])
    #expect(models.contains("Its list: " + told), "\(models)")
    #expect(!models.contains("least") || told.contains("least"))
    let file = library.folder["report.html"]
    #expect(try library.command(["report", "--quick", file]).code == 0)
    let page = try String(contentsOfFile: file, encoding: .utf8)
    if let enter = standing["enter"] as? Double, let stay = standing["stay"] as? Double {
      let limits =
        "A track needs a score of \(String(format: "%.3f", enter)) to come onto the list, and of "
        + "\(String(format: "%.3f", stay)) to stay on it."
      #expect(models.contains(limits) && page.contains(limits))
      #expect(try words(["status"]).contains(limits))
    } else {
      #expect(standing["kind"] as? String != "promised")
    }
    // A score is worth what was counted, and the count is told.
    let explained = try words(["explain", library.folder["music/unheard 0.wav"]])
    #expect(
      explained.contains(#/(You like \d+ of the \d+ judged songs?|No judged song) .*scored \d\.\d to \d\.\d/#),
      "\(explained)")
    let answer = try #require(
      try library.answer(["explain", library.folder["music/unheard 0.wav"], "--json"]) as? [String: Any])
    #expect((answer["alike"] as? [String: Any])?["songs"] is Int && answer["mayBeCoin"] as? Bool == false)
  }
}
