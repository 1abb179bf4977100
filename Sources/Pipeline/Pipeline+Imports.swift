import Foobar2000
import Labelling
import Logging
import MusicIndex
public import Tracks

extension Pipeline {
  /// Imports files of foobar2000's, and what profile folders of it hold.
  ///
  /// - Parameter exportedAt: When foobar2000 wrote them, if the owner says so.
  /// - Throws: `IndexFailure` or `CancellationError`; what is wrong with a file is in its outcome.
  public func `import`(_ files: [FilePath], exportedAt: Double? = nil) async throws -> [ImportOutcome] {
    let (index, configuration, progress) = (index, configuration, progress)
    let outcomes = try await onJobThread {
      // Where every given playlist counts as active, a profile's must still be told apart by their names.
      let takesAny = configuration.takesAnyPlaylist
      let files = ExportFile.expand(files) { !takesAny || configuration.rules.isActive(playlist: $0) }
      let run = ImportRun(
        index: index, options: configuration.reading, rules: configuration.rules, now: configuration.now(),
        others: files, progress: progress)
      return try files.map { try run.run($0, exportedAt: exportedAt) }
    }
    for outcome in outcomes {
      switch outcome {
      case .imported(let row):
        logger.notice(
          "imported \(row.path.display): \(counted(row.entries, "entry", "entries")) (\(ExportKind(rawValue: row.kind)?.words ?? row.kind))"
        )
        for warning in row.warnings { logger.warning("\(row.path.display): \(warning)") }
      case .known: break
      case .refused(let row) where !configuration.logsRefusals: logger.debug("refused: \(row.path.display)")
      case .refused(let row): logger.warning("refused: \(row.refusal ?? row.path.display)")
      }
    }
    return outcomes
  }

  /// Imports what lies in the inbox. What was imported before is only looked at.
  ///
  /// - Parameter isBusy: Whether a file is still being written; it is left for later.
  public func importInbox(
    isBusy: @Sendable (FilePath) -> Bool = { _ in false }
  ) async throws -> [ImportOutcome] {
    let inbox = Inbox(configuration.state)
    let exports = inbox.exports()
    let there = Set(exports)
    // A refused file is listed as long as it lies there.
    try index.write { transaction in
      for row in try transaction.imports() where row.refusal != nil {
        if row.path.isInside(inbox.folder), !there.contains(row.path) { try transaction.removeImport(row.id) }
      }
    }
    return try await self.import(exports.filter { !isBusy($0) })
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
