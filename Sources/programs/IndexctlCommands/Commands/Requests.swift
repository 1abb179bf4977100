import ArgumentParser
import Foundation
import Glibc
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Settings
import Setup
import Tracks

/// How a command hands work to the daemon and, if asked to, waits for it.
struct Delivery: ParsableArguments {
  @Flag(help: "Wait until indexd has done it, and print what came of it; it must be running.") var wait = false

  /// Refuses to leave work where nobody has ever worked.
  static func requireState(of workspace: Workspace) throws {
    let inbox = workspace.state.inbox
    guard inbox.withCString({ access($0, F_OK) }) != 0 else { return }
    if errno == EACCES {
      throw PipelineFailure(
        "\(workspace.state.path.display): only members of its group may do this; become one (`indexctl doctor` tells "
          + "how), or use sudo")
    }
    throw RemediedFailure(
      words:
        "\(workspace.state.path.display): indexd has not worked here yet; start it, or give this command, then ask "
        + "again:", command: once(workspace))
  }

  /// Drops a request.
  func deliver(_ request: Request, to workspace: Workspace) async throws {
    try Self.requireState(of: workspace)
    let isRunning = StateLock.holder(of: workspace.state) != nil
    if isRunning, wait {
      let answer = try await Self.answer(to: request, in: workspace)
      Terminal.sayLines(answer.message)
      guard answer.status == .done else { throw ExitCode(1) }
      return
    }
    _ = try request.drop(in: workspace.state)
    guard isRunning else { return try Self.tellLater(workspace, wait: wait) }
    Terminal.say("indexd is told, and does it now.")
  }

  /// Drops a request for the daemon that runs, and waits for what it answers.
  static func answer(to request: Request, in workspace: Workspace) async throws -> RequestAnswer {
    let answer = Request.answer(to: try request.drop(in: workspace.state))
    while true {
      if let text = SmallFile.read(answer) {
        return RequestAnswer(bytes: text)
      }
      guard StateLock.holder(of: workspace.state) != nil else {
        Terminal.tell("indexctl: indexd has ended; it will be done at its next start")
        throw ExitCode(1)
      }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// Says that no daemon runs, and what does the work now.
  ///
  /// - Throws: `RemediedFailure` where somebody wanted to wait for it.
  static func tellLater(_ workspace: Workspace, wait: Bool) throws {
    let outlook = "it is done at its next start, or now by:"
    if wait {
      throw RemediedFailure(
        words: "indexd is not running, so there is nothing to wait for; \(outlook)", command: once(workspace))
    }
    Terminal.say("indexd is not running; \(outlook)")
    Terminal.sayCommand(once(workspace))
  }

  /// The command that does everything once.
  private static func once(_ workspace: Workspace) -> String {
    "indexd --once --config \(Shell.quoted(workspace.file))"
  }
}

/// `indexctl rescan`.
struct Rescan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Has indexd look at folders again and believe what it finds.",
    discussion: """
      Also where most files are gone, which indexd does not believe by itself.

      Examples:
        indexctl rescan
        indexctl rescan ~/Music/New --wait
      """)

  @OptionGroup var common: Common
  @OptionGroup var delivery: Delivery
  @Argument(help: ArgumentHelp("The folders; every music folder by default.", valueName: "path"))
  var paths: [String] = []

  func run() async throws {
    let workspace = try common.workspace()
    try workspace.requireAnswers(also: paths.map { Workspace.absolute(FilePath($0)) })
    let folders = paths.map { MusicFolders.resolved(Workspace.absolute(FilePath($0))) }
    let music = workspace.settings.music.map(MusicFolders.resolved)
    for folder in folders where !music.contains(where: folder.isInside) {
      throw PipelineFailure("\(folder.display): lies in no music folder of \(workspace.file.display)")
    }
    try await delivery.deliver(.rescan(folders), to: workspace)
  }
}

/// `indexctl retrain`.
struct Retrain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Has indexd train a new model now.",
    discussion: """
      Examples:
        indexctl retrain
        indexctl retrain --wait
      """)

  @OptionGroup var common: Common
  @OptionGroup var delivery: Delivery

  func run() async throws {
    try await delivery.deliver(.retrain, to: try common.workspace())
  }
}

/// `indexctl label`.
struct Label: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what you think of a track, against every rule and for good.",
    discussion: """
      auto lets the rules decide again.

      Examples:
        indexctl label "Blue in Green.flac" good
        indexctl label "Blue in Green.flac" auto
      """)

  /// What can be said.
  enum Word: String, ExpressibleByArgument, CaseIterable {
    case good
    case bad
    case ignore
    case auto
  }

  @OptionGroup var common: Common
  @OptionGroup var delivery: Delivery
  @Argument(help: trackHelp) var track: String
  @Argument(help: "good, bad, ignore or auto.") var word: Word

  func run() async throws {
    let workspace = try common.workspace(andTrack: track)
    let index = try MusicIndex(workspace.state.index, readOnly: true)
    let place = try TrackPlace.named(track, in: index)
    _ = try Pipeline.identity(of: place, in: index)
    Terminal.sayWrapped("\(place.display): \(word.rawValue)")
    try await delivery.deliver(.label(place, Correction(rawValue: word.rawValue)), to: workspace)
  }
}

