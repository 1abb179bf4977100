public import AnalysisWorker
public import Logging
public import MusicIndex
import Platform
public import Tracks

/// The jobs of indexd over one index. Each can be run at any time, again and again; each only does what is left to do.
///
/// One job runs at a time; whoever owns the pipeline sees to that.
public struct Pipeline: Sendable {
  /// How to work.
  public let configuration: PipelineConfiguration
  /// Where everything is kept.
  public let index: MusicIndex
  /// The worker processes.
  public let pool: WorkerPool
  let logger: Logger
  let progress: ProgressHandler
  private let rate = RateMeter()
  let inboxMemory = InboxMemory()
  private let position = AnalysisPosition()

  /// A pipeline over an index.
  ///
  /// - Parameters:
  ///   - logger: is told what was done and what went wrong.
  ///   - progress: is told how far a long job is.
  public init(
    configuration: PipelineConfiguration, index: MusicIndex, pool: WorkerPool, logger: Logger,
    progress: @escaping ProgressHandler = { _ in }
  ) {
    self.configuration = configuration
    self.index = index
    self.pool = pool
    self.logger = logger
    self.progress = progress
  }

  /// The workers that a configuration asks for.
  public static func pool(_ configuration: PipelineConfiguration) -> WorkerPool {
    WorkerPool(
      program: configuration.worker, count: configuration.workers,
      limits: WorkerLimits(
        seconds: Double(configuration.secondsPerFile), megabytes: configuration.megabytesPerWorker),
      idle: configuration.isGentle)
  }

