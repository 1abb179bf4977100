import Foundation
import Settings
import Testing
import Tracks

/// `config/indexd.yaml` against the code: a key that is added, renamed or given another range or default without its
/// text turns one of these red.
@Suite struct DocumentationTests {
  private static func shipped() throws -> [String] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("config/indexd.yaml"), encoding: .utf8)
    return text.components(separatedBy: "\n")
  }

  /// The comment lines above a key of a section, and the key's own line.
  private static func place(of key: String) throws -> (comment: String, line: String)? {
    let parts = key.split(separator: ".").map(String.init)
    var section: String?
    var comment: [String] = []
    for line in try shipped() {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.hasPrefix("# ") {
        comment.append(String(text.dropFirst(2)))
        continue
      }
      let bare = text.hasPrefix("#") ? String(text.dropFirst()) : text
      let isNested = line.hasPrefix(" ")
      if !isNested, bare.hasSuffix(":"), bare != "music:" { section = String(bare.dropLast()) }
      if bare.hasPrefix(parts.last! + ":"), parts.count == 1 ? !isNested : isNested && section == parts[0] {
        return (comment.joined(separator: " "), bare)
      }
      comment = []
    }
    return nil
  }

  @Test(arguments: Settings.keys)
  func aKeyIsDocumentedWithItsRangeAndDefault(key: SettingsKey) throws {
    let place = try #require(try Self.place(of: key.name), "\(key.name) is not in config/indexd.yaml")
    let wanted = key.wanted.prefix(1).uppercased() + key.wanted.dropFirst()
    #expect(
      place.comment.contains(wanted + ".") || place.comment.contains(key.wanted + "."),
      "the comment of \(key.name) lacks: \(wanted).")
    if key.name == "music" {
      #expect(place.comment.hasSuffix("Required."))
    } else if let value = key.defaultValue {
      let name = key.name.split(separator: ".").last!
      #expect(
        place.comment.hasSuffix("Default: \(value).") || place.comment.hasSuffix("Default: as here."),
        "the comment of \(key.name) lacks: Default: \(value).")
      #expect(place.line == "\(name): \(value)")
    } else {
      #expect(place.comment.contains("Default: "))
    }
  }

  @Test func theFileAsItIsHoldsTheDefaults() throws {
    var expected = Settings()
    expected.music = [FilePath("/srv/music")]
    #expect(try Settings.parse(try Self.shipped().joined(separator: "\n"), file: FilePath("indexd.yaml")) == expected)
  }

  @Test func everyCommentedKeyIsOneAndHasItsDefault() throws {
    // Keys without a fixed default show an example.
    let examples = Settings.keys.filter { $0.defaultValue == nil }.map { $0.name.split(separator: ".").last! + ":" }
    let lines = try Self.shipped().map { line in
      let text = line.trimmingCharacters(in: .whitespaces)
      guard text.hasPrefix("#"), !text.hasPrefix("# "), !examples.contains(where: { text.dropFirst().hasPrefix($0) })
      else { return line }
      return line.replacing("#", with: "", maxReplacements: 1)
    }
    var expected = Settings()
    expected.music = [FilePath("/srv/music")]
    #expect(try Settings.parse(lines.joined(separator: "\n"), file: FilePath("indexd.yaml")) == expected)
  }

  @Test func examplesAreAcceptedToo() throws {
    let lines = try Self.shipped().map { line in
      let text = line.trimmingCharacters(in: .whitespaces)
      return text.hasPrefix("#") && !text.hasPrefix("# ") ? line.replacing("#", with: "", maxReplacements: 1) : line
    }
    let settings = try Settings.parse(
      lines.joined(separator: "\n"), file: FilePath("indexd.yaml"), home: FilePath("/home/owner"))
    #expect(settings.state == Settings.defaultState(forConfiguration: FilePath("/etc/indexd/indexd.yaml")))
  }
}
