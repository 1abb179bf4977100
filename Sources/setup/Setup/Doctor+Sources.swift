import Glibc
import MusicIndex
import Pipeline
import Platform
import Settings
import Tracks

extension Doctor {
  /// Whether the user that indexd runs as may read what `sources` names. What else is wrong with a source stands in the
  /// status.
  func sources() -> [Finding] {
    let sources = workspace.settings.sources
    let silent = SilentDisks.among(sources)
    return sources.map { source in
      if silent.contains(source) {
        return .warning("source", SilentDisks.words(source), "what was read of it before stands")
      }
      if Rights.isHidden(source) { return .unknown("source", "\(source.display): you may not look there") }
      guard Rights.exists(source) else {
        return .warning(
          "source", "\(source.display): is not there",
          "mount its disk, or correct `sources` in \(workspace.file.display); what was read of it before stands")
      }
      let unit = ServiceUnit.installed(for: workspace)
      if unit?.hides(source) ?? false {
        return .problem(
          "source", "\(source.display): the service has a folder of its own in this place",
          "move it to another place, and correct `sources` in \(workspace.file.display)")
      }
      let access = MusicAccess(runner, to: source)
      guard access.isGranted else {
        let commands = access.remedy(for: source) + (unit.map { [$0.restart] } ?? [])
        return .problem("source", "\(source.display): \(access.words)", run: commands.joined(separator: " && "))
      }
      if access.isUnknown {
        return .unknown("source", "\(source.display): whether \(runner.name) may read everything in it")
      }
      return .ok("source", "\(source.display): can be read")
    }
  }

  /// What else the status advises.
  func advice(_ status: Status) -> [Finding] {
    let told = status.sources.filter { $0.state == .away }.compactMap(\.detail)
    return status.advice.filter { !told.contains($0) }.map { Finding(level: .warning, subject: "status", words: $0) }
  }

  /// Whether a folder is one of the sources.
  func isSource(_ folder: FilePath) -> Bool {
    workspace.settings.sources.contains { MusicFolders.resolved($0) == MusicFolders.resolved(folder) }
  }
}
