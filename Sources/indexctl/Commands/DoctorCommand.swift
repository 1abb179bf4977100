import ArgumentParser
import IndexDaemon
import Pipeline

/// `indexctl doctor`.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks everything that commonly goes wrong, and says what to do.",
    discussion: """
      It changes nothing. Exit code 1 where there is a problem.

      Examples:
        indexctl doctor
        sudo indexctl doctor --json
      """)

  @OptionGroup var common: Common
  @Flag(help: "Print one JSON value.") var json = false

  func run() async throws {
    let findings = await Doctor.findings(configuration: common.config)
    if json {
      Terminal.sayLines(
        JSONValue.list(
          findings.map { finding in
            .object([
              ("level", .text(finding.level.rawValue)), ("subject", .text(finding.subject)),
              ("words", .text(finding.words)), ("advice", JSONValue(finding.advice)),
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
    let texts = [finding.words] + (finding.advice.map { ["-> " + $0] } ?? [])
    let lines = texts.flatMap { Layout.wrap($0, 79 - margin) }
    let level = Layout.pad(finding.level.rawValue, 9)
    let head =
      (finding.level == .ok ? level : Terminal.warning(level))
      + Layout.pad(finding.subject, margin - 9)
    return lines.enumerated().map { $0 == 0 ? head + $1 : String(repeating: " ", count: margin) + $1 }
  }
}
