import Foundation
import Settings
import TestSupport
import Testing

/// README.md tells of everything that an owner can set and call.
@Suite(.blocking) struct ReadmeTests {
  private let lines: [String]

  init() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    lines = text.components(separatedBy: "\n")
  }

  /// The cells of the table row whose first cell starts with this code.
  private func row(_ start: String) -> [String]? {
    lines.first { $0.hasPrefix("| `\(start)`") || $0.hasPrefix("| `\(start) ") }.map { line in
      line.replacingOccurrences(of: "\\|", with: "\u{0}").components(separatedBy: "|").dropFirst().dropLast().map {
        $0.replacingOccurrences(of: "\u{0}", with: "|").trimmingCharacters(in: .whitespaces)
      }
    }
  }

  /// The part of a help text below a heading, up to the next empty line.
  private func section(_ heading: String, of help: String) -> [String] {
    Array(help.components(separatedBy: "\n").drop { $0 != heading }.dropFirst().prefix { !$0.isEmpty })
  }

  /// The first words of the lines that are indented by two spaces and no more.
  private func names(_ lines: [String]) -> [String] {
    lines.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
  }

  @Test(arguments: Settings.keys.map(\.name)) func tellsOfEveryKeyWithItsDefaultAndRange(name: String) throws {
    let key = try #require(Settings.keys.first { $0.name == name })
    let cells = try #require(row(name), "README.md has no row for the key \(name)")
    try #require(cells.count == 4, "\(name): \(cells)")
    #expect(cells[2] == key.wanted, "\(name)")
    // A long list stands in config/indexd.yaml only.
    if let value = key.defaultValue, value.utf8.count < 40 {
      #expect(cells[1] == "`\(value)`", "\(name)")
    }
    #expect(!cells[3].isEmpty, "\(name)")
  }

  @Test func tellsOfNoKeyThatThereIsNot() {
    let known = Set(Settings.keys.map(\.name))
    let told = lines.drop { $0 != "## Configuration" }.prefix { $0 != "## How it decides" }
      .filter { $0.hasPrefix("| `") }.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    #expect(told.count == known.count)
    #expect(Set(told) == known)
  }

  @Test func tellsOfEveryCommandAndOption() throws {
    let help = try indexctl.run(["--help"])
    #expect(help.code == 0)
    let commands = names(section("SUBCOMMANDS:", of: help.output))
    #expect(commands.contains("try") && commands.contains("status"))
    for command in commands {
      guard let cells = row("indexctl \(command)") else {
        Issue.record("README.md has no row for the command \(command)")
        continue
      }
      let options = names(section("OPTIONS:", of: try indexctl.run(["help", command]).output))
      #expect(options.contains("--version"), "\(command)")
      for option in options where !["--config", "--version", "-h,"].contains(option) {
        #expect(cells[0].contains(option), "\(command) \(option)")
      }
    }
    let told = lines.compactMap { line in
      line.hasPrefix("| `indexctl ") ? line.split { $0 == " " || $0 == "`" }.dropFirst(2).first.map(String.init) : nil
    }
    #expect(told.sorted() == commands.sorted())
  }

  @Test func tellsOfTheDaemonsOptions() throws {
    let text = lines.joined(separator: "\n")
    for option in names(section("OPTIONS:", of: try indexd.run(["--help"]).output)) where option != "-h," {
      #expect(text.contains(option), "\(option)")
    }
  }

  @Test func namesOnlyFilesThatAreThere() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let words = lines.joined(separator: "\n").split { " `\n,;()".contains($0) }
    let paths = Set(words.filter { word in ["config/", "systemd/", "Tests/"].contains { word.hasPrefix($0) } })
    #expect(paths.count > 5)
    for path in paths.sorted() {
      // The end of a sentence is no part of a name.
      let name = String(path).replacingOccurrences(of: #"\.$"#, with: "", options: .regularExpression)
      #expect(
        FileManager.default.fileExists(atPath: root.appendingPathComponent(name).path), "README.md names \(name)")
    }
  }
}
