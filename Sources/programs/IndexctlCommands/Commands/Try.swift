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
      missing. Every playlist that is given counts as active. \
      Without a music folder it makes a small demonstration library and works on that.

      Examples:
        indexctl try ~/Music Statistics.xml Active.m3u8
        indexctl try
      """)

  @Argument(help: ArgumentHelp("The folder that holds the music.", valueName: "music-dir")) var music: String?
  @Argument(
    help: ArgumentHelp(
      "Exports of foobar2000 (statistics and playlists), a folder of them, or a profile folder.", valueName: "export"))
  var exports: [String] = []

  func validate() throws {
    // An empty variable of a shell; without it the working folder would be meant.
    if music?.isEmpty ?? false || exports.contains("") {
      throw ValidationError("The name of a folder or file is empty.")
    }
  }

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
    try tellWhatNext(trial, result)
    // Exports that cannot be used do not undo the rest of the work, but they must not be overlooked.
    for words in result.others.prefix(Self.shownOthers) + result.refusals { Terminal.tell("indexctl: \(words)") }
    let more = result.others.count - Self.shownOthers
    if more > 0 { Terminal.tell("indexctl: and \(counted(more, "more file")) that are no exports") }
    if !result.refusals.isEmpty { throw ExitCode(1) }
    let failed = result.status.library.failed + result.status.library.unreadable
    if failed > 0 || !result.others.isEmpty { throw ExitCode(3) }
  }

  /// The most files that are told of which are no exports.
  private static let shownOthers = 5

  private func tellWhatNext(_ trial: Trial, _ result: Trial.Outcome) throws {
    let status = result.status
    let file = trial.workspace.file
    Terminal.say()
    Terminal.say("The configuration of this trial, for `indexctl --config FILE COMMAND`:")
    Terminal.say("  \(file.display)")
    if status.model != nil {
      Terminal.say("For example, to see the best unheard tracks:")
      Terminal.sayCommand("indexctl --config \(Shell.quoted(file)) scores --label unheard --top 10")
    }
    if music == nil {
      Terminal.say("The same with your own music and what foobar2000 knows of it:")
      Terminal.sayCommand("indexctl try MUSIC_DIR PROFILE_FOLDER")
    } else if status.model != nil {
      Terminal.say("To have it done for good, by a service:")
      Terminal.sayCommand("indexctl setup")
    }
    Terminal.say("To forget the trial, remove its \(music == nil ? "folders" : "folder"):")
    let folders = [trial.workspace.state.path] + (try music == nil ? [Demonstration.folder()] : [])
    Terminal.sayCommand("rm -r " + folders.map(Shell.quoted).joined(separator: " "))
    if let playlist = status.playlist.file {
      for (number, name) in result.first.enumerated() {
        if number == 0 { Terminal.say("Its best tracks:") }
        Terminal.say("  \(number + 1)  \(name)")
      }
      Terminal.say("The playlist:")
      Terminal.say("  \(playlist.display)")
    }
  }
}
