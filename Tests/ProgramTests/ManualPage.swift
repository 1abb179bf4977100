import Foundation
import TestSupport

/// The folder of this package.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// A man page as `config/make-man` writes it.
struct ManualPage {
  /// An entry of a list: where it stands, its tag and what it means.
  struct Entry {
    var section: String
    var subsection: String
    var tag: String
    var text: String
  }

  /// The entries in the order of the page.
  private(set) var entries: [Entry] = []
  /// The names of the subsections of each section.
  private(set) var subsections: [String: [String]] = [:]
  /// Everything that is printed.
  private(set) var text = ""

  /// Reads a page.
  init(_ file: String) throws {
    var section = ""
    var subsection = ""
    var isTag = false
    var isEntry = false
    for line in try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "\n") {
      if line.hasPrefix(".SH ") {
        section = Self.printed(String(line.dropFirst(4)))
        subsection = ""
      } else if line.hasPrefix(".SS ") {
        subsection = Self.printed(String(line.dropFirst(4)))
        subsections[section, default: []].append(subsection)
      }
      if line.hasPrefix(".") {
        isTag = line == ".TP"
        isEntry = isTag
        continue
      }
      let words = Self.printed(line)
      text += words + " "
      if isTag {
        entries.append(Entry(section: section, subsection: subsection, tag: words, text: ""))
        isTag = false
      } else if isEntry {
        entries[entries.count - 1].text += (entries[entries.count - 1].text.isEmpty ? "" : " ") + words
      }
    }
  }

  /// A line of roff as it is printed.
  private static func printed(_ line: String) -> String {
    var result = line.replacingOccurrences(of: #"\\f[BIR]|\\&|\\:|\\%"#, with: "", options: .regularExpression)
    for (code, character) in [
      ("\\-", "-"), ("\\(aq", "'"), ("\\(ga", "`"), ("\\(ha", "^"), ("\\(ti", "~"), ("\\ ", " "),
    ] {
      result = result.replacingOccurrences(of: code, with: character)
    }
    while let range = result.range(of: #"\\\[u[0-9A-F]+\]"#, options: .regularExpression) {
      let scalar = UInt32(result[range].dropFirst(3).dropLast(), radix: 16).flatMap(UnicodeScalar.init)
      result.replaceSubrange(range, with: String(scalar.map(Character.init) ?? "?"))
    }
    return result.replacingOccurrences(of: "\\e", with: "\\")
  }
}

/// What a program's `--help` says.
enum HelpText {
  /// The part of a help text below a heading, up to the next empty line.
  static func section(_ heading: String, of help: String) -> [String] {
    Array(help.components(separatedBy: "\n").drop { $0 != heading }.dropFirst().prefix { !$0.isEmpty })
  }

  /// The first words of the lines that are indented by two spaces and no more.
  static func names(_ lines: [String]) -> [String] {
    lines.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
  }

  /// The names of all commands.
  static func commands() throws -> [String] {
    let dump = try json(try indexctl.run(["--experimental-dump-help"]).output) as? [String: Any]
    let root = dump?["command"] as? [String: Any]
    return (root?["subcommands"] as? [[String: Any]] ?? []).compactMap { $0["commandName"] as? String }
  }

  /// The options of a command but those that every command has.
  static func options(of command: String) throws -> [String] {
    let help = try indexctl.run(["help", command]).output
    return names(section("OPTIONS:", of: help)).filter { !["--config", "--version", "-h,"].contains($0) }
  }
}

/// Runs a program or a script to its end.
func runTool(_ arguments: [String], environment: [String: String] = [:]) throws -> (code: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}
