import Foobar2000
import Labelling
import Logging
import MusicIndex
import Platform
public import Tracks

extension Pipeline {
  /// Imports files of foobar2000's, and what profile folders of it hold.
  ///
  /// - Parameter exportedAt: When foobar2000 wrote them, if the owner says so.
  /// - Throws: `IndexFailure` or `CancellationError`; what is wrong with a file is in its outcome.
  public func `import`(_ files: [FilePath], exportedAt: Double? = nil) async throws -> [ImportOutcome] {
    let configuration = configuration
    let expanded = try await onJobThread {
      ExportFile.expand(files, takesPlaylist: configuration.reads(livePlaylist:))
    }
    return try await read(expanded, among: expanded, exportedAt: exportedAt)
  }

  /// Imports files one after the other, until all are done or the time is over; at least one.
  ///
  /// - Parameters:
  ///   - others: the files among which hash-only statistics may find their tracks.
  ///   - seconds: the time, which a file in hand may exceed.
  ///   - done: called with each file that is done, its outcome and the seconds that it took.
  private func read(
    _ files: [FilePath], among others: [FilePath], exportedAt: Double? = nil, seconds: Double = .infinity,
    done: @escaping @Sendable (FilePath, ImportOutcome, Double) -> Void = { _, _, _ in }
  ) async throws -> [ImportOutcome] {
    let (index, configuration, progress) = (index, configuration, progress)
    let outcomes = try await onJobThread {
      let run = ImportRun(
        index: index, options: configuration.reading, rules: configuration.rules, now: configuration.now(),
        others: others, isSource: { file in configuration.sources.contains { Source($0).holds(file) } },
        progress: progress)
      let started = Clock.steady()
      var outcomes: [ImportOutcome] = []
      for file in files where outcomes.isEmpty || Clock.steady() - started < seconds {
        try Task.checkCancellation()
        let begun = Clock.steady()
        let outcome = try run.run(file, exportedAt: exportedAt)
        outcomes.append(outcome)
        done(file, outcome, Clock.steady() - begun)
      }
      return outcomes
    }
    tell(outcomes)
    return outcomes
  }

  /// The refusals of one look that are told one by one.
  private static let toldRefusals = 20

  private func tell(_ outcomes: [ImportOutcome]) {
    var refused = 0
    for outcome in outcomes {
      switch outcome {
      case .imported(let row):
        logger.notice(
          "imported \(row.path.display): \(counted(row.entries, "entry", "entries")) (\(ExportKind(rawValue: row.kind)?.words ?? row.kind))"
        )
        for warning in row.warnings { logger.warning("\(row.path.display): \(warning)") }
      case .known: break
      case .refused(let row) where !configuration.logsRefusals || row.isForeignInSource(configuration.sources):
        logger.debug("refused: \(row.path.display)")
      case .refused(let row):
        refused += 1
        if refused <= Self.toldRefusals { logger.warning("refused: \(row.refusal ?? row.path.display)") }
      }
    }
    if refused > Self.toldRefusals {
      logger.warning("refused: \(counted(refused - Self.toldRefusals, "more file"))")
    }
  }

  /// Imports what lies in the inbox and in the sources. What was imported before is only looked at.
  ///
  /// - Parameter isBusy: Whether a file is still being written; it is left for later.
  /// - Throws: `IndexFailure`, `PipelineFailure` for an inbox that cannot be read, or `CancellationError`.
  public func importInbox(
    isBusy: @escaping @Sendable (FilePath) -> Bool = { _ in false }
  ) async throws -> [ImportOutcome] {
    try await importInbox(isBusy: isBusy, seconds: .infinity, isThorough: true).outcomes
  }

  /// What a look at the inbox and the sources came to.
  public struct InboxLook: Sendable {
    /// What became of the files that were looked at.
    public var outcomes: [ImportOutcome]
    /// Whether no file is left that should be looked at now.
    public var isComplete: Bool
  }

  /// When a file of the inbox or a source that was refused for now is to be tried again, on the monotonic clock; `nil` for none.
  public var nextInboxTry: Double? { inboxMemory.nextTry }

