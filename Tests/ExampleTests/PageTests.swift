import Foundation
import Testing

/// Holds the page of each target to the examples that are compiled and run here.
@Suite struct PageTests {
  private let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.contains(".") }.sorted()
  }

  /// The examples of these tests by the name of their target, without their indentation.
  private func examples() throws -> [String: String] {
    var found: [String: String] = [:]
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasSuffix("Examples.swift")
    {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      var name: String?
      for line in text.components(separatedBy: "\n") {
        let words = line.trimmingCharacters(in: .whitespaces)
        if words.hasPrefix("// Example: ") {
          name = String(words.dropFirst("// Example: ".count))
        } else if words == "// End" {
          name = nil
        } else if let name {
          found[name, default: ""] += line.dropFirst(min(4, line.prefix { $0 == " " }.count)) + "\n"
        }
      }
    }
    return found
  }

  @Test func everyTargetHasAPageThatOpensWithAnExample() throws {
    let examples = try examples()
    let sources = root.appendingPathComponent("Sources")
    var seen = 0
    for floor in try names(sources) where floor != "system" {
      for target in try names(sources.appendingPathComponent(floor)) {
        seen += 1
        let page = sources.appendingPathComponent("\(floor)/\(target)/\(target).docc/\(target).md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let parts = text.components(separatedBy: "\n\n")
        #expect(parts.first == "# ``\(target)``" || floor == "programs", "\(page.path)")
        #expect(parts.count >= 3 && !parts[1].contains("\n\n"), "\(page.path) has no sentence")
        let blocks = text.components(separatedBy: "```")
        try #require(blocks.count >= 3, "\(page.path) has no example")
        #expect(blocks[0].components(separatedBy: "\n\n").count == 3, "\(page.path) does not open with its example")
        if let example = examples[target] {
          #expect(blocks[1] == "swift\n" + example, "\(page.path) shows another example than is compiled")
        } else {
          #expect(floor == "programs" && blocks[1].hasPrefix("sh\nindex"), "\(target) has no example")
        }
      }
    }
    #expect(seen > 20)
  }
}
