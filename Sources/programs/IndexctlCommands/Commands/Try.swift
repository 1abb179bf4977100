import ArgumentParser
import Glibc
import Logging
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Settings
import Setup
import Tracks

/// `indexctl try`.
struct Try: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Does the whole job once: analyses a music folder, learns from exports, writes a playlist.",
    discussion: """
      It keeps its work in a state folder of its own, so that a second run goes on where the first one was; a second \
      run keeps the analysis, and with exports forgets the earlier ones. Without any it analyses and says what is \
      missing. \
      Without a music folder it makes a small demonstration library and works on that.

      Examples:
        indexctl try ~/Music Statistics.xml Active.m3u8
        indexctl try
      """)

  @Argument(help: ArgumentHelp("The folder that holds the music.", valueName: "music-dir")) var music: String?
  @Argument(help: ArgumentHelp("Exports of foobar2000: statistics and playlists.", valueName: "export"))
  var exports: [String] = []

  func run() async throws {
    KeptWork.tellWhenInterrupted()
    let bar = ProgressBar()
    defer { bar.clear() }
    DiskWatch.add([try Trial.stateHome()] + ([music].compactMap(\.self) + exports).map(FilePath.init), isPatient: true)
    try StateOwner.become(ownerOf: try Trial.stateHome())
    let trial: Trial
    if let music {
      trial = try Trial(music: FilePath(music), exports: exports.map { FilePath($0) })
    } else {
      trial = try Demonstration.trial(told: Terminal.tell)
    }
    let result = try await trial.run(logger: Logger(label: "indexctl") { _ in TerminalLog() }) { bar.update($0) }
    bar.clear()
    // What is refused is told at the end, and once.
    var status = result.status
    status.imports.removeAll { $0.refusal.map(result.refusals.contains) ?? false }
    for line in StatusText.lines(status, now: Clock.now()) { Terminal.say(line) }
    Terminal.say()
    Terminal.say("The configuration of this trial, for `indexctl --config FILE COMMAND`:")
    Terminal.say("  \(trial.workspace.file.display)")
    Terminal.say("To forget the trial, remove its folder:")
    Terminal.say("  rm -r \(Shell.quoted(trial.workspace.state.path))")
    if let playlist = result.status.playlist.file {
      Terminal.say("The playlist:")
      Terminal.say("  \(playlist.display)")
    }
    // Exports that cannot be used do not undo the rest of the work, but they must not be overlooked.
    for refusal in result.refusals { Terminal.tell("indexctl: \(refusal)") }
    if !result.refusals.isEmpty { throw ExitCode(1) }
    if result.status.library.failed + result.status.library.unreadable > 0 { throw ExitCode(3) }
  }
}
