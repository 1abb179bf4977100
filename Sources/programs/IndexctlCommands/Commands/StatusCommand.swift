import ArgumentParser
import Glibc
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Settings
import Setup
import Tracks

/// `indexctl status`.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Tells how indexd stands: library, labels, model, playlist, daemon.",
    discussion: """
      It answers with exit code 0 also when the daemon is down.

      Examples:
        indexctl status
        indexctl status --follow
      """)

  @OptionGroup var common: Common
  @Flag(help: "Print one JSON value.") var json = false
  @Flag(help: "Redraw every second until interrupted.") var follow = false

  func run() async throws {
    let workspace: Workspace
    do {
      workspace = try common.workspace()
    } catch let fault as SettingsFailure {
      try tellWithout(fault)
      throw fault
    }
    repeat {
      tell(try read(workspace))
      if follow { try await Task.sleep(for: .seconds(1)) }
    } while follow && !Terminal.isOutputClosed
  }

  private func tell(_ status: Status) {
    guard !json else { return Terminal.sayLines(follow ? status.json.line : status.json.pretty) }
    let lines = StatusText.lines(status, now: Clock.now())
    if follow && Terminal.isOutputTerminal {
      Terminal.redraw(lines, keeping: lines.count - (StatusText.start(of: "Daemon", in: lines) ?? 0))
    } else {
      for line in lines { Terminal.say(line) }
      if let file = common.config, lines.contains(where: { $0.contains("`indexctl ") }) {
        Terminal.say("  Give these commands with this configuration:")
        Terminal.sayCommand("indexctl --config \(Shell.quoted(Workspace.absolute(FilePath(file)))) COMMAND")
      }
    }
  }

  /// A fault of the configuration says nothing of a daemon that took it before it had one.
  private func tellWithout(_ fault: SettingsFailure) throws {
    guard let workspace = Workspace.salvaged(common.config) else { return }
    try StateOwner.become(ownerOf: workspace.state.path)
    // Where there is no index either, the fault is all there is to say.
    guard let index = try? MusicIndex(workspace.state.index, readOnly: true),
      let status = try? Status(of: index, state: workspace.state)
    else { return }
    tell(status)
    Terminal.tell("indexctl: the configuration has a fault; a daemon that runs keeps its old one:")
  }

  /// A folder of Windows for comparing.
  private static func folded(_ windows: String) -> String {
    var folded = windows.lowercased().replacing("/", with: "\\")
    while folded.last == "\\" { folded.removeLast() }
    return folded
  }

  private func read(_ workspace: Workspace) throws -> Status {
    do {
      let index = try MusicIndex(workspace.state.index, readOnly: true)
      var status = try Status(of: index, state: workspace.state)
      let said = Set(workspace.settings.paths.map { Self.folded($0.windows) })
      // What the owner has said was not found out.
      status.derivedPaths.removeAll { said.contains(Self.folded($0.windows)) }
      if !status.daemon.isRunning, let command = workspace.startCommand {
        status.advice.append("indexd is not running; start it: `\(command)`")
      }
      return status
    } catch let failure as IndexFailure where [.missing, .notMigrated].contains(failure.reason) || follow {
      var status = Status()
      status.advice = [failure.description]
      return status
    }
  }
}
