import Foundation
import TestSupport
import Testing

/// What the programs say of the model and of the list, and that they say the same.
@Suite(.blocking) struct PromiseWordsTests {
  @Test func theListAndStatusSayTheSame() throws {
    let library = try OwnersLibrary()
    _ = try library.tryOnce()
    let comment = try #require(
      try String(contentsOfFile: library.playlist(), encoding: .utf8).components(separatedBy: "\n").first {
        $0.hasPrefix("# ")
      }
    ).dropFirst(2)
    let status = try #require(try library.answer(["status", "--json"]) as? [String: Any])
    let playlist = try #require(status["playlist"] as? [String: Any])
    let standing = try #require(playlist["standing"] as? [String: Any])
    #expect(standing["words"] as? String == String(comment))
    #expect(standing["share"] as? Double == playlist["expectedPrecision"] as? Double)
    #expect((standing["kind"] as? String == "promised") == (playlist["targetMet"] as? Bool))
    #expect(playlist["promisesKept"] is NSNull)
    // The model's figures, the list and the report tell of the same songs.
    let model = try #require(status["model"] as? [String: Any])
    #expect(model["precision"] as? Double == standing["share"] as? Double)
    #expect(model["precisionLow"] as? Double == standing["low"] as? Double)
    func words(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    let told = words(try library.command(["status"]).output)
    #expect(told.contains(words(String(comment))), "\(told)")

    let members = try #require(model["members"] as? [[String: Any]])
    #expect(members.compactMap { $0["learner"] as? String } == ["extra-trees", "kernel", "forest"])
    let weights = members.compactMap { $0["weight"] as? Double }
    #expect(weights.count == 3 && weights.allSatisfy { $0 >= 0 })
    let judgements = try #require(model["judgements"] as? [[String: Any]])
    #expect(judgements.first?["auc"] as? Double == model["auc"] as? Double)
    #expect(model["source"] as? String == "audio+tags")
    let rows = try #require(try library.answer(["models", "--json"]) as? [[String: Any]])
    #expect((rows[0]["members"] as? [[String: Any]])?.compactMap { $0["weight"] as? Double } == weights)
    #expect(rows[0]["source"] as? String == "audio+tags")
    #expect(words(try library.command(["models"]).output).contains("weighs extra-trees"))
    #expect(told.contains("weighs extra-trees"))
    let report = library.folder["report.html"]
    #expect(try library.command(["report", "--quick", report]).code == 0)
    let page = try String(contentsOfFile: report, encoding: .utf8)
    #expect(page.contains("It weighs its learners: extra-trees"))
    #expect(page.contains(comment))
  }
}
