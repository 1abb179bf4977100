import ArgumentParser
import Glibc
import IndexDaemon
import Logging
import MusicIndex
import Pipeline
import Platform
import Playlists
import ServiceState
import Settings
import Setup
import Tracks

/// The daemon in the foreground, as systemd starts it.
struct Indexd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "indexd",
    abstract: "Watches your music, learns your taste and keeps a playlist of what you will probably like.",
    discussion: """
      It runs in the foreground and logs to standard error; SIGTERM ends it with exit code 0, SIGHUP makes it read its \
      configuration again. Exit codes: 0 done, 1 failed, 3 done but some tracks failed, 64 wrong usage, 78 wrong \
      configuration.
      """,
    version: "1.0.0")

  @Option(
    help: ArgumentHelp(
      "The configuration; else ~/.config/indexd/indexd.yaml, else /etc/indexd/indexd.yaml.", valueName: "file"))
  var config: String?
  @Flag(help: "Do every job a single time and end.") var once = false

  func run() async throws {
    OwnMemory.hide()
    signal(SIGPIPE, SIG_IGN)
    // Until the daemon takes it for a reload it must not end it. A single run has nothing to reload.
    if !once { signal(SIGHUP, SIG_IGN) }
    let workspace: Workspace
    do {
      workspace = try Workspace.load(config)
    } catch {
      complain("\(error)")
      throw ExitCode(78)
    }
    do {
      try becomeOwner(of: workspace)
    } catch {
      complain("\(error)")
      throw ExitCode(1)
    }
    let threshold = LogThreshold(workspace.settings.log.level)
    LoggingSystem.bootstrap { _ in JournalLog(threshold: threshold) }
    let logger = Logger(label: "indexd")
    do {
      if once {
        let failed = try await Daemon.once(workspace, logger: logger)
        if failed { throw ExitCode(3) }
      } else {
        try await Daemon(workspace, logger: logger, threshold: threshold).run()
      }
    } catch let exit as ExitCode {
      throw exit
    } catch is CancellationError {
      return
    } catch let failure as IndexFailure where failure.reason == .newerVersion {
      // It does not get better by trying again.
      logger.critical("\(failure)")
      throw ExitCode(78)
    } catch {
      logger.critical("\(error)")
      throw ExitCode(1)
    }
  }

  /// Root becomes the owner of the state folder and begins anew: a process that was root keeps marks of it, such as a
  /// `/proc/self` that is not its own.
  private func becomeOwner(of workspace: Workspace) throws(PipelineFailure) {
    let program = MusicFolders.resolved(FilePath("/proc/self/exe"))
    guard try StateOwner.become(ownerOf: workspace.state.path) else { return }
    let arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    program.withCString { _ = execv($0, arguments) }
    throw PipelineFailure(
      "the owner of \(workspace.state.path.display) cannot start \(program.display) "
        + "(\(SystemError.text()))")
  }

  private func complain(_ words: String) {
    let line = Array("indexd: \(words)\n".utf8)
    // Where nobody hears the complaint, the exit code still tells it.
    _ = write(STDERR_FILENO, line, line.count)
  }
}
