import ArgumentParser
import Foobar2000
import Glibc
import IndexDaemon
import Pipeline
import Settings
import Tracks

/// `indexctl setup`.
struct Setup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the first configuration and the folders, and starts the service.",
    usage: """
      indexctl setup [--user | --system] [--yes]
      indexctl setup [--user | --system] --music <dir> ... [--playlist <file>]
                     [--exports <dir>] [--enable] [--force] [--yes]
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
    help: ArgumentHelp("A profile folder of foobar2000, or a folder of its exports, to be imported.", valueName: "dir"))
  var exports: String?
  @Flag var owner: Owner?
  @Flag(help: "Also have systemd start the service.") var enable = false
  @Flag(help: "Replace a configuration that is there.") var force = false
  @Flag(help: "Ask nothing: take what is found, and make the playlist's folder.") var yes = false

  func run() async throws {
    var first = FirstConfiguration(music: [], isSystem: try isForSystem(), file: common.config.map { FilePath($0) })
    // Of what is there already only the exports are new.
    let old = force ? nil : try first.existing()
    if let exports { first.exports = try checked(exports: exports) }
    if !music.isEmpty {
      first.music = try music.map { try checked(music: $0) }
    } else if old == nil {
      guard isAsking || yes else {
        throw ValidationError("Without a terminal to ask on, name the music folder with --music DIR.")
      }
      first.music = [try askForMusic()]
    }
    if music.isEmpty, exports == nil, isAsking || yes {
      try askForExports(&first, old?.settings.music ?? first.music)
    } else if let exports = first.exports, let profile = ProfileFinder.profile(at: exports) {
      try tell(profile, &first, old?.settings.music ?? first.music)
    }
    if let playlist {
      first.playlist = try place(of: playlist, first)
    } else if music.isEmpty, old == nil, isAsking {
      first.playlist = try askForPlaylist(first)
    }
    let report = try first.make(overwriting: force)
    if old != nil, report.made.first?.hasPrefix("the configuration") != true {
      Terminal.sayWrapped("Kept the configuration \(report.workspace.file.display)")
    }
    for words in report.made { Terminal.sayWrapped("Made " + words) }
    for words in report.refusals { Terminal.tell("indexctl: \(words)") }
    try finish(first, report)
    if !report.refusals.isEmpty { throw ExitCode(3) }
  }

  private func finish(_ first: FirstConfiguration, _ report: FirstConfiguration.Report) throws {
    if enable || (music.isEmpty && (isAsking || yes) && first.canStart(report.workspace)) {
      try first.start(report.workspace)
      Terminal.say("indexd is started, now and at every \(first.isSystem ? "boot" : "login").")
      let rights = first.rights(report.workspace)
      if !rights.isEmpty {
        Terminal.say()
        Terminal.say("What is left to do:")
        for step in rights { Terminal.say("  " + step) }
      }
      Terminal.say("`indexctl status` tells how far it has come.")
    } else {
      Terminal.say()
      Terminal.say("Next, in the folder of the program's source:")
      for step in first.nextSteps(report.workspace) { Terminal.say("  " + step) }
    }
    Terminal.say()
    Terminal.say("The same again, without questions:")
    Terminal.say("  " + command(first, report.workspace))
  }

  /// The one line that gives the same answers.
  private func command(_ first: FirstConfiguration, _ workspace: Workspace) -> String {
    var words = [first.isSystem ? "sudo indexctl setup --system" : "indexctl setup --user"]
    if let file = first.file { words.append("--config \(Self.quoted(file))") }
    words.append("--music " + workspace.settings.music.map(Self.quoted).joined(separator: " "))
    if let playlist = workspace.settings.playlist.file { words.append("--playlist \(Self.quoted(playlist))") }
    if let exports = first.exports { words.append("--exports \(Self.quoted(exports))") }
    if first.file == nil { words.append("--enable") }
    return words.joined(separator: " ")
  }

  private static func quoted(_ path: FilePath) -> String {
    "'\(path.display.replacing("'", with: "'\\''"))'"
  }

  // MARK: Whose it is

  private var isAsking: Bool { isatty(STDIN_FILENO) == 1 && !yes }

  /// Whether it is for the system: asked first, since everything else depends on it.
  private func isForSystem() throws -> Bool {
    if let owner {
      if let fault = fault(of: owner.rawValue) { throw PipelineFailure(fault) }
      return owner == .system
    }
    if common.config != nil { return false }
    guard music.isEmpty, isAsking else { return geteuid() == 0 }
    let standard = geteuid() == 0 ? "system" : "user"
    return try question("Is it for the whole system, or for your user only? (system, user)", standard) { answer in
      ["system", "user"].contains(answer) ? fault(of: answer) : "Answer system or user."
    } == "system"
  }

  private func fault(of owner: String) -> String? {
    guard common.config == nil else { return nil }
    if owner == "system", geteuid() != 0 {
      return "the system's configuration is root's to make: run `sudo indexctl setup --system`, or take user"
    }
    if owner == "user", let name = Caller.sudoUser {
      return "with sudo it would be root's own: as \(name) run `indexctl setup --user`, or take system"
    }
    return nil
  }

  // MARK: Music

  private func checked(music name: String) throws -> FilePath {
    let folder = Workspace.absolute(FilePath(name))
    if let fault = MusicFolders.fault(folder) { throw PipelineFailure(fault) }
    return folder
  }

  private func askForMusic() throws -> FilePath {
    let found = MusicGuess.folder()
    if yes {
      guard let found else { throw ValidationError("No music folder was found: name it with --music DIR.") }
      Terminal.say("Music: ", path: found.display)
      return found
    }
    return FilePath(
      try question("Which folder holds your music?", found?.display) { answer in
        MusicFolders.fault(Workspace.absolute(FilePath(answer)))
      })
  }

  // MARK: foobar2000

  private func checked(exports name: String) throws -> FilePath {
    if access(name, R_OK) != 0 {
      throw PipelineFailure("\(name): cannot be read (\(String(cString: strerror(errno))))")
    }
    return Workspace.absolute(FilePath(name))
  }

  private func askForExports(_ first: inout FirstConfiguration, _ music: [FilePath]) throws {
    let profiles = ProfileFinder().profiles()
    let files = profiles.isEmpty ? [] : FoundProfile.files(below: music)
    var best: (profile: FoundProfile, coverage: FoundProfile.Coverage)?
    for profile in profiles {
      do throws(PipelineFailure) {
        let coverage = try profile.coverage(of: files)
        Terminal.sayWrapped(Self.words(profile, coverage))
        if coverage.matched > best?.coverage.matched ?? 0 { best = (profile, coverage) }
      } catch {
        Terminal.tell("indexctl: \(error)")
      }
    }
    if let best {
      let isTaken =
        try yes
        || ["yes", "y", ""].contains(
          question("Take what it knows of your plays? (yes, no)", "yes") {
            ["yes", "y", "no", "n"].contains($0) ? nil : "Answer yes or no."
          })
      if isTaken {
        first.exports = best.profile.folder
        first.paths = best.coverage.drives
        return
      }
    }
    guard !yes else { return }
    let answer = try question(
      "Where is the profile of foobar2000, or a folder of its exports? (empty: none yet)", ""
    ) { answer in
      answer.isEmpty || access(answer, R_OK) == 0 ? nil : "\(answer): cannot be read"
    }
    guard !answer.isEmpty else { return }
    first.exports = Workspace.absolute(FilePath(answer))
    if let profile = ProfileFinder.profile(at: Workspace.absolute(FilePath(answer))) {
      try tell(profile, &first, music)
    }
  }

  /// Tells how much of a profile is of the music, and takes its drives.
  private func tell(_ profile: FoundProfile, _ first: inout FirstConfiguration, _ music: [FilePath]) throws {
    let coverage = try profile.coverage(of: FoundProfile.files(below: music))
    Terminal.sayWrapped(Self.words(profile, coverage))
    first.paths = coverage.drives
  }

  private static func words(_ profile: FoundProfile, _ coverage: FoundProfile.Coverage) -> String {
    "Found foobar2000 (\(profile.place)), \(profile.folder.display): \(coverage.matched) of "
      + "\(counted(coverage.entries, "entry", "entries")) are files of the music"
  }

  // MARK: Playlist

  private func askForPlaylist(_ first: FirstConfiguration) throws -> FilePath? {
    var chosen: FilePath?
    _ = try question("Where shall the playlist go? (a file or a folder; empty: the state folder)", "") { answer in
      guard !answer.isEmpty else { return nil }
      do {
        chosen = try place(of: answer, first)
        return nil
      } catch {
        return "\(error)"
      }
    }
    return chosen
  }

  /// The playlist's file for an answer: in a folder, one of the usual name. A folder that is missing is made, after asking.
  private func place(of answer: String, _ first: FirstConfiguration) throws -> FilePath {
    var file = Workspace.absolute(FilePath(answer))
    var status = stat()
    if answer.hasSuffix("/") || file.withCString({ stat($0, &status) }) == 0 && status.st_mode & S_IFMT == S_IFDIR {
      while file.bytes.count > 1, file.bytes.last == UInt8(ascii: "/") { file = FilePath(bytes: file.bytes.dropLast()) }
      file = file.appending(StateFolder.playlistName)
    }
    if file.parent.withCString({ access($0, F_OK) }) != 0, errno == ENOENT {
      let isMade =
        try yes
        || (isAsking
          && question("\(file.parent.display): is not there. Make it? (yes, no)", "yes") {
            ["yes", "y", "no", "n"].contains($0) ? nil : "Answer yes or no."
          }.hasPrefix("y"))
      if isMade { try first.makeFolder(file.parent) }
    }
    if let fault = FirstConfiguration.fault(ofPlaylist: file) { throw PipelineFailure(fault) }
    return file
  }

  // MARK: Asking

  /// Asks until the answer has no fault; an empty answer is the one given by default.
  private func question(_ words: String, _ standard: String?, fault: (String) -> String?) throws -> String {
    while true {
      Terminal.sayWrapped(words)
      Terminal.write(standard.map { $0.isEmpty ? "> " : "[\($0.plain)] > " } ?? "> ", to: STDOUT_FILENO)
      guard let line = readLine() else { throw CancellationError() }
      var answer = String(line.drop(while: \.isWhitespace))
      while answer.last?.isWhitespace == true { answer.removeLast() }
      if answer == "~" || answer.hasPrefix("~/"), let home = Caller.home { answer = home.display + answer.dropFirst() }
      if answer.isEmpty, let standard { answer = standard }
      guard answer.isEmpty && standard == nil else {
        guard let fault = fault(answer) else { return answer }
        Terminal.sayWrapped(fault)
        continue
      }
    }
  }
}
