public import ArgumentParser
import Glibc
import MusicIndex
import Pipeline
import Platform
import Playlists
import ServiceState
import Settings
import Setup
import TasteModel
import Tracks

/// The program that tells how indexd stands and hands it work.
public struct Indexctl: AsyncParsableCommand {
  /// The name, the help and the commands.
  public static let configuration = CommandConfiguration(
    commandName: "indexctl",
    abstract: "Finds the unheard tracks of your own music that you will probably like.",
    discussion: """
      Start with `indexctl try MUSIC_DIR Statistics.xml Active.m3u8`: it does the whole job once, without a daemon \
      and without a configuration.

      The option --config FILE goes before or after a command. Exit codes: 0 done, 1 failed, 3 done but some tracks \
      failed, 64 wrong usage, 78 wrong configuration.
      """,
    version: Version.text,
    subcommands: [
      Try.self, StatusCommand.self, Labels.self, Scores.self, Failures.self, Unmatched.self, Explain.self, Similar.self,
      Duplicates.self, Models.self, Evaluate.self, Report.self,
      Features.self, Import.self, Rescan.self, Retrain.self, Label.self, CheckConfig.self, DoctorCommand.self,
      Setup.self, BackupCommand.self, RestoreCommand.self, Export.self,
    ])

  /// A command without arguments, for the parser.
  public init() {}

  /// Runs the command that the arguments of this process name, and ends it with the code of a failure.
  public static func main() async {
    OwnMemory.hide()
    // A reader that has seen enough must not end the program half-way through its work.
    signal(SIGPIPE, SIG_IGN)
    var arguments = Array(CommandLine.arguments.dropFirst())
    // The parser knows --config as an option of each command, so one before the command moves behind it.
    var moved: [String] = []
    while let first = arguments.first, first == "--config" || first.hasPrefix("--config=") {
      let count = first == "--config" ? min(2, arguments.count) : 1
      moved += arguments.prefix(count)
      arguments.removeFirst(count)
    }
    if !moved.isEmpty, let command = arguments.first {
      arguments = [command] + moved + arguments.dropFirst()
    }
    guard let first = arguments.first else {
      if !moved.isEmpty { end(ValidationError("Name the command for this configuration behind --config FILE.")) }
      Terminal.sayLines(FirstWords.text)
      return
    }
    refuseUnknown(first)
    do {
      var command = try parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      end(error)
    }
  }

  /// Ends with a suggestion where a word is no command: the parser would complain of what follows it.
  private static func refuseUnknown(_ word: String) {
    let names = configuration.subcommands.map { $0._commandName } + ["help"]
    guard !word.hasPrefix("-"), !names.contains(word) else { return }
    let nearest = Spelling.nearest(word, among: names).map { "did you mean \($0)? See" } ?? "see"
    Terminal.tell("indexctl: unknown command \(word); \(nearest) `indexctl --help`")
    leave(64)
  }

