import Foundation
import Testing

/// Holds the public declarations to what their comments have to say.
@Suite struct ContractTests {
  /// The lines of each source file, by its path from `Sources` on.
  private let files: [String: [Substring]]

  init() throws {
    let sources = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources")
    var files: [String: [Substring]] = [:]
    let found = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
    for file in found?.allObjects as? [URL] ?? [] where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      files[String(file.path.dropFirst(sources.path.count + 1))] =
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
    try #require(files.count > 300)
    self.files = files
  }

  /// The text of a declaration from a line on to its opening brace, without what stands in parentheses.
  private static func declaration(_ lines: ArraySlice<Substring>) -> String {
    var outside = ""
    var depth = 0
    for line in lines.prefix(20) {
      for character in line {
        switch character {
        case "(", "[": depth += 1
        case ")", "]": depth -= 1
        case "{" where depth == 0: return outside
        default: if depth == 0 { outside.append(character) }
        }
      }
      outside.append(" ")
    }
    return outside
  }

  /// Whether the comment above a line says what is thrown.
  private static func saysWhatItThrows(_ lines: ArraySlice<Substring>) -> Bool {
    for line in lines.reversed() {
      let words = line.trimmingCharacters(in: .whitespaces)
      if words.hasPrefix("/// - Throws:") { return true }
      guard words.hasPrefix("///") || words.hasPrefix("@") else { return false }
    }
    return false
  }

  @Test func everyPublicFunctionThatThrowsSaysWhat() {
    var seen = 0
    for (file, lines) in files.sorted(by: { $0.key < $1.key }) {
      for (number, line) in lines.enumerated() {
        let words = line.split(separator: " ")
        guard words.first == "public", words.contains(where: { $0.hasPrefix("func") || $0.hasPrefix("init") }) else {
          continue
        }
        let own = Self.declaration(lines[number...]).split(separator: " ")
        guard own.contains("throws") else { continue }
        seen += 1
        let says = Self.saysWhatItThrows(lines[..<number])
        #expect(
          says, "Sources/\(file):\(number + 1) does not say what it throws: \(line)")
      }
    }
    #expect(seen > 200, "\(seen) declarations were looked at")
  }
}
