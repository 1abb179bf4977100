import ArgumentParser
import Pipeline
import Platform
import Setup
import Tracks

/// `indexctl doctor`.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks everything that commonly goes wrong, and says what to do.",
    discussion: """
      It changes nothing. Below a problem stands the command that mends it. Exit code 1 where there is a problem.

      Examples:
        indexctl doctor
        sudo indexctl doctor --json
      """)

  @OptionGroup var common: Common
  @Flag(help: "Print one JSON value.") var json = false

  func run() async throws {
    DiskWatch.add(Workspace.possibleFiles(common.config))
    let findings = await Doctor.findings(configuration: common.config).map { finding in
      var finding = finding
      if let file = common.config, finding.isCommand {
        let named = "indexctl --config \(Shell.quoted(Workspace.absolute(FilePath(file)))) "
        finding.advice = finding.advice?.replacing(/indexctl (?!setup|try)/, with: named)
      }
      return finding
    }
    if json {
      Terminal.sayLines(
        JSONValue.list(
          findings.map { finding in
            .object([
              ("level", .text(finding.level.rawValue)), ("subject", .text(finding.subject)),
              ("words", .text(finding.words)), ("advice", JSONValue(finding.advice)),
              ("command", JSONValue(finding.isCommand ? finding.advice : nil)),
            ])
          }
        ).pretty)
    } else {
      for finding in findings { Self.lines(finding).forEach { Terminal.say($0) } }
    }
    if findings.contains(where: { $0.level == .problem }) { throw ExitCode(1) }
  }

  private static let margin = 24

  private static func lines(_ finding: Finding) -> [String] {
    let words = finding.isCommand ? nil : finding.advice.map { "-> " + $0 }
    let lines = ([finding.words] + [words].compactMap(\.self)).flatMap { Layout.wrap($0, 79 - margin) }
    let level = Layout.pad(finding.level.rawValue, 9)
    let head =
      (finding.level == .ok ? level : Terminal.warning(level))
      + Layout.pad(finding.subject, margin - 9)
    return lines.enumerated().map { $0 == 0 ? head + $1 : String(repeating: " ", count: margin) + $1 }
      + (finding.isCommand ? finding.advice.map { Layout.command($0, indent: 4) } ?? [] : [])
  }
}
