import AnalysisWorker
import CLinux
import FolderWatching
public import Logging
import MusicIndex
import Pipeline
import Platform
import ServiceLifecycle
import ServiceState
import Settings
public import Setup
import Tracks
import UnixSignals

/// The services that run the pipeline's jobs over time.
public struct Daemon: Sendable {
  private let workspace: Workspace
  private let logger: Logger
  private let threshold: LogThreshold

  /// The seconds within which work shows a sign of life.
  private static let patience = 120.0

  /// A daemon for a workspace.
  ///
  /// - Parameter threshold: What the logger's handler goes by: a reload sets it anew.
  public init(_ workspace: Workspace, logger: Logger, threshold: LogThreshold) {
    self.workspace = workspace
    self.logger = logger
    self.threshold = threshold
  }

  /// Does every job a single time.
  ///
  /// - Returns: whether some tracks failed, or could not be read for now.
  /// - Throws: what the jobs throw; `PipelineFailure` where another process works on the state folder.
  public static func once(_ workspace: Workspace, logger: Logger) async throws -> Bool {
    try workspace.state.make()
    let lock = try StateLock(workspace.state)
    defer { _ = lock }
    for folder in workspace.settings.music {
      if let fault = MusicFolders.fault(folder) { logger.warning("\(fault)") }
    }
    for relation in MusicFolders.relations(workspace.settings.music) { logger.info("\(relation)") }
    var index = try IndexRepair.open(workspace.state, logger: logger)
    do {
      return try await once(workspace, index, logger)
    } catch let failure as IndexFailure where failure.reason == .damaged {
      // A damaged file may refuse this too.
      try? index.close()
      index = try IndexRepair.rebuild(workspace.state, because: failure.detail, logger: logger)
      return try await once(workspace, index, logger)
    }
  }

  private static func once(_ workspace: Workspace, _ index: MusicIndex, _ logger: Logger) async throws -> Bool {
    let configuration = workspace.configuration
    let pool = Pipeline.pool(configuration)
    let pipeline = Pipeline(configuration: configuration, index: index, pool: pool, logger: logger)
    do {
      for file in Request.waiting(in: workspace.state) { try await RequestHandler(pipeline, logger).serve(file) }
      _ = try await pipeline.once()
      await pool.shutdown()
      return try index.read {
        try $0.libraryCounts(version: FeatureVariant.dense.version).failed > 0 || !$0.postponed().isEmpty
      }
    } catch {
      await pool.shutdown()
      throw error
    }
  }

  /// Opens the index and notes the start in it; makes it anew where either shows that it is damaged.
  private func openIndex(_ notifier: SystemdNotifier) throws -> MusicIndex {
    func extendTimeout() { notifier.extendTimeout(seconds: Self.patience) }
    let index = try IndexRepair.open(workspace.state, logger: logger, progress: extendTimeout)
    do {
      try Self.noteStart(index)
      return index
    } catch let failure as IndexFailure where failure.reason == .damaged {
      // A damaged file may refuse this too.
      try? index.close()
      let fresh = try IndexRepair.rebuild(
        workspace.state, because: failure.detail, logger: logger, progress: extendTimeout)
      try Self.noteStart(fresh)
      return fresh
    }
  }

  private static func noteStart(_ index: MusicIndex) throws {
    try index.write { transaction in
      try transaction.setNote(.daemonSince, Clock.now())
      // What a run that was killed left behind tells nothing of this one.
      try transaction.setNote(.activity, "starting")
      try transaction.setNote(.retraining, nil)
    }
  }

  /// Runs until SIGTERM or SIGINT.
  ///
  /// - Throws: `PipelineFailure`, `IndexFailure` where the state cannot be used.
  public func run() async throws {
    linux_hold_little_memory()
    let notifier = SystemdNotifier()
    // libinotifytools needs a low descriptor, so it comes first.
    let watcher = FolderWatcher(quiet: workspace.settings.scan.settleSeconds)
    try workspace.state.make()
    let lock = try StateLock(workspace.state)
    let index = try openIndex(notifier)
    let work = PendingWork()
    let health = HealthMonitor(stallTimeout: Double(workspace.settings.analysis.timeLimit) + Self.patience)
    let scheduler = Scheduler(
      workspace: workspace, lock: lock, index: index, watcher: watcher, work: work, health: health, notifier: notifier,
      threshold: threshold, logger: logger)
    let places = await scheduler.drops.places
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          .init(service: Watchdog(notifier: notifier, health: health)),
          .init(
            service: WatchEventService(
              watcher: watcher, work: work, state: workspace.state, places: places, logger: logger)),
          .init(service: ReloadSignal(work: work)),
          .init(service: scheduler),
        ], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
    let forcedEnd = ForcedEnd(logger: logger)
    defer { withExtendedLifetime(forcedEnd) {} }
    logger.notice("indexd works on \(workspace.state.path.display)")
    try await group.run()
    notifier.stopping(status: "Stopped")
    watcher.stop()
    logger.notice("indexd has stopped")
  }

  /// The group's own words are of no interest to the owner.
  private var quiet: Logger {
    var quiet = logger
    quiet.logLevel = .error
    return quiet
  }
}

/// Tells systemd that the daemon is alive, as long as it is.
private struct Watchdog: Service {
  let notifier: SystemdNotifier
  let health: HealthMonitor

  func run() async throws {
    guard let seconds = notifier.watchdogSeconds else {
      return try await gracefulShutdown()
    }
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        if health.isHealthy { notifier.watchdog() }
        // Ends at once when the daemon stops.
        try? await Task.sleep(for: .seconds(seconds / 3))
      }
    }
  }
}

/// Turns what the watcher sees into work.
private struct WatchEventService: Service {
  let watcher: FolderWatcher
  let work: PendingWork
  let state: StateFolder
  let places: SourcePlaces
  let logger: Logger

  func run() async throws {
    for await event in watcher.events.cancelOnGracefulShutdown() {
      switch event {
      case .look(let folder) where folder == state.inbox: work.add { $0.inbox = true }
      case .look(let folder) where folder == state.requests: work.add { $0.requests = true }
      case .look(let folder):
        let isSource = places.contains(folder)
        work.add { work in
          work.inbox = work.inbox || isSource
          work.folders.insert(folder)
        }
      case .overflow:
        logger.warning("events were lost: looking at everything")
        work.add {
          $0.everything = true
          $0.hasLostEvents = true
        }
      case .rules: work.add { $0.everything = true }
      case .degraded(let trouble):
        logger.warning("\(trouble)")
        work.add { $0.everything = true }
      case .recovered: work.add { $0.everything = true }
      case .mounted(let point), .unmounted(let point): work.add { $0.mounts.insert(point) }
      }
    }
  }
}

/// Turns SIGHUP into work.
private struct ReloadSignal: Service {
  let work: PendingWork

  func run() async throws {
    for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
      work.add { $0.reload = true }
    }
  }
}