  private static func end(_ error: any Error) -> Never {
    switch error {
    case let failure as SettingsFailure:
      Terminal.tell("indexctl: \(failure)")
      if failure.line == nil {
        if let trial = Trial.newest() {
          Terminal.tell("indexctl: the newest trial has a configuration of its own:")
          Terminal.tellCommand("indexctl --config \(Shell.quoted(trial)) \(typed)")
        }
        Terminal.tell(
          "indexctl: name a configuration with --config, make one with `indexctl setup --user` or `sudo indexctl setup "
            + "--system`, or start with `indexctl try MUSIC_DIR`")
      }
      leave(78)
    case let failure as any CustomStringConvertible
    where error is PipelineFailure || error is IndexFailure || error is PlaylistFailure || error is TasteFailure:
      Terminal.tell("indexctl: \(failure)")
      if error is IndexFailure, "\(failure)".contains(SystemError.text(EACCES)) {
        Terminal.tell("indexctl: `indexctl doctor` names the command that lets you read it")
      }
      leave(1)
    case let failure as RemediedFailure:
      Terminal.tell("indexctl: \(failure.words)")
      Terminal.tellCommand(failure.command)
      leave(1)
    case let failure as AmbiguousTrack:
      let count = failure.candidates.count
      Terminal.tell("indexctl: \(failure.argument.display): \(count) files are named so; to name one of them type:")
      for name in failure.names {
        let place = failure.number > 0 ? FilePath("\(name.display)|subsong:\(failure.number)") : name
        Terminal.tell("  \(Shell.quoted(place))")
      }
      let more = count - failure.names.count
      if more > 0 { Terminal.tell("  and \(more) more: give more of the path") }
      leave(1)
    case let failure as UnknownTrack:
      Terminal.tell("indexctl: \(failure.argument.display): is not in the index; for a name like it type:")
      for name in failure.names { Terminal.tell("  \(Shell.quoted(name))") }
      leave(1)
    case is CancellationError:
      Terminal.tell("indexctl: stopped; what was finished is kept")
      leave(1)
    default:
      let names = configuration.subcommands.map { $0._commandName }
      UsageFailure.end(error, of: Self.self, command: CommandLine.arguments.dropFirst().first(where: names.contains))
    }
  }

  /// The command that was typed, for a configuration of its own; `status` where it is about another one, or makes one.
  private static var typed: String {
    let words = CommandLine.arguments.dropFirst()
    let others = [CheckConfig.self, Setup.self, DoctorCommand.self] as [any ParsableCommand.Type]
    guard let first = words.first, !first.hasPrefix("-"), !others.contains(where: { $0._commandName == first }),
      !words.contains(where: { $0 == "--config" || $0.hasPrefix("--config=") })
    else { return "status" }
    func isPlain(_ word: String) -> Bool {
      !word.isEmpty
        && word.utf8.allSatisfy { byte in
          (48...57).contains(byte) || (97...122).contains(byte | 32) || "-._/=,".utf8.contains(byte)
        }
    }
    return words.map { isPlain($0) ? $0 : Shell.quoted(FilePath($0)) }.joined(separator: " ")
  }

  private static func leave(_ code: Int32) -> Never {
    Glibc.exit(code)
  }
}

/// The version of these programs.
enum Version {
  /// The version as `--version` prints it.
  static let text = "1.0.0"
}

/// What every command that works on an index takes.
struct Common: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The configuration; else ~/.config/indexd/indexd.yaml, else /etc/indexd/indexd.yaml.", valueName: "file"))
  var config: String?

  /// The configuration with its places. Root becomes the owner of the state folder.
  ///
  /// - Parameters:
  ///   - forGood: Whether it remains that; else `StateOwner.asCaller` writes what the command was told to write.
  ///   - needsSetup: Whether one that is as it was installed is refused.
  func workspace(forGood: Bool = true, needsSetup: Bool = true) throws -> Workspace {
    let workspace = try load(needsSetup: needsSetup)
    try StateOwner.become(ownerOf: workspace.state.path, forGood: forGood)
    return workspace
  }

  /// The configuration with its places, by the rights of whoever started this.
  func load(needsSetup: Bool = true) throws -> Workspace {
    DiskWatch.add(Workspace.possibleFiles(config))
    let workspace = try Workspace.load(config)
    if needsSetup, config == nil, let fault = FirstConfiguration.fault(untouched: workspace) { throw fault }
    DiskWatch.add([workspace.state.path])
    return workspace
  }

  /// The configuration with its places, for a command on a track.
  func workspace(andTrack track: String) throws -> Workspace {
    let workspace = try load()
    DiskWatch.add(workspace.places + [Workspace.absolute(FilePath(track))])
    try StateOwner.become(ownerOf: workspace.state.path)
    return workspace
  }

  /// The index, for reading, with the configuration it belongs to.
  func index(forGood: Bool = true) throws -> (workspace: Workspace, index: MusicIndex) {
    let workspace = try workspace(forGood: forGood)
    return (workspace, try MusicIndex(workspace.state.index, readOnly: true))
  }
}
