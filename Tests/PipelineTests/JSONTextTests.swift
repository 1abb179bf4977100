import Foundation
import Pipeline
import Platform
import Testing

@Suite struct JSONTextTests {
  /// What steers a terminal is escaped, so that a reader gets every character and the screen none.
  @Test func textIsKeptAndSteersNoTerminal() throws {
    for name in ["a\nb\r\tc", "\u{1B}[2J\u{9B}2J", "\u{202E}gnp\u{2066}\u{200F}", "\u{85}\u{2028}\u{2029}", "Ä 日本 😀"] {
      let line = JSONValue.object([("name", .text(name))]).line
      let read = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
      #expect(read?["name"].map { Array($0.unicodeScalars) } == Array(name.unicodeScalars))
      #expect(!line.unicodeScalars.contains { $0.properties.isBidiControl })
      #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
      #expect(!line.unicodeScalars.contains { $0 == "\u{2028}" || $0 == "\u{2029}" })
    }
  }
}
