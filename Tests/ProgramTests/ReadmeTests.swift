import Foundation
import Settings
import TestSupport
import Testing

/// README.md is short, names what there is, and its commands work.
@Suite(.blocking) struct ReadmeTests {
  private let text: String
  private let lines: [String]

  init() throws {
    text = try String(contentsOf: repository.appendingPathComponent("README.md"), encoding: .utf8)
    lines = text.components(separatedBy: "\n")
  }

  /// The lines of the blocks that a shell is to run.
  private var commands: [String] {
    var isShell = false
    return lines.filter { line in
      defer { if line.hasPrefix("```") { isShell = line == "```sh" } }
      return isShell && !line.hasPrefix("```")
    }
  }

  @Test func hasAtMost2500Words() {
    #expect(text.split(whereSeparator: \.isWhitespace).count <= 2_500)
  }

  @Test(arguments: [
    "README.md", "Tests/Benchmarks/RESULTS.md", "config/man/indexd.8.md", "config/man/indexctl.1.md",
    "config/man/indexd-formats.7.md",
  ])
  func namesOnlyFilesThatAreThere(file: String) throws {
    let text = try String(contentsOf: repository.appendingPathComponent(file), encoding: .utf8)
    let words = text.split { " `\n,;()[]#'\"".contains($0) }
    let paths = Set(words.filter { word in ["config/", "systemd/", "Tests/"].contains { word.hasPrefix($0) } })
    #expect(paths.count > 5 || file.hasPrefix("config/"))
    for path in paths.sorted() {
      // The end of a sentence is no part of a name.
      let name = String(path).replacingOccurrences(of: #"[.:]$"#, with: "", options: .regularExpression)
      #expect(FileManager.default.fileExists(atPath: repository.appendingPathComponent(name).path), "\(file): \(name)")
    }
  }

  @Test func linksLeadToHeadings() throws {
    for match in text.matches(of: /\]\(([^)#:]+)#([^)]+)\)/) {
      let file = try String(
        contentsOf: repository.appendingPathComponent(String(match.output.1)), encoding: .utf8)
      let headings = file.components(separatedBy: "\n").filter { $0.hasPrefix("#") }.map { heading in
        heading.drop { $0 == "#" || $0 == " " }.lowercased().replacingOccurrences(of: " ", with: "-")
          .filter { $0.isLetter || $0.isNumber || $0 == "-" }
      }
      #expect(headings.contains(String(match.output.2)), "\(match.output.0)")
    }
  }

  @Test func itsTableOfKeysHoldsTheirDefaults() throws {
    let rows = lines.drop { $0 != "| Key | Default | Meaning |" }.dropFirst(2).prefix { $0.hasPrefix("|") }
    #expect(rows.count == 10)
    for row in rows {
      let cells = row.components(separatedBy: " | ").map { cell in
        cell.filter { !"|`".contains($0) }.trimmingCharacters(in: .whitespaces)
      }
      let key = try #require(Settings.keys.first { $0.name == cells[0] }, "\(row)")
      let standard = key.name == "music" ? "required" : key.defaultValue ?? cells[1]
      #expect(cells[1] == standard, "\(key.name)")
    }
  }

  /// Every `indexctl COMMAND --OPTION` in the text, in blocks or between words.
  @Test func namesOnlyCommandsAndOptionsThatThereAre() throws {
    let known = try HelpText.commands()
    let joined = text.replacingOccurrences(of: "\n", with: " ")
    let calls =
      joined.matches(of: /`indexctl ([a-z][a-z-]*)([^`]*)`/).map { (String($0.output.1), String($0.output.2)) }
      + commands.compactMap { line in
        line.firstMatch(of: /(?:^|sudo )indexctl ([a-z][a-z-]*)(.*)$/).map {
          (String($0.output.1), String($0.output.2))
        }
      }
    #expect(calls.count > 15)
    for (command, rest) in calls {
      let options = try HelpText.options(of: command)
      #expect(known.contains(command), "indexctl \(command)")
      for option in rest.split(separator: " ").filter({ $0.hasPrefix("--") }) {
        #expect(options.contains(String(option)), "indexctl \(command) \(option)")
      }
    }
  }

  @Test func itsScriptsAreThereAndTellWhatTheyDo() throws {
    let scripts = Set(commands.compactMap { $0.split(separator: " ").first.map(String.init) }).filter {
      $0.hasPrefix("config/") || $0.hasPrefix("Tests/")
    }
    #expect(scripts.isSuperset(of: ["config/try", "Tests/run"]))
    for script in scripts {
      let path = repository.appendingPathComponent(script).path
      #expect(FileManager.default.isExecutableFile(atPath: path), "\(script)")
      #expect(try runTool(["bash", "-c", "head -c 2 \"$1\"", "bash", path]).output == "#!", "\(script)")
    }
  }

  /// The commands of every day, on what a trial made.
  @Test func itsCommandsRun() throws {
    let library = try OwnersLibrary()
    #expect(try library.tryOnce().code == 0)
    let own = commands.filter { $0.hasPrefix("indexctl ") && !$0.contains("setup") && !$0.contains("PROFILE") }
    #expect(own.count > 5)
    for line in own where !line.contains("AppData") {
      var words = line.split(separator: " ").dropFirst().map(String.init)
      // Nothing runs that could answer, what follows never ends, and the questions of a whole report take minutes.
      words.removeAll { $0 == "--wait" || $0 == "--follow" }
      if words.first == "report" { words.append("--quick") }
      words = words.map { word in
        switch word {
        case "TRACK": library.folder["music/\(library.unheard[0])"]
        case _ where word.contains("."): library.folder[word]
        case _ where word.hasSuffix("-backup"): library.folder[word]
        default: word
        }
      }
      let run = try library.command(words)
      #expect(run.code == 0, "\(line): \(run.errors)")
    }
  }

  @Test func itsSetupRuns() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1)
    let line = try #require(commands.first { $0.hasPrefix("indexctl setup") })
    // What systemd would start is no part of this.
    let words = line.split(separator: " ").dropFirst().map(String.init).filter { $0 != "--enable" }
    let run = try indexctl.run(words + ["--music", library.folder["music"]], environment: library.environment)
    #expect(run.code == 0, "\(run.errors)")
  }

  /// What a block tells a shell to do is written as a shell reads it.
  @Test func itsBlocksAreShell() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(commands.joined(separator: "\n") + "\n", to: "commands")
    let run = try runTool(["bash", "-n", file])
    #expect(run.code == 0, "\(run.output)")
  }
}