  /// The sources whose disks answer.
  public func reachableSources() -> [Source] {
    let silent = inboxMemory.silent(among: configuration.sources)
    return configuration.sources.filter { !silent.contains($0) }.map(Source.init)
  }

  /// Imports a part of what lies in the inbox and in the sources. A file that is as it was at the last look of this pipeline is not read.
  ///
  /// - Parameters:
  ///   - isBusy: Whether a file is still being written; it is left for later.
  ///   - seconds: After which time no further file is begun.
  ///   - isThorough: Whether files that did not change are read all the same.
  ///   - sourceState: How a source stands that can be read.
  /// - Throws: `IndexFailure` or `CancellationError`.
  public func importInbox(
    isBusy: @escaping @Sendable (FilePath) -> Bool, seconds: Double, isThorough: Bool = false,
    sourceState: @escaping @Sendable (Source) -> Source.State = { _ in .read }
  ) async throws -> InboxLook {
    let (index, memory, configuration) = (index, inboxMemory, configuration)
    let inbox = Inbox(configuration.state)
    let looks = try await onJobThread { SourceLook.looks(configuration, memory) }
    let (exports, open) = try await onJobThread {
      var seen: Set<FilePath> = []
      let dropped = inbox.exports(takesPlaylist: configuration.reads(livePlaylist:))
      let exports = (dropped + looks.flatMap(\.files)).filter { seen.insert($0).inserted }
      let there = Set(exports)
      // A refused file is listed as long as it lies there.
      if memory.keep(only: there) {
        try index.write { transaction in
          for row in try transaction.refusedImports() where row.path.isInside(inbox.folder) {
            if !there.contains(row.path) { try transaction.removeImport(row.id) }
          }
        }
      }
      let now = Clock.steady()
      let open = exports.filter { !isBusy($0) }.map { ($0, InboxMemory.Stamp($0)) }
      return (exports, open.filter { isThorough || !memory.isSettled($0.0, $0.1, now: now) })
    }
    let stamps = Dictionary(open, uniquingKeysWith: { first, _ in first })
    let now = configuration.now()
    let outcomes = try await read(open.map(\.0), among: exports, seconds: seconds) { file, outcome, seconds in
      // A file of the future is looked at until its time has come.
      let isOfTheFuture = stamps[file].flatMap { $0?.modified }.map { $0 > now } ?? false
      let isSource = looks.contains { $0.source.holds(file) }
      memory.note(
        outcome, of: file, isOfTheFuture ? nil : stamps[file] ?? nil, now: Clock.steady(),
        source: isSource ? seconds : nil)
    }
    let known = looks.contains(where: \.isEmpty) ? try index.read { try $0.imports().filter { $0.refusal == nil } } : []
    let reports = looks.map { $0.report(memory, known: known.map(\.path), sourceState) }
    try index.keep(reports.isEmpty ? nil : reports, as: .sources)
    return InboxLook(outcomes: outcomes, isComplete: outcomes.count == open.count)
  }

  /// Reads the cue sheets that changed.
  ///
  /// - Parameters:
  ///   - met: folders whose sheets may name files of other folders, as a scan met them.
  ///   - isWhole: whether the scan looked at every folder.
  ///   - isLast: whether to look also at files of other folders than their sheets', which is done once for a backlog.
  func readSheets(met: Set<FilePath> = [], isWhole: Bool = false, isLast: Bool = true) async throws {
    let (index, configuration) = (index, configuration)
    let outcome = try await onJobThread {
      try SheetRun(
        index: index, codePage: configuration.reading.codePage, met: met, isWhole: isWhole, looksOutside: isLast
      ).run()
    }
    for (sheet, page) in outcome.guessed {
      logger.warning(
        "\(sheet.display): is not Unicode and was read as \(page); if its names look wrong, set `import.codePage`")
    }
    if outcome.files > 0 { logger.info("read the cue sheets of \(outcome.files) files") }
  }
}
