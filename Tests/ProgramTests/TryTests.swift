import Foundation
import Glibc
import TestSupport
import Testing

@Suite(.blocking) struct TryTests {
  @Test func doesTheWholeJobOnceAndNothingTheSecondTime() throws {
    let library = try OwnersLibrary()
    let first = try library.tryOnce()
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.output.contains("24 good, 24 bad, 0 undecided, 12 unheard, 0 excluded"))
    #expect(first.errors.isEmpty)
    // Paths are as long as they are; everything else fits 80 columns.
    let lines = first.output.components(separatedBy: "\n").filter { !$0.contains("/") }
    #expect(lines.allSatisfy { $0.count <= 80 })

    let playlist = try library.playlist()
    let text = try String(contentsOfFile: playlist, encoding: .utf8)
    #expect(text.hasPrefix("#EXTM3U\n#GENERATOR:indexd\n# "))
    // The exports tell of Windows, and yet players of this machine open the list.
    let paths = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(paths.allSatisfy { FileManager.default.fileExists(atPath: String($0)) })
    let listed = paths.map { ($0 as NSString).lastPathComponent }
    for (number, name) in listed.prefix(5).enumerated() {
      #expect(first.output.contains("  \(number + 1)  music/\(name)\n"), "\(first.output)")
    }
    #expect(Set(listed).isSubset(of: library.unheard))
    // Half of the unheard songs are calm; the owner likes calm songs, so the best of them come first.
    let calm = Set(library.unheard.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
    #expect(Set(listed.prefix(6)) == calm)

    var before = stat()
    #expect(stat(playlist, &before) == 0)
    let second = try library.tryOnce()
    #expect(second.code == 0)
    var after = stat()
    #expect(stat(playlist, &after) == 0)
    #expect(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec)
    #expect(try library.dump() == library.dump())
  }

