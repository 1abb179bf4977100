import AnalysisWorker
import CLinux
import FolderWatching
import Logging
import MusicIndex
import Pipeline
import ServiceLifecycle
import Settings
import Synchronization
import Tracks

/// Runs the pipeline's jobs one after the other, whenever there is something to do.
actor Conductor: Service {
  private var workspace: Workspace
  private let index: MusicIndex
  private let watcher: FolderWatcher
  private let work: WorkList
  private let pulse: Pulse
  private let notifier: SystemdNotifier
  private let logger: Logger
  private var pool: WorkerPool
  private var pipeline: Pipeline
  private var roots: [FilePath] = []
  private var nextScan = 0.0
  private var training: Task<Void, Never>?
  private var wantsTraining = false

  /// The files that are analysed before events are looked at again, per worker.
  private static let portion = 4

  init(
    workspace: Workspace, index: MusicIndex, watcher: FolderWatcher, work: WorkList, pulse: Pulse,
    notifier: SystemdNotifier, logger: Logger
  ) {
    self.workspace = workspace
    self.index = index
    self.watcher = watcher
    self.work = work
    self.pulse = pulse
    self.notifier = notifier
    self.logger = logger
    pool = Pipeline.pool(workspace.configuration)
    pipeline = Self.pipeline(workspace, index, pool, pulse, logger)
  }

  private static func pipeline(
    _ workspace: Workspace, _ index: MusicIndex, _ pool: WorkerPool, _ pulse: Pulse, _ logger: Logger
  ) -> Pipeline {
    Pipeline(configuration: workspace.configuration, index: index, pool: pool, logger: logger) { _ in pulse.beat() }
  }

  /// Works until the daemon is told to stop.
  func run() async throws {
    let work = work
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await cancelWhenGracefulShutdown { try await self.loop() }
    } onCancelOrGracefulShutdown: {
      work.end()
    }
    training?.cancel()
    await training?.value
    await pool.shutdown()
    try index.write { try $0.setNote(Status.Note.activity, nil) }
  }

  private func loop() async throws {
    watchRoots()
    work.add {
      $0.everything = true
      $0.inbox = true
      $0.requests = true
    }
    notifier.ready(status: "Starting")
    while !Task.isCancelled {
      do {
        try await turn()
      } catch is CancellationError {
        return
      } catch {
        // What went wrong once may go right later: a disk that was full, a share that was away.
        logger.error("\(error)")
        keepProblem("\(error)")
        try? await Task.sleep(for: .seconds(10))
        if !isRetrying { work.add { $0.everything = true } }
        isRetrying = true
      }
    }
  }

  private var isRetrying = false

  /// Tells `status` what went wrong, or with `nil` that nothing does any more.
  private func keepProblem(_ problem: String?) {
    do {
      guard try index.read({ try $0.note(Status.Note.problem) }) != problem else { return }
      try index.write { try $0.setNote(Status.Note.problem, problem) }
    } catch {
      // The index itself may be the problem; the log has it.
      logger.debug("\(error)")
    }
  }

  /// Does what there is to do, then waits for more.
  private func turn() async throws {
    pulse.beat()
    var todo = work.take()
    if todo.reload { await reload() }
    if !todo.mounts.isEmpty { noteMounts(&todo) }
    try await look(todo)
    if isRetrying, !todo.isEmpty { isRetrying = false }
    let waiting = try await analyse()
    if waiting { return }
    try await refresh(hastily: true)
    keepProblem(nil)
    if try pipeline.isMatchingDue() {
      await work.wait(seconds: Self.quiet)
      if !work.isEmpty || Task.isCancelled { return }
      try await refresh(hastily: false)
    }
    try startTrainingIfDue()
    try say("idle")
    releaseMemory()
    pulse.rest()
    await work.wait(seconds: max(1, min(nextScan, try nextTraining() ?? .infinity) - Clock.now()))
    if Clock.now() >= nextScan { work.add { $0.everything = true } }
  }

  /// A file system that came or went where the music lies makes everything worth a look. One elsewhere concerns the music
  /// only through links, and machines with containers have many of them: these are worth a look once in a while.
  private func noteMounts(_ todo: inout WorkList.Work) {
    let concerned = todo.mounts.contains { mount in
      roots.contains { mount.isInside($0) || $0.isInside(mount) }
    }
    if concerned { todo.everything = true } else { nextScan = min(nextScan, Clock.now() + Self.linkInterval) }
  }

  /// The seconds within which links that lead to another file system are looked at again.
  private static let linkInterval = 45.0

  /// The seconds without news after which every record is matched again.
  private static let quiet = 5.0

  /// Gives back what the last jobs needed; whoever idles for hours should not hold it.
  private func releaseMemory() {
    index.releaseMemory()
    linux_release_memory()
  }

  // MARK: Looking

  private func watchRoots() {
    let wanted = workspace.settings.music.map(MusicFolders.resolved)
    for root in roots where !wanted.contains(root) { watcher.unwatch(root: root) }
    for root in wanted where !roots.contains(root) { watcher.watch(root: root) }
    roots = wanted
  }

  /// What the watcher has to say to a scan. A look at one folder goes down only into folders that were not watched yet.
  private func eyes(deep: Bool) -> ScanEyes {
    let (watcher, pulse) = (watcher, pulse)
    return ScanEyes(
      enter: { folder in
        pulse.beat()
        return watcher.watch(folder) != .known || deep
      }, isBusy: { watcher.isBeingWritten($0) })
  }

  private func look(_ todo: WorkList.Work) async throws {
    if todo.requests {
      for file in Request.waiting(in: workspace.state) {
        try say("serving a request")
        await RequestDesk(pipeline, logger).serve(file, eyes: eyes(deep: true))
      }
      Request.cleanUp(workspace.state)
    }
    if todo.inbox { _ = try await pipeline.importInbox() }
    var result = ScanResult()
    if todo.everything {
      try say("looking for music")
      let started = Clock.steady()
      result = try await pipeline.scan(eyes: eyes(deep: true))
      nextScan = Clock.now() + interval(scanSeconds: Clock.steady() - started)
      try pipeline.forgetMissing()
    } else if !todo.folders.isEmpty {
      let folders = todo.folders.sorted()
      result = try await pipeline.scan(folders, eyes: eyes(deep: false))
      // A look at everything decides whether what was warned of is still, or only now, the case.
      let warned = try index.read { try $0.note(Status.Note.warnings) } != nil
      if warned || !result.warnings.isEmpty { work.add { $0.everything = true } }
    }
    try keepWatchState()
  }

  /// The seconds until everything is looked at again. Where folders could not be watched this stands in for watching, as
  /// often as it costs little; what other machines change on a network file system waits for the configured time.
  private func interval(scanSeconds: Double) -> Double {
    let configured = Double(workspace.settings.scan.intervalMinutes) * 60
    let isBlind = watcher.troubles.contains { $0.reason != .networkFileSystem }
    return isBlind ? min(configured, max(Self.blindInterval, 20 * scanSeconds)) : configured
  }

  /// The seconds between two looks at everything where watching does not tell all that changes.
  private static let blindInterval = 30.0

  private func keepWatchState() throws {
    let troubles = watcher.troubles
    let note = troubles.isEmpty ? "live" : "degraded\t" + troubles.map(\.advice).joined(separator: " ")
    let known = try index.read { try $0.note(Status.Note.watch) }
    if known != note { try index.write { try $0.setNote(Status.Note.watch, note) } }
  }

  // MARK: Working

  /// Analyses a portion of what waits.
  ///
  /// - Returns: whether there may be more.
  private func analyse() async throws -> Bool {
    let limit = Self.portion * pipeline.configuration.workers
    let version = FeatureVariant.dense.version
    let waiting = try index.read {
      try $0.libraryCounts(version: version).waiting + $0.cueTrackCounts(version: version).waiting
    }
    guard waiting > 0 else { return false }
    try say("analysing, \(waiting) files waiting")
    let result = try await pipeline.analyse(limit: limit)
    let done = result.analysed + result.recognised + result.failed + result.parts + result.failedParts
    // A few new files go straight on to the playlist; a large backlog is worked off first.
    if waiting <= limit { return false }
    return done > 0
  }

  /// Brings labels, scores and the playlist up to date.
  ///
  /// - Parameter hastily: whether to match only records without a file where that will do for now.
  private func refresh(hastily: Bool) async throws {
    if hastily, try pipeline.isFresh() { return }
    try say("labelling")
    try countChanges(try await pipeline.label(hastily: hastily))
    _ = try await pipeline.score()
    _ = try await pipeline.writePlaylist()
    let changes = try index.read { try $0.note(Self.changesNote) }.flatMap(Int.init) ?? 0
    try pipeline.keepFresh(trained: changes == 0)
  }

  private func countChanges(_ changes: LabelChanges) throws {
    let judged = changes.moves.filter { move, _ in
      [move.from, move.to].contains { $0 == .good || $0 == .bad }
    }.values.reduce(0, +)
    guard judged > 0 else { return }
    try index.write { transaction in
      let before = try transaction.note(Self.changesNote).flatMap(Int.init) ?? 0
      try transaction.setNote(Self.changesNote, String(before + judged))
    }
  }

  // MARK: Training

  /// The note that counts the judged labels that changed since the last training.
  private static let changesNote = "labelChanges"
  /// The note that holds when the last training ended.
  private static let trainedNote = "lastTraining"

  /// When the next training is due, in seconds since 1970; `nil` while nothing asks for one.
  private func nextTraining() throws -> Double? {
    guard training == nil else { return nil }
    let (changes, last) = try index.read { transaction in
      (
        try transaction.note(Self.changesNote).flatMap(Int.init) ?? 0,
        try transaction.note(Self.trainedNote).flatMap(Double.init)
      )
    }
    let model = workspace.settings.model
    var next: Double?
    var reason = "no judged label has changed"
    if changes >= model.retrainAfterLabels || (last == nil && changes > 0) {
      next = Clock.now()
      reason = "\(changes) judged labels have changed"
    } else if changes > 0, let last {
      next = last + Double(model.retrainAfterHours) * 3_600
      reason = "\(changes) judged labels have changed since the last training"
    }
    let note = "\(next.map { String($0) } ?? "")\t\(reason)"
    if try index.read({ try $0.note(Status.Note.retraining) }) != note {
      try index.write { try $0.setNote(Status.Note.retraining, note) }
    }
    return next
  }

  private func startTrainingIfDue() throws {
    guard let next = try nextTraining(), next <= Clock.now() else { return }
    let (pipeline, logger, work, index) = (pipeline, logger, work, index)
    let started = try index.read { try $0.note(Self.changesNote).flatMap(Int.init) ?? 0 }
    training = Task {
      do {
        _ = try await pipeline.train()
      } catch is CancellationError {
        return
      } catch {
        logger.error("the training failed: \(error)")
      }
      do {
        try index.write { transaction in
          let now = try transaction.note(Self.changesNote).flatMap(Int.init) ?? 0
          try transaction.setNote(Self.changesNote, String(max(0, now - started)))
          try transaction.setNote(Self.trainedNote, String(Clock.now()))
        }
      } catch {
        logger.error("\(error)")
      }
      self.endTraining()
      work.add { $0.trained = true }
    }
  }

  private func endTraining() {
    training = nil
  }

  // MARK: Telling

  private func say(_ activity: String) throws {
    notifier.status(activity.prefix(1).uppercased() + activity.dropFirst())
    let words = training == nil ? activity : "\(activity), training"
    let known = try index.read { try $0.note(Status.Note.activity) }
    if known != words { try index.write { try $0.setNote(Status.Note.activity, words) } }
  }

  private func reload() async {
    notifier.reloading()
    do {
      let fresh = try Workspace.load(workspace.file.display)
      guard fresh.state == workspace.state else {
        logger.error("\(fresh.file.display): `state` cannot change while indexd runs; restart it")
        notifier.ready(status: "Kept the old settings")
        return
      }
      workspace = fresh
      await pool.shutdown()
      pool = Pipeline.pool(fresh.configuration)
      pipeline = Self.pipeline(fresh, index, pool, pulse, logger)
      watchRoots()
      work.add { $0.everything = true }
      logger.notice("\(fresh.file.display): the new settings hold")
      notifier.ready(status: "Took the new settings")
    } catch {
      logger.error("\(error); the old settings stay")
      notifier.ready(status: "Kept the old settings")
    }
  }
}
