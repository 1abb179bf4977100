import ArgumentParser
import Glibc
import Pipeline
import Platform
import Settings
import Setup
import Tracks

/// `indexctl setup`.
struct Setup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the first configuration and the folders, and says what comes next.",
    usage: """
      indexctl setup [--config <file>]
      indexctl setup --music <dir> ... [--playlist <file>] [--exports <dir>]
                     [--user | --system] [--enable] [--force]
      """,
    discussion: "On a terminal it asks for what is not given. A configuration that is there is kept.")

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
  @Option(help: ArgumentHelp("A folder of exports of foobar2000, to be imported.", valueName: "dir"))
  var exports: String?
  @Flag var owner: Owner?
  @Flag(help: "Also have systemd start your user's service.") var enable = false
  @Flag(help: "Replace a configuration that is there.") var force = false

  func run() async throws {
    DiskWatch.add(files: music + [playlist, exports, common.config].compactMap(\.self))
    if let exports, access(exports, R_OK | X_OK) != 0 {
      throw PipelineFailure("\(exports): cannot be read (\(String(cString: strerror(errno))))")
    }
    let first = try music.isEmpty ? ask() : given()
    if first.isSystem, geteuid() != 0, first.file == nil {
      throw PipelineFailure("the system's configuration is root's to make: run this with sudo, or give --user")
    }
    if enable, first.isSystem { throw ValidationError("--enable is for a user's service; see the next steps.") }
    let report = try first.make(overwriting: force)
    for words in report.made { Terminal.sayWrapped("Made " + words) }
    if enable {
      try FirstConfiguration.enableUserService(report.workspace)
      Terminal.say("indexd is started, now and at every login.")
      return
    }
    Terminal.say()
    Terminal.say("Next, in the folder of the program's source:")
    for step in first.nextSteps(report.workspace) { Terminal.say("  " + step) }
  }

  private func given() -> FirstConfiguration {
    FirstConfiguration(
      music: music.map { FilePath($0) }, playlist: playlist.map { FilePath($0) }, exports: exports.map { FilePath($0) },
      isSystem: isSystem ?? false, file: common.config.map { FilePath($0) })
  }

  private var isSystem: Bool? { owner.map { $0 == .system } }

  // MARK: Asking

  private func ask() throws -> FirstConfiguration {
    guard isatty(STDIN_FILENO) == 1 else {
      throw ValidationError("Without a terminal to ask on, name the music folder with --music DIR.")
    }
    let folder = try question("Which folder holds your music?", nil) { answer in
      MusicFolders.fault(Workspace.absolute(FilePath(answer)))
    }
    let list =
      try playlist ?? question("Where shall the playlist go? (a file; empty: the state folder)", "") { _ in nil }
    let folderOfExports =
      try exports
      ?? question("Where are your exports of foobar2000? (a folder; empty: none yet)", "") { answer in
        answer.isEmpty || access(answer, R_OK) == 0 ? nil : "\(answer): cannot be read"
      }
    let system =
      try isSystem
      ?? (question("For the whole system, or for your user only? (system, user)", "user") {
        ["system", "user"].contains($0) ? nil : "Answer system or user."
      } == "system")
    return FirstConfiguration(
      music: [FilePath(folder)], playlist: list.isEmpty ? nil : FilePath(list),
      exports: folderOfExports.isEmpty ? nil : FilePath(folderOfExports), isSystem: system,
      file: common.config.map { FilePath($0) })
  }

  /// Asks until the answer has no fault; an empty answer is the one given by default.
  private func question(_ words: String, _ standard: String?, fault: (String) -> String?) throws -> String {
    while true {
      Terminal.say(words)
      Terminal.write("> ", to: STDOUT_FILENO)
      guard let line = readLine() else { throw CancellationError() }
      var answer = String(line.drop(while: \.isWhitespace))
      while answer.last?.isWhitespace == true { answer.removeLast() }
      if answer.hasPrefix("~/"), let home = Workspace.environment("HOME") { answer = home + answer.dropFirst() }
      if answer.isEmpty, let standard { answer = standard }
      guard answer.isEmpty && standard == nil else {
        guard let fault = fault(answer) else { return answer }
        Terminal.say(fault)
        continue
      }
    }
  }
}
