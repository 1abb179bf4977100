import ArgumentParser
import Glibc
import Pipeline
import Platform
import ServiceState
import Settings
import Setup
import Tracks

/// `indexctl setup`.
struct Setup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the first configuration and the folders, and starts the service.",
    usage: """
      indexctl setup [--user | --system] [--yes]
      indexctl setup [--user | --system] --music <dir> ... [--playlist <file>]
                     [--exports <dir>] [--enable] [--force] [--yes]
      indexctl setup [--user | --system] --enable
      indexctl setup --config <file> --music <dir> ...
      """,
    discussion: """
      On a terminal it asks three questions: where the music lies, what foobar2000 knows of it, where the playlist \
      goes. It looks for profiles of foobar2000 in Wine, Bottles, Lutris, the Snap and the AppImage, and on mounted \
      Windows disks. A configuration that is there is kept.

      Examples:
        sudo indexctl setup --system
        indexctl setup --user --music ~/Music --exports ~/exports --enable
      """)

  /// Whose service it is.
  enum Owner: String, EnumerableFlag {
    case user
    case system

    static func help(for value: Owner) -> ArgumentHelp? {
      value == .user ? "For a service of your own user." : "For the service of the system; needs root."
    }
  }

  @OptionGroup var common: Common
  @Option(parsing: .upToNextOption, help: ArgumentHelp("The folders that hold the music.", valueName: "dir"))
  var music: [String] = []
  @Option(help: ArgumentHelp("The playlist; by default in the state folder.", valueName: "file")) var playlist: String?
  @Option(
    help: ArgumentHelp(
      "A profile folder of foobar2000, or a folder for its exports; read whenever it changes.", valueName: "dir"))
  var exports: String?
  @Flag var owner: Owner?
  @Flag(help: "Also have systemd start the service.") var enable = false
  @Flag(help: "Replace a configuration that is there.") var force = false
  @Flag(help: "Ask nothing: take what is found, and make the playlist's folder.") var yes = false

  func run() async throws {
    DiskWatch.add(files: music + [playlist, exports, common.config].compactMap(\.self))
    var first = FirstConfiguration(music: [], isSystem: try isForSystem(), file: common.config.map { FilePath($0) })
    // Of what is there already only the exports are new.
    let old = force ? nil : try first.existing()
    if let exports { first.exports = try Self.exports(exports) }
    first.music = try music.map { try Self.folder($0) }
    if first.music.isEmpty, old == nil {
      guard isAsking || yes else {
        throw ValidationError("Without a terminal to ask on, name the music folder with --music DIR.")
      }
      first.music = [try Answers.music(yes: yes)]
    }
    if let old, asksForRest, isAsking {
      Terminal.sayWrapped(
        "\(old.file.display): is there and stays as it is; only what foobar2000 knows is asked for. Everything is asked "
          + "anew with --force.")
    }
    let answers = Answers(music: old?.settings.music ?? first.music, isAsking: isAsking, yes: yes)
    if let exports = first.exports {
      if let profile = ProfileFinder.profile(at: exports) { try answers.tell(profile, &first) }
    } else if asksForRest, old == nil || !enable {
      // With --enable alone what is there is only completed and started.
      try answers.askForExports(&first)
    }
    if let playlist {
      first.playlist = try answers.place(of: playlist, first)
      // Another one than that of a configuration that is there is refused as every other change of it.
      if let old, old.settings.playlist.file != first.playlist { first.music = old.settings.music }
    } else if let old {
      // What is not said again stays as it was said.
      first.playlist = old.settings.playlist.file
    } else if asksForRest, isAsking {
      first.playlist = try answers.askForPlaylist(first)
    }
    let report = try first.make(overwriting: force)
    if report.isKept { Terminal.sayWrapped("Kept the configuration \(report.workspace.file.display)") }
    for words in report.made { Terminal.sayWrapped("Made " + words) }
    if first.isSystem, let name = Caller.sudoUser, let home = Caller.home, first.exports?.isInside(home) ?? false {
      Terminal.sayWrapped(
        "What \(name) may read, a service of \(name)'s own reads without further rights: `indexctl setup --user` as "
          + "\(name), instead of this.")
    }
    for words in report.notes { Terminal.sayWrapped(words) }
    for words in report.refusals { Terminal.tell("indexctl: \(words)") }
    try finish(first, report.workspace)
    if !report.refusals.isEmpty { throw ExitCode(3) }
  }

  /// Starts the service or says what is left to be done, and repeats it all in one line.
  private func finish(_ first: FirstConfiguration, _ workspace: Workspace) throws {
    Terminal.say()
    if enable || asksForRest && first.canStart(workspace) {
      try first.start(workspace)
      Terminal.say("indexd is started, now and at every \(first.isSystem ? "boot" : "login").")
      Terminal.say("`indexctl status` tells how far it has come.")
      for lack in first.rights(workspace, isStarted: true) {
        Terminal.say()
        Terminal.sayWrapped(lack.words + ":")
        lack.commands.forEach(Terminal.sayCommand)
      }
    } else {
      let steps = first.nextSteps(workspace)
      let needsSource = steps.contains { $0.contains("systemd/") && !$0.contains("systemctl") }
      Terminal.say(needsSource ? "Next, in the folder of the program's source:" : "Next:")
      steps.forEach(Terminal.sayCommand)
    }
    // Only root reads what other users have set up.
    for other in StateOwner.asCaller({ OtherService.writing(listOf: workspace) }) {
      Terminal.say()
      Terminal.sayWrapped(other.words(workspace) + ":")
      Terminal.sayCommand(other.command)
    }
    Terminal.say()
    Terminal.say("The same again, without questions:")
    Terminal.sayCommand(command(first, workspace))
  }

  /// The one line that gives the same answers.
  private func command(_ first: FirstConfiguration, _ workspace: Workspace) -> String {
    var words = [first.isSystem ? "sudo indexctl setup --system" : "indexctl setup --user"]
    if let file = first.file { words.append("--config \(Shell.quoted(file))") }
    words.append("--music " + workspace.settings.music.map(Shell.quoted).joined(separator: " "))
    if let playlist = workspace.settings.playlist.file { words.append("--playlist \(Shell.quoted(playlist))") }
    if let exports = first.exports { words.append("--exports \(Shell.quoted(exports))") }
    if first.file == nil { words.append("--enable") }
    return words.joined(separator: " ")
  }

  private var isAsking: Bool { isatty(STDIN_FILENO) == 1 && !yes }

  /// Whether what is not given is asked for or found: who names the music says everything.
  private var asksForRest: Bool { music.isEmpty && (isAsking || yes) }

  // MARK: Whose it is

  /// Whether it is for the system: asked first, since everything else depends on it.
  private func isForSystem() throws -> Bool {
    if let owner {
      if let fault = fault(of: owner.rawValue) { throw PipelineFailure(fault) }
      return owner == .system
    }
    if common.config != nil { return false }
    guard music.isEmpty, isAsking else { return geteuid() == 0 }
    let standard = geteuid() == 0 ? "system" : "user"
    return try Answers.question("Is it for the whole system, or for your user only? (system, user)", standard) {
      ["system", "user"].contains($0) ? fault(of: $0) : "Answer system or user."
    } == "system"
  }

  private func fault(of owner: String) -> String? {
    guard common.config == nil else { return nil }
    if owner == "system", geteuid() != 0 {
      return
        "the system's configuration is root's to make: run `sudo indexctl setup --system`, or take user (`indexctl setup "
        + "--user`)"
    }
    if owner == "user", let name = Caller.sudoUser {
      return "with sudo it would be root's own: as \(name) run `indexctl setup --user`, or take system (`sudo "
        + "indexctl setup --system`)"
    }
    return nil
  }

  // MARK: What is given

  private static func folder(_ name: String) throws -> FilePath {
    if name.isEmpty { throw ValidationError("The name of the music folder is empty.") }
    let folder = Workspace.absolute(FilePath(name))
    if let fault = MusicFolders.fault(folder) { throw PipelineFailure(fault) }
    return folder
  }

  private static func exports(_ name: String) throws -> FilePath {
    if let fault = Answers.fault(ofExports: name) { throw PipelineFailure(fault) }
    return Workspace.absolute(FilePath(name))
  }
}
