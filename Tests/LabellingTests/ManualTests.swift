import Foundation
import Labelling
import Testing
import Tracks

/// indexd(8) tells of every reason of a label.
@Suite struct ManualTests {
  @Test func tellsOfEveryReasonAndNoOther() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("config/man/indexd.8.md")
    let rows = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
      .drop { $0 != "| Reason | Label | When |" }.dropFirst(2).prefix { $0.hasPrefix("|") }
      .map { $0.components(separatedBy: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    #expect(rows.map { $0[1] }.sorted() == LabelReason.allCases.map { "`\($0.rawValue)`" }.sorted())
    let labels = TrackLabel.allCases.map(\.rawValue) + ["any"]
    for row in rows {
      for label in row[2].components(separatedBy: ", ") { #expect(labels.contains(label), "\(row[1]) \(label)") }
      #expect(row[3].hasSuffix("."), "\(row[1])")
    }
  }
}