  /// Runs synchronous work on threads of indexd's own.
  func onJobThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withTaskExecutorPreference(JobThreads.shared) {
      try body()
    }
  }

  /// The time by which files arrive: after whatever happened before, also where the clock has been set back since.
  private func clock() throws -> @Sendable () -> Double {
    let past = try index.read { try $0.latestEvent() ?? 0 } + 0.001
    let now = configuration.now
    return { max(now(), past) }
  }

  // MARK: The jobs

  /// Makes the index equal to the disk.
  ///
  /// - Parameters:
  ///   - folders: what to look at: music folders or folders inside them; all music folders for `nil`.
  ///   - acceptsLoss: whether to believe that most files of a music folder are gone.
  ///   - observer: what whoever watches the folders has to say.
  /// - Throws: `IndexFailure`, `PipelineFailure` or `CancellationError`.
  public func scan(
    _ folders: [FilePath]? = nil, acceptsLoss: Bool = false, observer: ScanObserver = ScanObserver()
  ) async throws -> ScanResult {
    let (index, progress) = (index, progress)
    var changed = configuration
    changed.now = try clock()
    let configuration = changed
    let result = try await onJobThread {
      try LibraryUpdate(index: index, configuration: configuration, progress: progress)
        .run(folders, acceptsLoss: acceptsLoss, observer: observer)
    }
    try await readSheets(met: result.sheetFolders, isWhole: folders == nil)
    for warning in result.warnings { logger.warning("\(warning)") }
    if folders == nil {
      let warnings = result.warnings
      try index.write { transaction in
        try transaction.setNote(.scanWarnings, warnings.isEmpty ? nil : warnings.map(\.plain))
      }
    }
    if result.isChange {
      logger.notice(
        "\(counted(result.files, "file")): \(result.new) new, \(result.changed) changed, \(result.moved) moved, \(result.missing) missing, \(result.restored) back"
      )
    }
    return result
  }

  /// Forgets which model is in use, with its scores: what it learned from does not hold any more.
  ///
  /// - Throws: `IndexFailure`.
  public func forgetModel() throws {
    try index.write { transaction in
      try transaction.setNote(.activeModel, nil)
      try transaction.setNote(.chosenModel, nil)
      try transaction.setNote(.bestModel, nil)
      try transaction.removeScores()
    }
  }

  /// Notes what the owner says of the audio of a track, or forgets it with `nil`.
  ///
  /// - Throws: `PipelineFailure` where the track or its audio is not known.
  public func setCorrection(_ word: Correction?, of track: TrackPlace) throws {
    let now = configuration.now()
    let identity = try Self.identity(of: track, in: index)
    try index.write { try $0.setCorrection(word, of: identity, at: now) }
  }

  /// The identity of a track's audio.
  ///
  /// - Throws: `PipelineFailure` where the track or its audio is not known.
  public static func identity(of track: TrackPlace, in index: MusicIndex) throws -> AudioIdentity {
    let known = try find(track, in: index)
    guard let identity = known.identity else {
      let words =
        known.failure == nil
        ? "is not analysed yet" : "cannot be read as music, see `indexctl failures`; nothing can be said of it"
      throw PipelineFailure("\(track.display): \(words)")
    }
    return identity
  }

  /// Looks at and analyses the files that wait, the newest first.
  ///
  /// - Parameter limit: the most files to take of those that are due; all for `nil`, also what is postponed.
  /// - Throws: `IndexFailure`, `PipelineFailure` where no worker can be started, or `CancellationError`.
  public func analyse(limit: Int? = nil) async throws -> AnalysisResult {
    try dropOtherSampling()
    let version = FeatureVariant.dense.version
    let due = limit == nil ? nil : configuration.now()
    let files = try index.read { transaction in
      guard let limit else { return try transaction.filesToAnalyse(version: version) }
      return try position.next(transaction, version: version, limit: limit, dueAt: due)
    }
    let started = Clock.steady()
    let run = AnalysisRun(
      index: index, pool: pool, width: configuration.workers, samples: configuration.samples,
      now: try clock(), logger: logger, progress: progress)
    var result = try await run.run(files)
    if result.obstacle == nil {
      try await readSheets(isLast: limit.map { files.count < $0 } ?? true)
      let parts = try index.read {
        try $0.partsToAnalyse(version: version, limit: limit.map { max(0, $0 - files.count) }, dueAt: due)
      }
      let inside = try await PartRun(
        index: index, pool: pool, width: configuration.workers, samples: configuration.samples, now: configuration.now,
        progress: progress
      ).run(parts)
      result.taken = parts.count
      result.postponed += inside.postponed
      (result.parts, result.failedParts, result.obstacle) = (inside.parts, inside.failedParts, inside.obstacle)
    }
    result.taken += files.count
    guard result.taken > 0 else { return result }
    try keepRate(result, seconds: Clock.steady() - started)
    if let obstacle = result.obstacle { throw PipelineFailure("the analysis cannot go on: \(obstacle)") }
    // Of portions whoever takes them tells how far they have come.
    let level: Logger.Level = limit == nil ? .info : .debug
    logger.log(
      level: level,
      "analysed \(counted(result.analysed, "file")), recognised \(result.recognised), \(result.failed) cannot be read")
    if result.parts > 0 { logger.log(level: level, "analysed \(counted(result.parts, "track")) of cue sheets") }
    return result
  }

  /// Whether anything waits to be analysed and is due now.
  ///
  /// - Throws: `IndexFailure`.
  public func isAnalysisDue() throws -> Bool {
    let version = FeatureVariant.dense.version
    let now = configuration.now()
    return try index.read { transaction in
      try !position.next(transaction, version: version, limit: 1, dueAt: now, isTaken: false).isEmpty
        || !transaction.partsToAnalyse(version: version, limit: 1, dueAt: now).isEmpty
    }
  }

  /// Has what could not be read inside these folders tried again at the next occasion; everything for `nil`.
  ///
  /// - Throws: `IndexFailure`.
  public func endPauses(inside folders: [FilePath]? = nil) throws {
    try index.write { transaction in
      for folder in folders.map({ $0.map(Optional.some) }) ?? [nil] { try transaction.endPauses(inside: folder) }
    }
  }

  /// Features of another number of samples a song are not comparable: they go when the number changes.
  private func dropOtherSampling() throws {
    let samples = configuration.samples
    let before = try index.note(.samplesPerSong)
    guard before != samples else { return }
    try index.write { transaction in
      if before != nil { try transaction.removeFeatures() }
      try transaction.setNote(.samplesPerSong, samples)
    }
    if before != nil { logger.notice("`analysis.samples` has changed: everything is analysed again") }
  }

  private func keepRate(_ result: AnalysisResult, seconds: Double) throws {
    guard let rate = rate.add(songs: result.analysed + result.parts, seconds: seconds) else { return }
    try index.keep(rate, as: .songsPerMinute)
  }

  var trainRun: TrainRun {
    TrainRun(
      index: index, pool: pool, settings: configuration.training, samples: configuration.samples,
      now: configuration.now(), progress: progress)
  }

  /// Whether the settings or the version of the features are others than those of the last training, or, where none
  /// was noted, of a model in use.
  ///
  /// - Throws: `IndexFailure`.
  public func haveTrainingSettingsChanged() throws -> Bool {
    let (noted, active) = try index.read { (try $0.note(.trainedWith), try $0.note(.activeModel)) }
    return noted.map { $0 != trainRun.settingsDigest } ?? (active != nil)
  }

  /// Trains a model if anything changed that it depends on, or if `force` says so.
  ///
  /// - Throws: `IndexFailure`, `TasteFailure` or `CancellationError`.
  public func train(force: Bool = false) async throws -> TrainingOutcome {
    let outcome = try await trainRun.run(force: force)
    switch outcome {
    case .unchanged: break
    case .accepted: logger.notice("a new model is in use")
    case .kept(let reason): logger.notice("the old model stays in use: \(reason)")
    case .impossible(let reason): logger.notice("\(reason)")
    case .failed(let reason): logger.error("\(reason)")
    }
    return outcome
  }

  /// Scores what has no score of the model in use.
  ///
  /// - Throws: `IndexFailure`, `TasteFailure` or `CancellationError`.
  public func score() async throws -> Int {
    let (index, progress) = (index, progress)
    return try await onJobThread { try ScoreRun(index: index, progress: progress).run() }
  }

  /// Brings the playlist file up to date.
  ///
  /// - Throws: `IndexFailure`, or `PlaylistFailure` where the file cannot be written.
  public func writePlaylist() async throws -> PlaylistOutcome {
    let (index, configuration) = (index, configuration)
    let outcome = try await onJobThread {
      try PlaylistRun(index: index, configuration: configuration).run()
    }
    for warning in outcome.warnings { logger.warning("\(warning)") }
    if outcome.isChange {
      let words = outcome.change?.words ?? counted(outcome.tracks, "track")
      logger.notice("\(configuration.playlist.display): \(words)")
    }
    return outcome
  }

  /// Forgets files that have been missing for longer than the owner wants them remembered.
  ///
  /// - Throws: `IndexFailure`.
  public func forgetMissing() throws {
    let limit = configuration.now() - Double(configuration.keepMissingDays) * 86_400
    let forgotten = try index.write { try $0.forgetFiles(missingBefore: limit) }
    if forgotten > 0 { logger.notice("forgot \(counted(forgotten, "file")) that were missing for too long") }
  }

  /// Forgets music folders that are not configured any more, once every file was looked at: until then their files may be
  /// found in another one, with all that is known of them.
  ///
  /// - Throws: `IndexFailure`.
  public func forgetFormerFolders() throws {
    try LibraryUpdate(index: index, configuration: configuration, progress: progress).forgetOthers()
  }

  /// Every job once, in order.
  ///
  /// - Parameter imports: Files of foobar2000's to import first; the inbox is looked at in any case.
  /// - Throws: `IndexFailure`, `PipelineFailure`, `PlaylistFailure`, or `CancellationError`; a file that fails, fails
  ///   alone.
  public func once(importing imports: [FilePath] = []) async throws -> OnceResult {
    var result = OnceResult()
    result.imports = try await self.import(imports)
    result.imports += try await importInbox()
    result.scan = try await scan()
    try forgetMissing()
    result.analysis = try await analyse()
    try forgetFormerFolders()
    result.playlist = try await refresh()
    try await tidy(seconds: 60) { !Task.isCancelled }
    return result
  }
}

/// What a single run of every job did.
public struct OnceResult: Sendable {
  /// The imports.
  public var imports: [ImportOutcome] = []
  /// The scan.
  public var scan = ScanResult()
  /// The analysis.
  public var analysis = AnalysisResult()
  /// The playlist; `nil` where everything was up to date already.
  public var playlist: PlaylistOutcome?
}
