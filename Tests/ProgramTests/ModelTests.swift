import Foundation
import TestSupport
import Testing

/// The models, the track record and the report, through the built programs.
@Suite(.blocking) struct ModelTests {
  private func models(_ library: OwnersLibrary) throws -> [[String: Any]] {
    try #require(try library.answer(["models", "--json"]) as? [[String: Any]])
  }

  /// The number of the model in use.
  private func active(_ library: OwnersLibrary) throws -> Int? {
    let rows = try models(library).filter { $0["active"] as? Bool == true }
    #expect(rows.count == 1)
    return rows.first?["id"] as? Int
  }

  private func once(_ library: OwnersLibrary) throws {
    let run = try indexd.run(["--once", "--config", try library.configuration()], environment: library.environment)
    #expect(run.code == 0, "\(run.errors)")
  }

  @Test func aChosenModelStays() throws {
    let library = try OwnersLibrary()
    _ = try library.tryOnce()
    #expect(try active(library) == 1)
    // Trained again on the same songs the model is not worse, so it takes the place of the first.
    #expect(try library.command(["retrain"]).code == 0)
    try once(library)
    #expect(try active(library) == 2)
    let playlist = try String(contentsOfFile: library.playlist(), encoding: .utf8)

    let chosen = try library.command(["models", "--use", "1"])
    #expect(chosen.code == 0, "\(chosen.errors)")
    #expect(chosen.output.contains("by your choice"))
    #expect(try active(library) == 1)
    let scores = try #require(try library.answer(["scores", "--json"]) as? [[String: Any]])
    #expect(scores.allSatisfy { $0["probability"] is Double })
    #expect(try String(contentsOfFile: library.playlist(), encoding: .utf8) == playlist)

    #expect(try library.command(["retrain"]).code == 0)
    try once(library)
    let rows = try models(library)
    #expect(rows.map { $0["id"] as? Int } == [3, 2, 1])
    #expect(try active(library) == 1)
    #expect((rows[0]["verdict"] as? String)?.contains("you chose") == true)
    #expect(rows.map { $0["accepted"] as? Bool } == [false, true, true])
    #expect(rows[2]["chosen"] as? Bool == true && rows.allSatisfy { $0["usable"] as? Bool == true })
    for key in ["auc", "aucLow", "aucHigh", "precision", "precisionLow", "threshold", "baseRate", "recall", "brier"] {
      #expect(rows.allSatisfy { $0[key] is Double }, "\(key)")
    }

    #expect(try library.command(["models", "--use", "auto"]).code == 0)
    #expect(try active(library) == 2)
    #expect(try models(library).allSatisfy { $0["chosen"] as? Bool == false })
    let unknown = try library.command(["models", "--use", "99"])
    #expect(unknown.code == 1 && unknown.errors.contains("no model 99"))
    #expect(try library.command(["models", "--use", "best"]).code == 64)
    let words = try library.command(["models"]).output
    #expect(words.contains("* ") && words.contains("in use") && words.contains("combined"))
  }

  @Test func aRunningDaemonChangesTheModel() throws {
    let library = try OwnersLibrary()
    _ = try library.tryOnce()
    #expect(try library.command(["retrain"]).code == 0)
    try once(library)
    let daemon = try indexd.start(["--config", try library.configuration()], environment: library.environment)
    defer {
      daemon.send(SIGTERM)
      _ = daemon.wait()
    }
    // The answer to a request tells that the daemon is at work.
    while daemon.isRunning, try library.command(["rescan", "--wait"]).code != 0 {}
    let run = try library.command(["models", "--use", "1", "--json"])
    #expect(run.code == 0, "\(run.errors)")
    let rows = try #require(try json(run.output) as? [[String: Any]])
    #expect(rows.last?["active"] as? Bool == true)
    let unknown = try library.command(["models", "--use", "99"])
    #expect(unknown.code == 1 && unknown.errors.contains("no model 99"))
  }

  @Test func theTrackRecordFollowsTheImports() throws {
    let library = try OwnersLibrary()
    _ = try library.tryOnce()
    func record() throws -> [String: Int] {
      let status = try #require(try library.answer(["status", "--json"]) as? [String: Any])
      return try #require(status["trackRecord"] as? [String: Int])
    }
    let listed = try String(contentsOfFile: library.playlist(), encoding: .utf8)
      .split(separator: "\n").filter { $0.hasSuffix(".wav") }.map { String($0.split(separator: "/").last ?? "") }
    #expect(listed.count >= 6)
    #expect(try record() == ["recommended": listed.count, "liked": 0, "rejected": 0, "open": listed.count])

    // The owner plays three of them often and throws two out.
    let (played, thrown) = (Set(listed[0..<3]), Set(listed[3..<5]))
    let entries = library.statistics().components(separatedBy: "</Entry>").map { entry in
      played.contains { entry.contains("\\\($0)\"") }
        ? entry.replacingOccurrences(of: "Count=\"0\"", with: "Count=\"8\"") : entry
    }
    try library.folder.write(entries.joined(separator: "</Entry>"), to: "later/Statistics.xml")
    let active = (library.liked + library.unheard).filter { !thrown.contains($0) }
    try library.folder.write(
      "\u{FEFF}#EXTM3U\r\n" + active.map { "D:\\Music\\\($0)\r\n" }.joined(), to: "later/Active.m3u8")
    let imported = try library.command([
      "import", library.folder["later/Statistics.xml"], library.folder["later/Active.m3u8"],
    ])
    #expect(imported.code == 0, "\(imported.errors)")
    try once(library)
    let later = try record()
    #expect(later["liked"] == 3)
    #expect(later["rejected"] == 2)
    #expect(later["recommended"] == (later["open"] ?? 0) + 5)
    #expect((later["recommended"] ?? 0) >= listed.count)
    let words = try library.command(["status"]).output
    #expect(words.contains("3 liked, 2 rejected"))
  }

  @Test func theReportIsWrittenWhole() throws {
    let library = try OwnersLibrary(liked: 2, rejected: 2, unheard: 2, seconds: 5)
    _ = try library.tryOnce([])
    let file = library.folder["report.html"]
    let run = try library.command(["report", file])
    #expect(run.code == 0 && run.errors.contains("no model yet"))
    #expect(run.output.contains(file))
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.hasPrefix("<!DOCTYPE html>") && text.contains("</html>"))
    #expect(text.contains("There is no model yet."))
    let lost = try library.command(["report", library.folder["not/there/report.html"]])
    #expect(lost.code == 1 && lost.errors.contains(library.folder["not/there"]), "\(lost.errors)")
  }
}