  @Test func answersInTheFormThatProgramsRelyOn() throws {
    let library = try OwnersLibrary()
    _ = try library.tryOnce()
    let status = try #require(try library.answer(["status", "--json"]) as? [String: Any])
    #expect(
      Set(status.keys).isSuperset(of: [
        "library", "labels", "model", "playlist", "watch", "daemon", "analysis", "imports", "retraining", "trackRecord",
      ]))
    #expect(
      Set((status["library"] as? [String: Int] ?? [:]).keys)
        == ["files", "analysed", "waiting", "failed", "missing", "unreadable"])
    #expect(
      status["library"] as? [String: Int]
        == ["files": 60, "analysed": 60, "waiting": 0, "failed": 0, "missing": 0, "unreadable": 0])
    let model = try #require(status["model"] as? [String: Any])
    for key in [
      "learner", "trainedAt", "songs", "split", "auc", "aucLow", "aucHigh", "precision", "precisionLow", "recall",
      "threshold", "baseRate",
    ] { #expect(model[key] != nil, "\(key)") }
    #expect((status["daemon"] as? [String: Any])?["running"] as? Bool == false)
    #expect((status["daemon"] as? [String: Any])?["since"] is NSNull)

    let labels = try #require(try library.answer(["labels", "--json"]) as? [[String: Any]])
    #expect(labels.count == 60)
    #expect(labels.filter { $0["reason"] as? String == "archivedNotActive" }.count == 24)
    #expect(labels.filter { $0["label"] as? String == "good" }.allSatisfy { $0["plays"] as? Int == 12 })

    let scores = try #require(try library.answer(["scores", "--json"]) as? [[String: Any]])
    #expect(scores.count == 60)
    let probabilities = scores.compactMap { $0["probability"] as? Double }
    #expect(probabilities.count == 60 && probabilities == probabilities.sorted(by: >))
    let top = try #require(
      try library.answer(["scores", "--json", "--label", "unheard", "--top", "3"]) as? [[String: Any]])
    #expect(top.count == 3 && top.allSatisfy { $0["label"] as? String == "unheard" })

    let rows = try #require(
      try library.answer(["evaluate", "--json", "--learners", "study-tree,logistic,forest"]) as? [[String: Any]])
    #expect(Set(rows.compactMap { $0["learner"] as? String }) == ["study-tree", "logistic", "forest"])
    for row in rows {
      #expect(
        Set(row.keys) == [
          "learner", "features", "source", "level", "aggregate", "split", "precision", "recall", "f05", "combined",
          "auc",
          "aucLow", "aucHigh", "brier", "seconds",
        ])
    }
    let forest = rows.first { $0["learner"] as? String == "forest" && $0["split"] as? String == "song" }
    #expect((forest?["auc"] as? Double ?? 0) > 0.95)
  }

  @Test func withoutAnExportItAnalysesAndSaysWhatIsMissing() throws {
    let library = try OwnersLibrary(liked: 2, rejected: 2, unheard: 2)
    let run = try library.tryOnce([])
    #expect(run.code == 0)
    #expect(run.output.contains("6 unheard"))
    #expect(run.output.contains("Playback Statistics"))
    let scores = try #require(try library.answer(["scores", "--json"]) as? [[String: Any]])
    #expect(scores.allSatisfy { $0["probability"] is NSNull })
    let paths = scores.compactMap { $0["path"] as? String }
    #expect(paths == paths.sorted())
    #expect(try (library.answer(["status", "--json"]) as? [String: Any])?["model"] is NSNull)
  }

  @Test func aRefusedExportForgetsNoneOfTheEarlierOnes() throws {
    let library = try OwnersLibrary()
    #expect(try library.tryOnce().code == 0)
    func labels() throws -> [String: Int] {
      let status = try #require(try library.answer(["status", "--json"]) as? [String: Any])
      return status["labels"] as? [String: Int] ?? [:]
    }
    let before = try labels()
    #expect(before["good"] ?? 0 > 0)
    try library.folder.write("", to: "Empty.xml")
    #expect(try library.tryOnce(["Empty.xml"]).code == 1)
    #expect(try labels() == before)
    // One that is taken stands for all before it.
    #expect(try library.tryOnce(["Statistics.xml"]).code == 0)
    #expect(try labels() != before)
  }

  @Test func tooFewLabelsGiveAMessageInsteadOfAModel() throws {
    let library = try OwnersLibrary(liked: 5, rejected: 25, unheard: 3, seconds: 5)
    let run = try library.tryOnce()
    #expect(run.code == 0)
    let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("15 more liked songs (there are 5)"))
  }

  @Test func aRenamedFileKeepsEverythingAndIsNotAnalysedAgain() throws {
    let library = try OwnersLibrary(liked: 3, rejected: 3, unheard: 3, seconds: 5)
    _ = try library.tryOnce()
    let before = try library.dump()
    let opening = OpeningOf(library.folder["music/unheard 0.wav"])
    try FileManager.default.moveItem(
      atPath: library.folder["music/unheard 0.wav"], toPath: library.folder["music/moved.wav"])
    let run = try library.tryOnce(["Statistics.xml"])
    #expect(run.code == 0)
    #expect(!opening.hasHappened)
    let after = try library.dump()
    #expect(after.count == before.count)
    let old = try #require(before.first { $0.contains("unheard 0.wav") })
    let new = try #require(after.first { $0.contains("moved.wav") })
    func audio(_ line: String) throws -> [String: Any] { try #require(try json(line) as? [String: Any]) }
    #expect(try audio(old)["identity"] as? String == audio(new)["identity"] as? String)
    #expect(try audio(old)["blocks"] as? String == audio(new)["blocks"] as? String)
  }

  @Test func aRetaggedFileIsRecognisedAndNotAnalysedAgain() throws {
    let library = try OwnersLibrary(liked: 3, rejected: 3, unheard: 3, seconds: 5)
    _ = try library.tryOnce()
    let before = try library.dump()
    let file = library.folder["music/unheard 0.wav"]
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    bytes += Array("LIST".utf8) + [18, 0, 0, 0] + Array("INFOINAM".utf8) + [6, 0, 0, 0] + Array("Other".utf8) + [0]
    bytes.replaceSubrange(4..<8, with: withUnsafeBytes(of: UInt32(bytes.count - 8).littleEndian, Array.init))
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    let run = try indexd.run(["--config", library.configuration(), "--once"], environment: library.environment)
    #expect(run.code == 0)
    #expect(run.errors.contains("analysed 0 files, recognised 1, 0 cannot be read"), "\(run.errors)")
    func audio(_ lines: [String]) throws -> [String: Any] {
      let line = try #require(lines.first { $0.contains("unheard 0.wav") })
      return try #require(try json(line) as? [String: Any])
    }
    let (old, new) = (try audio(before), try audio(library.dump()))
    #expect(old["identity"] as? String == new["identity"] as? String)
    #expect(old["blocks"] as? String == new["blocks"] as? String)
  }

  @Test func writesThePlaylistInTheWindowsWayWhenAsked() throws {
    let library = try OwnersLibrary()
    _ = try library.tryOnce()
    let file = try library.configuration()
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let edited = text.replacingOccurrences(of: "paths: absolute", with: "paths: windows")
    try edited.write(toFile: file, atomically: true, encoding: .utf8)
    let run = try library.tryOnce()
    #expect(run.code == 0, "\(run.errors)")
    let playlist = try String(contentsOfFile: library.playlist(), encoding: .utf8)
    #expect(playlist.contains("\nD:\\Music\\unheard "))

    // Where an export names Linux folders they are no Windows ones, and what the owner says comes before what was found.
    let names = library.liked + library.rejected + library.unheard
    try library.folder.write("#EXTM3U\n" + names.map { "/else/where/\($0)\n" }.joined(), to: "Linux.m3u8")
    let exports = ["Statistics.xml", "Active.m3u8", "Linux.m3u8"]
    func lines() throws -> [Substring] {
      #expect(try library.tryOnce(exports).code == 0)
      return try String(contentsOfFile: library.playlist(), encoding: .utf8).split(separator: "\n").filter {
        !$0.hasPrefix("#")
      }
    }
    #expect(try lines().allSatisfy { $0.hasPrefix("D:\\Music\\unheard ") })
    try (edited + "paths:\n  'E:\\Mine': \(library.folder["music"])\n").write(
      toFile: file, atomically: true, encoding: .utf8)
    #expect(try lines().allSatisfy { $0.hasPrefix("E:\\Mine\\unheard ") })
  }
}

extension OwnersLibrary {
  /// The sorted dump of path, identity, label, features and score.
  func dump() throws -> [String] {
    let run = try command(["export", "-"])
    #expect(run.code == 0, "\(run.errors)")
    return run.output.split(separator: "\n").map(String.init).sorted()
  }
}
