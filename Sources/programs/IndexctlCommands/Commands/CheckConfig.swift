import ArgumentParser
import Glibc
import Labelling
import Pipeline
import Platform
import Playlists
import ServiceState
import Settings
import Setup
import Tracks

/// `indexctl check-config`.
struct CheckConfig: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-config", abstract: "Reads the configuration and tells what is wrong with it.",
    discussion: """
      Exit code 78 where something is.

      Examples:
        indexctl check-config
        indexctl check-config --config new.yaml
      """)

  @OptionGroup var common: Common

  func run() async throws {
    let workspace = try common.workspace(needsSetup: false)
    DiskWatch.add(workspace.places + workspace.settings.paths.map(\.here) + workspace.settings.sources)
    var faults: [String] = []
    for folder in workspace.settings.music {
      if let fault = MusicFolders.fault(folder) { faults.append(fault) }
    }
    let folder = workspace.playlist.parent
    if folder != workspace.state.path, folder.withCString({ access($0, W_OK | X_OK) }) != 0 {
      faults.append(
        "\(workspace.playlist.display): the playlist's folder cannot be written by this user "
          + "(\(SystemError.text()))")
    }
    var status = stat()
    let playlist = workspace.playlist
    if playlist.withCString({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR {
      faults.append("\(playlist.display): playlist.file is a folder; name a file in it")
    } else if let start = RegularFile.beginning(playlist, 256), !start.isEmpty, !PlaylistText.isOwn(start) {
      faults.append("\(playlist.display): playlist.file is another program's file, which indexd does not replace")
    }
    if let corrections = workspace.settings.labels.corrections {
      if let contents = SmallFile.read(corrections) {
        faults += CorrectionsFile(contents: contents).problems.map { "\(corrections.display): \($0)" }
      } else {
        faults.append(
          "labels.corrections: \(corrections.display) cannot be read (\(SystemError.text()))")
      }
    }
    for fault in faults { Terminal.tell("\(workspace.file.display): \(fault)") }
    if !faults.isEmpty { throw ExitCode(78) }
    Terminal.say("\(workspace.file.display): all right")
    for (number, folder) in workspace.settings.music.enumerated() {
      Terminal.say("\(number == 0 ? "music     " : "          ")\(folder.display)")
    }
    for relation in MusicFolders.relations(workspace.settings.music) { Terminal.tell("note: \(relation)") }
    for (number, rule) in workspace.settings.paths.enumerated() {
      Terminal.say("\(number == 0 ? "paths     " : "          ")\(rule.windows) is \(rule.here.display)")
      // A disk may only be unmounted: that is no fault of the configuration.
      if rule.here.withCString({ access($0, R_OK | X_OK) }) != 0 {
        Terminal.tell(
          "\(workspace.file.display): paths: \(rule.here.display) cannot be read now "
            + "(\(SystemError.text()))")
      }
    }
    for (number, source) in workspace.settings.sources.enumerated() {
      Terminal.say("\(number == 0 ? "sources   " : "          ")\(source.display)")
      // So may this one.
      if let obstacle = Source(source).obstacle() {
        Terminal.tell("\(workspace.file.display): sources: \(source.display) \(obstacle)")
      }
    }
    Terminal.say("state     \(workspace.state.path.display)")
    Terminal.say("playlist  \(workspace.playlist.display)")
  }
}
