import ArgumentParser
import Glibc
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Setup

/// `indexctl status`.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Tells how indexd stands: library, labels, model, playlist, daemon.",
    discussion: "It answers with exit code 0 also when the daemon is down.")

  @OptionGroup var common: Common
  @Flag(help: "Print one JSON value.") var json = false
  @Flag(help: "Redraw every second until interrupted.") var follow = false

  func run() async throws {
    let workspace = try common.workspace()
    repeat {
      let status = try read(workspace)
      if json {
        Terminal.sayLines(follow ? status.json.line : status.json.pretty)
      } else {
        let lines = StatusText.lines(status, now: Clock.now())
        if follow && Terminal.isOutputTerminal {
          Terminal.redraw(lines, keeping: lines.count - (StatusText.start(of: "Daemon", in: lines) ?? 0))
        } else {
          for line in lines { Terminal.say(line) }
        }
      }
      if follow { try await Task.sleep(for: .seconds(1)) }
    } while follow && !Terminal.isOutputClosed
  }

  private func read(_ workspace: Workspace) throws -> Status {
    do {
      let index = try MusicIndex(workspace.state.index, readOnly: true)
      return try Status(of: index, state: workspace.state)
    } catch let failure as IndexFailure where [.missing, .notMigrated].contains(failure.reason) || follow {
      var status = Status()
      status.advice = [failure.description]
      return status
    }
  }
}
