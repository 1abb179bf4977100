import Foundation
import Settings
import TestSupport
import Testing

/// The man pages tell of everything that an owner can set and call, and of nothing else.
@Suite(.blocking, .enabled(if: BuiltProgram.isInstalled("python3"), "python3 is not installed"))
struct ManualTests {
  private static let names = ["indexd.8", "indexctl.1", "indexd.yaml.5", "indexd-formats.7"]
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let run = try Self.make(into: folder["man"])
    try #require(run.code == 0, "\(run.output)")
  }

  private static func make(
    into folder: String, by script: String = repository.appendingPathComponent("config/make-man").path
  ) throws -> (code: Int32, output: String) {
    try runTool(
      [script, folder, (indexctl.path as NSString).deletingLastPathComponent],
      environment: ["SOURCE_DATE_EPOCH": "1700000000"])
  }

  private func page(_ name: String) throws -> ManualPage {
    try ManualPage(folder["man/\(name)"])
  }

  private static func readable(_ name: String) throws -> String {
    try String(contentsOf: repository.appendingPathComponent(name), encoding: .utf8)
  }

  // MARK: Form

  @Test(.enabled(if: BuiltProgram.isInstalled("mandoc"), "mandoc is not installed"), arguments: names)
  func mandocHasNothingToSay(name: String) throws {
    let run = try runTool(["mandoc", "-T", "lint", folder["man/\(name)"]])
    #expect(run.code == 0 && run.output.isEmpty, "\(run.output)")
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("man"), "man-db is not installed"), arguments: names)
  func manHasNothingToSay(name: String) throws {
    let run = try runTool(
      ["sh", "-c", "man --warnings -E UTF-8 -l -Tutf8 -Z \"$1\" 2>&1 >/dev/null", "sh", folder["man/\(name)"]],
      environment: ["LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANROFFSEQ": ""])
    #expect(run.code == 0 && run.output.isEmpty, "\(run.output)")
  }

  @Test func theSamePagesComeOutTwice() throws {
    _ = try Self.make(into: folder["again"])
    for name in Self.names {
      let first = try Data(contentsOf: URL(fileURLWithPath: folder["man/\(name)"]))
      #expect(first == (try Data(contentsOf: URL(fileURLWithPath: folder["again/\(name)"]))), "\(name)")
      #expect(String(decoding: first, as: UTF8.self).contains("\"2023-11-14\""), "\(name)")
    }
  }

  @Test func namesOnlyPagesThatAreThere() throws {
    let ours = Set(Self.names.map { "\($0.dropLast(2))(\($0.suffix(1)))" })
    for name in Self.names {
      let told = try page(name).text.matches(of: /\b([a-z][a-z0-9._-]*\([1-8]\))/).map { String($0.output.1) }
      #expect(!told.isEmpty)
      for other in told { #expect(ours.contains(other) || other.hasSuffix("ctl(1)"), "\(name) names \(other)") }
    }
  }

  @Test func refusesProseOfACommandThatThereIsNot() throws {
    _ = try runTool(["cp", "-r", repository.appendingPathComponent("config").path, folder["config"]])
    let more = try Self.readable("config/man/commands.md") + "\n### conjure\n\nNothing.\n"
    try folder.write(more, to: "config/man/commands.md")
    let run = try Self.make(into: folder["other"], by: folder["config/make-man"])
    #expect(run.code == 1)
    #expect(run.output.contains("conjure"))
  }

  // MARK: indexd.yaml(5)

  @Test func tellsOfEveryKeyWithItsDefaultAndRange() throws {
    let entries = try page("indexd.yaml.5").entries.filter { $0.section == "KEYS" }
    #expect(entries.map(\.tag).sorted() == Settings.keys.map(\.name).sorted())
    for key in Settings.keys {
      let text = try #require(entries.first { $0.tag == key.name }?.text, "\(key.name)").lowercased()
      #expect(text.contains(key.wanted.lowercased()), "\(key.name): \(text)")
      let standard = key.defaultValue.map { "default: \($0)." } ?? (key.name == "music" ? "required." : "default: ")
      #expect(text.contains(standard.lowercased()), "\(key.name): \(text)")
    }
  }

  /// A key that a page or the README calls by its full name is one.
  @Test func namesOnlyKeysThatThereAre() throws {
    let keys = Set(Settings.keys.map(\.name))
    let sections = Set(keys.compactMap { $0.contains(".") ? $0.split(separator: ".").first.map(String.init) : nil })
    for file in Self.names.map({ "config/man/\($0).md" }) + ["config/man/commands.md", "README.md"] {
      for match in try Self.readable(file).matches(of: /`([a-z]+)\.([A-Za-z]+)`/)
      where sections.contains(String(match.output.1)) {
        #expect(keys.contains("\(match.output.1).\(match.output.2)"), "\(file) names \(match.output.0)")
      }
    }
  }

  // MARK: indexctl(1), indexd(8)

  @Test func tellsOfEveryCommandAndOption() throws {
    let page = try page("indexctl.1")
    let commands = page.subsections["COMMANDS"] ?? []
    #expect(commands.contains("try") && commands.contains("status"))
    #expect(commands.sorted() == (try HelpText.commands()).filter { $0 != "help" }.sorted())
    for command in commands {
      let options = try HelpText.options(of: command)
      let told = page.entries.filter { $0.subsection == command && $0.tag.hasPrefix("-") }
        .compactMap { $0.tag.split(separator: " ").first.map(String.init) }
      #expect(told.sorted() == options.sorted(), "\(command)")
    }
    let common = page.entries.filter { $0.section == "OPTIONS" }.map(\.tag)
    #expect(common == ["--config file", "--version", "-h, --help"])
  }

  @Test func tellsOfTheDaemonsOptions() throws {
    let told = try page("indexd.8").entries.filter { $0.section == "OPTIONS" }
      .compactMap { $0.tag.split(separator: " ").first.map(String.init) }
    #expect(told == HelpText.names(HelpText.section("OPTIONS:", of: try indexd.run(["--help"]).output)))
  }

  /// The codes that the programs' sources name are those that the pages tell.
  @Test(arguments: ["indexd.8", "indexctl.1"]) func tellsOfEveryExitCode(name: String) throws {
    var codes: Set<String> = ["0"]
    for target in ["indexd", "IndexctlCommands"] {
      let found = try runTool([
        "grep", "-rhoE", "(ExitCode|leave|[^a-zA-Z]exit)\\([0-9]+",
        try #require(Self.folder(of: target)).path,
      ])
      for line in found.output.split(separator: "\n") {
        if let code = line.split(separator: "(").last { codes.insert(String(code)) }
      }
    }
    #expect(codes.isSuperset(of: ["1", "3", "64", "78"]))
    let told = try page(name).entries.filter { $0.section == "EXIT STATUS" }.map(\.tag)
    // A program that Ctrl-C ends has this code from the shell.
    #expect(Set(told) == codes.union(["130"]))
  }

  /// The folder of a target, wherever it lies below `Sources`.
  private static func folder(of target: String) -> URL? {
    let sources = repository.appendingPathComponent("Sources")
    return FileManager.default.enumerator(at: sources, includingPropertiesForKeys: [.isDirectoryKey])?
      .compactMap { $0 as? URL }.first { $0.lastPathComponent == target && $0.hasDirectoryPath }
  }

  @Test func tellsOfTheJSONOfEveryCommandThatPrintsIt() throws {
    let page = try page("indexctl.1")
    let printing = try (page.subsections["COMMANDS"] ?? []).filter {
      try HelpText.options(of: $0).contains("--json")
    }
    let told = page.entries.filter { $0.section == "JSON" }.map(\.tag)
    #expect(Set(told) == Set(printing + ["export"]))
  }
}
