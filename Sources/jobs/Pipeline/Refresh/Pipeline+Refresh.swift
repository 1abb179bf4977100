import Labelling
import Logging
import MusicIndex
import Tracks

extension Pipeline {
  /// How a refresh treats the model.
  public enum TrainingMode: Sendable {
    /// Trains where a training is due.
    case whereDue
    /// Trains even if nothing changed.
    case always
    /// Leaves it to somebody else, who trains beside it.
    case beside
  }

  /// The jobs from the comparison to the list that are due, in their order: what changed in the index and in the settings,
  /// and what the last refresh left undone, with everything that follows from these.
  ///
  /// - Parameters:
  ///   - training: What becomes of the model: with `.beside`, neither the training is due nor what only follows from it.
  ///   - incrementally: Whether it will do for now that records were matched in part.
  /// - Throws: `IndexFailure`, or `PipelineFailure` for a file of corrections that cannot be read.
  public func dueJobs(training: TrainingMode = .whereDue, incrementally: Bool = false) throws -> [Job] {
    let jobs = training == .beside ? Self.refreshing.filter { $0 != .train } : Self.refreshing
    let (isStale, last) = try index.read { (try $0.isStale(), try $0.note(.lastRefresh)) }
    guard let last else { return jobs }
    let changed = try basis().changes(since: last.basis).union(isStale ? Fact.noted : [])
    let undone: Set<Job> = try incrementally || !isMatchingDue() ? last.undone : last.undone.union([.match])
    return JobGraph.due(after: changed, and: undone, among: jobs)
  }

  /// The jobs that a refresh does: those before them are begun by events.
  private static let refreshing = JobGraph.order.filter { ![.import, .look, .readSheets, .analyse].contains($0) }

  private func basis() throws -> RefreshBasis {
    try RefreshBasis(
      configuration, model: try index.note(.activeModel), trainingRules: trainRun.settingsDigest)
  }

  /// Does the jobs that follow from a changed library, import, setting or model, as far as they are due.
  ///
  /// - Parameters:
  ///   - training: What becomes of the model.
  ///   - incrementally: Whether it will do for now to match only records without a file (`label`).
  ///   - begin: Is told each job before it begins.
  /// - Returns: the playlist; `nil` where everything was up to date already.
  /// - Throws: `IndexFailure`, `PipelineFailure`, `PlaylistFailure`, `TasteFailure` or `CancellationError`.
  @discardableResult
  public func refresh(
    training: TrainingMode = .whereDue, incrementally: Bool = false,
    begin: @Sendable (Job) async throws -> Void = { _ in }
  ) async throws -> PlaylistOutcome? {
    var due = Set(try dueJobs(training: training, incrementally: incrementally))
    if training == .always { due.formUnion([.train, .score, .list]) }
    guard !due.isEmpty else { return nil }
    // Taken before: what changes meanwhile is done once more.
    let basis = try basis()
    var undone: Set<Job> = []
    var outcome: PlaylistOutcome?
    for job in JobGraph.order where due.contains(job) {
      try await begin(job)
      switch job {
      case .compare: try await compare()
      case .match: try await match(incrementally: incrementally)
      case .label: _ = try await assignLabels()
      case .train: if try await !train(force: training == .always).isSettled { undone.insert(.train) }
      case .score: _ = try await score()
      case .list: outcome = try await writePlaylist()
      case .import, .look, .readSheets, .analyse: preconditionFailure("\(job) is begun by an event")
      }
    }
    if try training == .beside && (index.note(.labelChanges) ?? 0 > 0 || haveTrainingSettingsChanged()) {
      undone.insert(.train)
    }
    try keep(LastRefresh(basis: trained(basis, training).withPlaylistFile(of: configuration), undone: undone))
    return outcome
  }

  /// The basis with the model that the refresh itself has made.
  private func trained(_ basis: RefreshBasis, _ training: TrainingMode) throws -> RefreshBasis {
    training == .beside ? basis : try self.basis()
  }

  private func keep(_ last: LastRefresh) throws {
    try index.write { transaction in
      try transaction.setFresh()
      try transaction.setNote(.lastRefresh, last)
    }
  }

  /// Whether records were looked for only in part, so that every record should be matched.
  ///
  /// - Throws: `IndexFailure`.
  public func isMatchingDue() throws -> Bool {
    try index.note(.isMatchingDue) != nil
  }

  /// Finds the files that the imported records mean, and labels every file.
  ///
  /// - Parameter incrementally: whether it will do for now to look only for files of records that have none, where little
  ///   changed since every record was matched. Then `isMatchingDue` says so.
  /// - Throws: `IndexFailure`, `PipelineFailure` for an unreadable file of corrections, or `CancellationError`.
  public func label(incrementally: Bool = false) async throws -> LabelChanges {
    try await match(incrementally: incrementally)
    return try await assignLabels()
  }

  private func match(incrementally: Bool) async throws {
    let (index, configuration) = (index, configuration)
    try await onJobThread {
      let imports = try index.read { try $0.imports() }
      let matching = MatchRun(
        index: index, mappings: configuration.mappings, decides: ListChoice(imports, configuration))
      switch try matching.run(version: FeatureVariant.dense.version, incrementally: incrementally) {
      case .whole: try index.keep(nil, as: .isMatchingDue)
      case .partial: try index.keep(true, as: .isMatchingDue)
      case .sufficient: break
      }
    }
  }

  private func assignLabels() async throws -> LabelChanges {
    let (index, configuration) = (index, configuration)
    let changes = try await onJobThread { try LabelRun(index: index, configuration: configuration).run() }
    if changes.count > 0 { logger.notice("labels: \(changes.words)") }
    return changes
  }
}
