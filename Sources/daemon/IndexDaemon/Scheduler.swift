import AnalysisWorker
import FolderWatching
import Logging
import MusicIndex
import Pipeline
import Platform
import Playlists
import ServiceLifecycle
import ServiceState
import Settings
import Setup
import Synchronization
import Tracks

/// Runs the pipeline's jobs one after the other, whenever there is something to do.
actor Scheduler: Service {
  var workspace: Workspace
  var index: MusicIndex
  /// Notices that the index was removed or replaced.
  var keeper: IndexKeeper
  /// Keeps other daemons off the state folder.
  var lock: StateLock
  /// Why its file could not be made again, if it could not.
  var lockTrouble: String?
  let watcher: FolderWatcher
  let work: PendingWork
  let health: HealthMonitor
  let notifier: SystemdNotifier
  let threshold: LogThreshold
  let clock: SchedulerClock
  let logger: Logger
  var pool: WorkerPool
  var pipeline: Pipeline
  /// The same jobs for what goes on beside everything else: it shows no sign of life of the rest.
  var sidePipeline: Pipeline
  /// The training or measuring that goes on beside everything else.
  var job: Task<Void, Never>?
  /// Before this time of the steady clock no training is begun by itself.
  var trainingNotBefore = 0.0
  var trainingFailures = 0
  /// Whether a request waits for the end of that pause.
  private var isRequestPaused = false
  /// Whether the index was left as it should be, or was checked.
  var isSound = false
  /// What is left to do of what was noticed.
  var todo = PendingWork.Work()
  var roots: [FilePath] = []
  private(set) var drops: InboxWatcher
  /// The links that a look at everything has judged.
  private var judgedLinks: Set<FilePath> = []
  /// Whether files are gone, so many that it is not believed.
  private var isLossDoubted = false
  /// Whether a look, an import or a request changed something that labels and playlist do not show yet.
  private var hasPendingChanges = false
  /// How many files waited when they were last counted, in words, and when they are counted again by the steady clock.
  private var waitingWords = ""
  /// How many files are left of those, and what the log is to be told of them.
  private var waiting = 0
  private var backlog = Backlog()
  private var countsAgainAt = 0.0
  /// Before this time of the steady clock a backlog is not interrupted for changes.
  private var backlogRefreshNotBefore = 0.0
  /// Since when every record should be matched again, on the monotonic clock.
  var matchingDueSince: Double?
  /// Before this time on the monotonic clock no old answers are looked for.
  private var nextCleanUp = 0.0
  /// When everything is looked at again, on the monotonic clock.
  var nextScan = 0.0
  var failures = 0
  var lastFailure = ""

  /// The files that are analysed before events are looked at again, per worker.
  private static let portion = 4

  init(
    workspace: Workspace, lock: consuming StateLock, index: MusicIndex, watcher: FolderWatcher, work: PendingWork,
    health: HealthMonitor, notifier: SystemdNotifier, threshold: LogThreshold, clock: SchedulerClock = .system,
    logger: Logger
  ) {
    self.workspace = workspace
    self.lock = lock
    self.index = index
    keeper = IndexKeeper(workspace.state)
    self.watcher = watcher
    self.work = work
    self.health = health
    self.notifier = notifier
    self.threshold = threshold
    self.clock = clock
    self.logger = logger
    drops = InboxWatcher(workspace.state, watcher: watcher, clock: clock)
    pool = Pipeline.pool(workspace.configuration)
    pipeline = Self.pipeline(workspace, index, pool, health, logger)
    sidePipeline = Self.pipeline(workspace, index, pool, nil, logger)
  }

  static func pipeline(
    _ workspace: Workspace, _ index: MusicIndex, _ pool: WorkerPool, _ health: HealthMonitor?, _ logger: Logger
  ) -> Pipeline {
    Pipeline(configuration: workspace.configuration, index: index, pool: pool, logger: logger) { _ in
      health?.recordProgress()
    }
  }

  /// Works until the daemon is told to stop.
  func run() async throws {
    let work = work
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await cancelWhenGracefulShutdown { try await self.loop() }
    } onCancelOrGracefulShutdown: {
      work.end()
    }
    await endJob()
    await pool.shutdown()
    if try keeper.isGone() { index = try keeper.putBack(index, logger: logger) }
    try index.keep(nil, as: .activity)
    try index.close()
    if isSound { CleanShutdownMarker.seal(workspace.state) }
  }

  private func loop() async throws {
    todo.everything = true
    todo.hasLostEvents = true
    checkIndex()
    notifier.ready(status: "Starting")
    while !Task.isCancelled {
      do {
        try await turn()
      } catch is CancellationError {
        return
      } catch let failure as IndexFailure where failure.reason == .damaged {
        try await rebuild(because: failure.detail)
      } catch {
        await recover(from: error)
      }
    }
  }

  /// Does what there is to do, then waits for more.
  private func turn() async throws {
    health.recordProgress()
    try await keepIndex()
    todo.add(work.take())
    if let damage = todo.damage {
      todo.damage = nil
      throw IndexFailure(reason: .damaged, file: index.file.display, detail: damage)
    }
    if todo.reload {
      todo.reload = false
      await reload()
    }
    if !todo.mounts.isEmpty { try noteMounts() }
    try await look()
    if try await analyse() { return try await refreshDuringBacklog() }
    try pipeline.forgetFormerFolders()
    // A list that cannot be written keeps nothing else from being done.
    var obstacle: PlaylistFailure?
    do { try await refresh(incrementally: true) } catch let failure as PlaylistFailure { obstacle = failure }
    hasPendingChanges = false
    if obstacle == nil {
      failures = 0
      lastFailure = ""
      keepProblem(nil)
    }
    if obstacle == nil, try pipeline.isMatchingDue() {
      let since = matchingDueSince ?? clock.steady()
      matchingDueSince = since
      // Changes that never end must not keep this, and the training behind it, from its turn.
      if clock.steady() - since < Self.patience {
        await work.wait(seconds: Self.quiet)
        if !work.isEmpty || Task.isCancelled { return }
      }
      guard try await refreshThoroughly() else { return }
    } else {
      matchingDueSince = nil
    }
    try startTrainingIfDue()
    if let obstacle { throw obstacle }
    try say("idle")
    try await tidy()
    let isTrimmed = try index.trimLog()
    releaseMemory()
    health.markIdle()
    var seconds = nextScan - clock.steady()
    if let training = try nextTraining() { seconds = min(seconds, training - clock.now()) }
    if let retry = try index.read({ try $0.nextRetry() }) { seconds = min(seconds, retry - clock.now()) }
    if !isTrimmed { seconds = min(seconds, 30) }
    if isRequestPaused { seconds = min(seconds, trainingNotBefore - clock.steady()) }
    seconds = min(seconds, drops.nextLook - clock.steady())
    await waitForWork(seconds: max(1, seconds))
    if isRequestPaused { todo.requests = true }
    if clock.steady() >= nextScan { work.add { $0.everything = true } }
  }

  /// A backlog of hours does not keep what changed meanwhile out of the labels and the playlist, as long as that takes a
  /// small part of the time.
  private func refreshDuringBacklog() async throws {
    let started = clock.steady()
    guard hasPendingChanges || todo.trained, started >= backlogRefreshNotBefore else { return }
    backlogRefreshNotBefore = started + 60
    do {
      try await refresh(incrementally: true)
      hasPendingChanges = false
      backlogRefreshNotBefore = clock.steady() + min(max(10, 20 * (clock.steady() - started)), 60)
    } catch let failure as PlaylistFailure {
      // The analysis need not wait for it.
      logger.error("\(failure)")
      keepProblem("\(failure)")
    }
  }

  /// What `status` says of a job that goes on.
  private static func activity(of job: Job) -> String {
    switch job {
    case .import: "importing"
    case .look: "looking for music"
    case .readSheets, .analyse: "analysing"
    case .compare: "comparing"
    case .match, .label: "labelling"
    case .train: "training"
    case .score, .list: "scoring"
    }
  }

  /// The seconds without changes after which every record is matched again.
  private static let quiet = 5.0

  // MARK: Looking

  /// What was done is taken off the list only then: after a failure the rest is tried again.
  private func look() async throws {
    // Where so much is gone that it is not believed, a part of it is no more credible.
    if isLossDoubted, !todo.folders.isEmpty { todo.everything = true }
    // Where there are few watches these two come first.
    try await lookAtDrops()
    if todo.everything { try watchRoots() }
    // The folder of a source is none of the music's by that alone.
    todo.folders = todo.folders.filter { one in !drops.places.contains(one) || roots.contains { one.isInside($0) } }
    var result = ScanResult()
    if todo.everything {
      try say("looking for music")
      let started = clock.steady()
      result = try await pipeline.scan(observer: observer(deep: true))
      isLossDoubted = result.isLossDoubted
      nextScan = clock.steady() + interval(scanSeconds: clock.steady() - started)
      try pipeline.forgetMissing()
      todo.everything = false
    } else if !todo.folders.isEmpty {
      let folders = todo.folders.sorted()
      result = try await pipeline.scan(folders, observer: self.observer(deep: false))
      // A look at everything decides whether what was warned of is still, or only now, the case.
      let warned = try index.note(.scanWarnings) != nil
      let isUnclear = warned || !result.warnings.isEmpty || !result.links.isSubset(of: judgedLinks)
      if isUnclear { work.add { $0.everything = true } }
      judgedLinks.formUnion(result.links)
    }
    hasPendingChanges = hasPendingChanges || result.isChange
    todo.folders = []
    try keepWatchState()
  }

  /// Looks at the inbox and the requests, where there is reason to. What takes long is left for the next turn, so that
  /// neither keeps the other, or anything else, from its turn.
  func lookAtDrops() async throws {
    let isDue = todo.everything || clock.steady() >= drops.nextLook
    if isDue {
      todo.inbox = true
      todo.requests = true
    }
    guard todo.inbox || todo.requests else { return }
    drops.watch(pipeline.reachableSources())
    if todo.hasLostEvents { drops.noteLostEvents() }
    todo.hasLostEvents = false
    let isBusy = drops.isBusy()
    if todo.requests { try await serveRequests(isBusy) }
    todo.requests = false
    if todo.inbox {
      // A look at stamps is nothing to tell of, nor to write down.
      if todo.everything || !isDue { try say("importing") }
      let places = drops.places
      let look = try await pipeline.importInbox(isBusy: isBusy, seconds: Self.dropSeconds) { places.state(of: $0) }
      hasPendingChanges = hasPendingChanges || look.outcomes.contains { if case .imported = $0 { true } else { false } }
      if !look.isComplete { work.add { $0.inbox = true } }
    }
    drops.endLook(nextTry: pipeline.nextInboxTry)
    todo.inbox = false
  }

  /// The seconds after which no further file of the inbox is begun, and no further request, before the rest has its turn.
  private static let dropSeconds = 1.5

  private func serveRequests(_ isBusy: @Sendable (FilePath) -> Bool) async throws {
    isRequestPaused = false
    let started = clock.steady()
    for file in Request.waiting(in: workspace.state, isBusy: isBusy) {
      if clock.steady() - started > Self.dropSeconds {
        work.add { $0.requests = true }
        break
      }
      try Task.checkCancellation()
      try say("serving a request")
      switch Request(file) {
      // One that failed, and could not even be answered, is not tried again at once.
      case .retrain where clock.steady() < trainingNotBefore: isRequestPaused = true
      case .retrain: begin(file, isTraining: true)
      case .study: begin(file, isTraining: false)
      default:
        try await RequestHandler(pipeline, logger).serve(file, observer: observer(deep: true))
        hasPendingChanges = true
      }
    }
    guard clock.steady() >= nextCleanUp else { return }
    nextCleanUp = clock.steady() + 60
    Request.cleanUp(workspace.state)
  }

  // MARK: Working

  /// Analyses a portion of what waits.
  ///
  /// - Returns: whether there may be more.
  private func analyse() async throws -> Bool {
    let limit = Self.portion * pipeline.configuration.workers
    let version = FeatureVariant.dense.version
    guard try pipeline.isAnalysisDue() else {
      if let words = backlog.add(AnalysisResult(), waiting: 0, isEnd: true) { logger.info("\(words)") }
      return false
    }
    // Counting what waits reads everything, which a large backlog cannot afford with each portion.
    if clock.steady() >= countsAgainAt {
      waiting = try index.read {
        try $0.libraryCounts(version: version).waiting + $0.partCounts(version: version).waiting
      }
      waitingWords = ", \(counted(waiting, "file")) waiting"
      countsAgainAt = clock.steady() + 10
    }
    try say("analysing", detail: waitingWords)
    let result = try await pipeline.analyse(limit: limit)
    waiting = max(0, waiting - result.taken)
    if let words = backlog.add(result, waiting: waiting, isEnd: result.taken < limit) { logger.info("\(words)") }
    // A few new files go straight on to the playlist; a large backlog is worked off first.
    return result.taken >= limit
  }

  /// Brings labels, scores and the playlist up to date.
  ///
  /// - Parameter incrementally: whether to match only records without a file where that will do for now.
  func refresh(incrementally: Bool) async throws {
    try await pipeline.refresh(training: .beside, incrementally: incrementally) { job in
      try await self.say(Self.activity(of: job))
    }
    todo.trained = false
  }

  // MARK: Telling

  private func say(_ activity: String, detail: String = "") throws {
    notifier.status(activity.prefix(1).uppercased() + activity.dropFirst() + detail)
    let words = job == nil ? activity : "\(activity), training"
    try index.keep(words, as: .activity)
  }
}