/// `indexctl import`.
struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Hands exports of foobar2000 to indexd by copying them into its inbox.",
    usage: """
      indexctl import [--config <file>] [--dry-run] [--exported-at <time>]
                      [--wait] <file> ...
      """,
    discussion: """
      Examples:
        indexctl import Statistics.xml Active.m3u8 --wait
        indexctl import --dry-run Statistics.xml
      """)

  @OptionGroup var common: Common
  @Flag(help: "Only tell what is in the files, how much of it matches, and which labels would change.")
  var dryRun = false
  @Option(help: ArgumentHelp("When foobar2000 wrote them, as 2026-11-22T10:00:00Z.", valueName: "time"))
  var exportedAt: String?
  @Flag(help: "Wait until indexd has imported them.") var wait = false
  @Argument(help: ArgumentHelp("The files, folders of them, or profile folders of foobar2000.", valueName: "file"))
  var files: [String]

  func validate() throws {
    if let exportedAt, Moment.seconds(exportedAt) == nil {
      throw ValidationError("--exported-at must be a time such as 2026-11-22T10:00:00Z.")
    }
    if let exportedAt, let seconds = Moment.seconds(exportedAt), seconds > Clock.now() + 60 {
      throw ValidationError("--exported-at lies in the future.")
    }
    if files.isEmpty { throw ValidationError("Name at least one file.") }
  }

  func run() async throws {
    let loaded = try common.load()
    DiskWatch.add(files: files)
    // What root is told to read is read with root's rights, and nothing else.
    let staging = try Staging(
      files.flatMap { ExportPlace.files(Workspace.absolute(FilePath($0))) }, forOwnerOf: loaded.state.path)
    let workspace = try common.workspace()
    let paths = staging.files
    if dryRun { return try tell(paths, workspace) }
    try Delivery.requireState(of: workspace)
    var copied: [FilePath] = []
    for path in paths {
      do throws(PipelineFailure) {
        try InboxCopy.copy(path, to: workspace.state, modified: exportedAt.flatMap(Moment.seconds))
        copied.append(path)
        Terminal.say("\(path.name.display) lies in the inbox \(workspace.state.inbox.display)")
      } catch {
        // One that is no export must not keep the others from being imported.
        Terminal.tell("indexctl: \(staging.words(error.description))")
      }
    }
    if copied.isEmpty { throw ExitCode(1) }
    if StateLock.holder(of: workspace.state) == nil {
      try Delivery.tellLater(workspace, wait: wait)
    } else if wait {
      try await waitForImport(of: copied, workspace)
    }
    if copied.count < paths.count { throw ExitCode(1) }
  }

  /// Tells what would change.
  private func tell(_ paths: [FilePath], _ workspace: Workspace) throws {
    let index = try MusicIndex(workspace.state.index, readOnly: true)
    let time = exportedAt.flatMap(Moment.seconds)
    var taken: [FilePath] = []
    for path in paths {
      // What cannot be read is told by the preview.
      if let obstacle = try? InboxCopy.obstacle(to: path, in: workspace.state, modified: time) {
        Terminal.tell("indexctl: \(obstacle)")
      } else {
        taken.append(path)
      }
    }
    if taken.isEmpty { throw ExitCode(1) }
    let preview = try ImportPreview(taken, exportedAt: time, index: index, configuration: workspace.configuration)
    for file in preview.files {
      let path = file.path.display
      let words = "\(path): \(Terminal.afterPath(file.words, path))"
      if file.isRefused { Terminal.tell("indexctl: " + words) } else { Terminal.sayWrapped(words) }
    }
    if preview.files.allSatisfy(\.isRefused) { throw ExitCode(1) }
    func counts(_ labels: [TrackLabel: Int]) -> String {
      TrackLabel.allCases.map { "\(labels[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
    }
    Terminal.say("labels now    \(counts(preview.before))")
    Terminal.say("labels then   \(counts(preview.after))")
    Terminal.sayWrapped("would change  \(preview.changes.count == 0 ? "nothing" : preview.changes.words)")
    for words in preview.advice { Terminal.sayWrapped("advice        \(words)", margin: "              ") }
    if taken.count < paths.count || preview.files.contains(where: \.isRefused) { throw ExitCode(1) }
  }

  private func waitForImport(of paths: [FilePath], _ workspace: Workspace) async throws {
    // The same contents are known by whatever name they came with first.
    let copies = ExportFile.expand(paths.map { workspace.state.inbox.appending($0.name) })
    let wanted = try copies.map { try ExportFile.digest(of: $0) }
    var told: Set<[UInt8]> = []
    var wasRefused = false
    while !told.isSuperset(of: wanted) {
      let index = try MusicIndex(workspace.state.index, readOnly: true)
      let (rows, isLabelled) = try index.read { (try $0.imports(), try ImportChanges.areKnown($0)) }
      for row in rows where wanted.contains(row.digest) {
        // Entries are matched after they were read, when the labels are made.
        guard row.refusal != nil || isLabelled, told.insert(row.digest).inserted else { continue }
        if row.refusal != nil { wasRefused = true }
        Terminal.sayWrapped(
          row.refusal
            ?? "\(row.path.name.display): \(counted(row.entries, "entry", "entries")), \(row.matched) matched, \(row.ambiguous) ambiguous, "
            + "\(row.missing) without a file")
        for warning in row.warnings { Terminal.tell("\(row.path.name.display): \(warning)") }
      }
      if told.isSuperset(of: wanted) { break }
      guard StateLock.holder(of: workspace.state) != nil else {
        Terminal.tell("indexctl: indexd has ended; it will be done at its next start")
        throw ExitCode(1)
      }
      try await Task.sleep(for: .milliseconds(300))
    }
    if wasRefused { throw ExitCode(1) }
  }
}
