import Foundation
import TestSupport
import Testing

/// What a report takes over from the one that it replaces.
@Suite(.blocking) struct KeptStudiesTests {
  private let mark = "<meta name=\"indexd-studies\" content=\""

  private func text(_ library: OwnersLibrary) throws -> String {
    try String(contentsOfFile: library.folder["report.html"], encoding: .utf8)
  }

  private func kept(_ library: OwnersLibrary) throws -> [String: Any] {
    let text = try text(library)
    let start = try #require(text.range(of: mark)).upperBound
    let data = try #require(Data(base64Encoded: String(text[start...].prefix { $0 != "\"" })))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// Puts other studies into the report.
  private func keep(_ studies: Data, _ library: OwnersLibrary) throws {
    let text = try text(library)
    let start = try #require(text.range(of: mark)).upperBound
    let end = try #require(text[start...].firstIndex(of: "\""))
    try text.replacingCharacters(in: start..<end, with: studies.base64EncodedString()).write(
      toFile: library.folder["report.html"], atomically: true, encoding: .utf8)
  }

  private func report(_ library: OwnersLibrary, _ options: [String] = []) throws {
    let run = try library.command(["report"] + options + [library.folder["report.html"]])
    #expect(run.code == 0, "\(run.errors)")
  }

  @Test func answersAreTakenOverWhileNothingHasChanged() throws {
    let library = try OwnersLibrary(liked: 21, rejected: 20, unheard: 2, seconds: 5)
    #expect(try library.tryOnce().code == 0)
    try report(library)
    let first = try kept(library)
    // An answer that no study gives shows where it comes from.
    var trained = try #require(first["trained"] as? [String: Any])
    var curve = try #require(trained["learningCurve"] as? [[String: Any]])
    curve[0]["auc"] = 0.98765
    trained["learningCurve"] = curve
    let marked = first.merging(["trained": trained]) { _, new in new }
    try keep(try JSONSerialization.data(withJSONObject: marked), library)
    try report(library)
    let second = try #require((try kept(library)["trained"] as? [String: Any])?["learningCurve"] as? [[String: Any]])
    #expect(second[0]["auc"] as? Double == 0.98765)
    // A quick one does not lose them.
    try report(library, ["--quick"])
    #expect(try (kept(library) as NSDictionary).isEqual(marked))
    // Another opinion makes them anew.
    #expect(try library.command(["label", "liked 0", "bad"]).code == 0)
    #expect(
      try indexd.run(["--config", library.configuration(), "--once"], environment: library.environment).code == 0)
    try report(library)
    let third = try kept(library)
    #expect(third["basis"] as? String != first["basis"] as? String)
    let anew = try #require((third["trained"] as? [String: Any])?["learningCurve"] as? [[String: Any]])
    #expect(anew[0]["auc"] as? Double != 0.98765)
  }

  @Test func whatCannotBeReadIsMadeAnew() throws {
    let library = try OwnersLibrary(liked: 20, rejected: 20, unheard: 2, seconds: 5)
    #expect(try library.tryOnce().code == 0)
    try report(library)
    let first = try kept(library)
    try keep(Data("{\"basis\": 7}".utf8), library)
    try report(library)
    #expect(try (kept(library) as NSDictionary).isEqual(first))
  }
}
