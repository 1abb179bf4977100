import Foobar2000
import Glibc
import Labelling
public import MusicIndex
import Platform
import Tracks

/// What became of a file that was to be imported.
public enum ImportOutcome: Sendable, Equatable {
  /// Its entries are in the index.
  case imported(ImportRow)
  /// The same contents were imported, or refused, before; nothing changed.
  case known(ImportRow)
  /// It cannot be used; the row says why.
  case refused(ImportRow)
}

/// Reads files of foobar2000's into the index, each whole or not at all.
struct ImportRun {
  let index: MusicIndex
  let options: ReadingOptions
  /// What makes a playlist an active one.
  let rules: LabelRules
  /// The time of the import in seconds since 1970.
  let now: Double
  /// Other files of foobar2000's, by which hash-only statistics may find their tracks.
  let others: [FilePath]
  /// Whether a file is one that the owner named under `sources`: what is refused of it is no import.
  let isSource: @Sendable (FilePath) -> Bool
  let progress: ProgressHandler
  private let ledger = ImportLedger()

  /// What to import with.
  init(
    index: MusicIndex, options: ReadingOptions, rules: LabelRules, now: Double, others: [FilePath],
    isSource: @escaping @Sendable (FilePath) -> Bool, progress: @escaping ProgressHandler
  ) {
    self.index = index
    self.options = options
    self.rules = rules
    self.now = now
    self.others = others
    self.isSource = isSource
    self.progress = progress
  }

  /// The revision of the readers: what an older one refused is tried again.
  static let readers = 2

  /// What a file was read with: the revision of the readers, and above it what the owner says of its text. What was read
  /// with anything else is read again.
  private var reader: Int {
    let words = [options.codePage, options.timeZone].map { $0 ?? "" }
    guard words.contains(where: { !$0.isEmpty }) else { return Self.readers }
    let hash = ContentHash()
    for word in words { hash.add(word) }
    return Self.readers + hash.digest.prefix(4).reduce(0) { $0 << 8 | Int($1) } << 16
  }

  /// Imports a file.
  ///
  /// - Parameter exportedAt: When foobar2000 wrote it, if the owner says so; else its modification time, at most now.
  /// - Throws: `IndexFailure` or `CancellationError`; what is wrong with the file itself is in the outcome.
  func run(_ file: FilePath, exportedAt: Double? = nil) throws -> ImportOutcome {
    // What comes later is newer, also where the clock has been set back since.
    let now = max(now, try ledger.latest(index) + 0.001)
    var row = ImportRow(
      path: file, digest: [], kind: "unknown", playlist: nil, exportedAt: exportedAt ?? now, importedAt: now,
      reader: reader)
    var isOfTheFuture = false
    do {
      let (modified, size) = (try ExportFile.modified(file), try ExportFile.size(file))
      row.exportedAt = min(exportedAt ?? modified, now)
      isOfTheFuture = exportedAt ?? modified > now
      guard size <= Self.largest else {
        return try refuse(
          row, "\(file.display): with \(size >> 20) MiB it is larger than any export; it is not read",
          reason: .tooLarge)
      }
      row.digest = try ExportFile.digest(of: file)
    } catch let failure as PipelineFailure {
      return try refuse(row, failure.description, reason: .cannotRead)
    }
    var companions: [FilePath] = []
    if let known = try index.read({ try $0.importRow(digest: row.digest) }) {
      if known.refusal == nil {
        if known.reader != row.reader, let read = try readAgain(file, known, as: row.reader) { return read }
        return try again(row, known, isOfTheFuture: isOfTheFuture)
      }
      if known.refusalReason == ImportFailure.Reason.hashOnly.rawValue {
        companions = try candidates().filter { $0 != file }
      }
      if known.reader == reader, companions.isEmpty, !known.isRefusedForNow { return .known(Self.named(known, file)) }
    }
    do {
      let kind = try ExportReader.recognise(file)
      row.kind = kind.rawValue
      if kind.isPlaylist { row.playlist = try ExportReader.playlistName(of: file, kind: kind) }
      return try store(row, options)
    } catch let failure as ImportFailure where failure.reason == .hashOnly {
      return try join(row, companions.isEmpty ? try candidates().filter { $0 != file } : companions)
        ?? refuse(row, failure.description, reason: failure.reason)
    } catch let failure as ImportFailure {
      return try refuse(row, failure.description, reason: failure.reason)
    }
  }

  /// A refusal of the same contents under the name that they have here.
  private static func named(_ known: ImportRow, _ file: FilePath) -> ImportRow {
    guard known.path != file else { return known }
    var named = known
    named.path = file
    named.refusal = known.refusal?.replacing(known.path.display, with: file.display)
    return named
  }

  /// Reads contents anew that were read with other words of the owner's on their text; `nil` where that changes nothing.
  private func readAgain(_ file: FilePath, _ known: ImportRow, as reader: Int) throws -> ImportOutcome? {
    var row = known
    row.reader = reader
    let kind = ExportKind(rawValue: known.kind)
    guard kind?.isText == true else {
      let same = row
      try index.write { try $0.updateImport(same) }
      return nil
    }
    row.path = file
    do {
      return try store(row, options)
    } catch is ImportFailure {
      // With these words it cannot be read: what was read before stays.
      let kept = known
      try index.write { transaction in
        var kept = kept
        kept.reader = reader
        try transaction.updateImport(kept)
      }
      return nil
    }
  }

  private func again(_ row: ImportRow, _ known: ImportRow, isOfTheFuture: Bool) throws -> ImportOutcome {
    guard let changed = Self.moved(row, known, rules, isOfTheFuture: isOfTheFuture) else { return .known(known) }
    try index.write { transaction in
      try transaction.updateImport(changed)
      try transaction.setNote(.importUnlabelled, now)
      ledger.note(imported: changed.importedAt)
    }
    return .imported(changed)
  }

  /// What the same contents mean a second time; `nil` for nothing. An export of the same name that is newer moves its time
  /// on, and in the same place also back: there the owner has set it right. Under another name it changes nothing, unless
  /// only that name is an active playlist's.
  static func moved(_ row: ImportRow, _ known: ImportRow, _ rules: LabelRules, isOfTheFuture: Bool) -> ImportRow? {
    var moved = known
    if let old = known.playlist {
      let kind = ExportKind(rawValue: known.kind) ?? .playlist
      // A list whose index went away keeps the name it had.
      let name = (try? ExportReader.playlistName(of: row.path, kind: kind)) ?? old
      if name != old {
        guard !rules.isActive(playlist: old), rules.isActive(playlist: name) else { return nil }
        (moved.playlist, moved.path) = (name, row.path)
      }
    } else if row.path.name != known.path.name {
      return nil
    }
    // A time that is still to come would move on at every look.
    if !isOfTheFuture, row.exportedAt > known.exportedAt {
      (moved.exportedAt, moved.importedAt) = (row.exportedAt, row.importedAt)
    } else if row.exportedAt < known.exportedAt, row.path == moved.path {
      moved.exportedAt = row.exportedAt
    }
    return moved == known ? nil : moved
  }

  /// Stores what a file holds now: as the newest state of the import that it was before, if it was one, else as a new one.
  private func store(
    _ row: ImportRow, _ options: ReadingOptions, needsLocations: Bool = false
  ) throws -> ImportOutcome {
    do {
      return try store(row, options, needsLocations: needsLocations, renews: true)
    } catch is ImportRenewal.Unlike {
      return try store(row, options, needsLocations: needsLocations, renews: false)
    }
  }

  private func store(
    _ row: ImportRow, _ options: ReadingOptions, needsLocations: Bool, renews: Bool
  ) throws -> ImportOutcome {
    try index.write { transaction in
      // What was refused before and can be read now.
      if try ledger.mayBeRefused(row.path, transaction) { try transaction.removeRefusals(of: row.path) }
      let same = try transaction.importRow(digest: row.digest)
      if let same, same.refusal != nil { try transaction.removeImport(same.id) }
      let states = try renews ? earlierStates(of: row, transaction) : []
      let before = same.flatMap { $0.refusal == nil ? $0 : nil } ?? states.first
      var stored = row
      stored.id = try before?.id ?? transaction.insertImport(row)
      var renewal = try before.map {
        try ImportRenewal($0, isSameText: $0.digest == row.digest, transaction)
      }
      let stamp = InboxMemory.Stamp(row.path)
      var entries = 0
      let summary = try ExportReader.read(row.path, options: options) { record in
        if renewal == nil { try transaction.insertRecord(record, import: stored.id) } else { try renewal?.add(record) }
        entries += 1
        if entries % 1_000 == 0 {
          try Task.checkCancellation()
          progress(JobProgress(stage: .importing, done: entries, total: 0, subject: row.path.display))
        }
      }
      if needsLocations, summary.withoutLocation == summary.entries { throw NothingNamed() }
      // Of a database a copy was read.
      if summary.kind != .metadb, InboxMemory.Stamp(row.path) != stamp {
        throw ImportFailure(.cannotRead, file: row.path.display, detail: "changes while it is read")
      }
      try renewal?.finish(entries: summary.entries)
      for older in states where older.id != stored.id { try renewal?.absorb(older) }
      stored.kind = summary.kind.rawValue
      stored.playlist = summary.isPlaylist ? name(summary, row, before) : nil
      stored.entries = summary.entries
      stored.malformed = summary.malformed.count
      let outcomes = try transaction.outcomeCounts(of: stored.id)
      (stored.matched, stored.ambiguous) = (outcomes[.matched] ?? 0, outcomes[.ambiguous] ?? 0)
      stored.missing = stored.entries - stored.matched - stored.ambiguous
      stored.warnings = summary.warnings + summary.malformed.first.prefix(10).map { "\($0.place): \($0.problem)" }
      if summary.malformed.count > 10 { stored.warnings.append("and \(summary.malformed.count - 10) more such parts") }
      if let companion = options.companion {
        stored.warnings.append(
          "Its entries hold only hashes of tags; \(summary.entries - summary.withoutLocation) of \(summary.entries) were "
            + "named by their times in \(companion.name.display).")
      }
      // A database is written to for many reasons. That its statistics stand still is worth a line once in a while.
      let isNews =
        before.map {
          renewal?.changes != 0 || stored.playlist != $0.playlist || stored.malformed != $0.malformed
            || row.exportedAt - $0.exportedAt > (summary.kind == .metadb ? Self.quietSeconds : 0)
        } ?? true
      if let before, !isNews { (stored.exportedAt, stored.importedAt) = (before.exportedAt, before.importedAt) }
      try transaction.updateImport(stored)
      guard isNews else { return .known(stored) }
      try transaction.setStale()
      try transaction.setNote(.importUnlabelled, now)
      ledger.note(imported: stored.importedAt)
      return .imported(stored)
    }
  }

  /// For so many seconds a database without a new play counts as exported when it was read before.
  private static let quietSeconds = 3_600.0

  /// The imports that hold earlier states of a file, the newest first.
  private func earlierStates(of row: ImportRow, _ transaction: IndexTransaction) throws -> [ImportRow] {
    try transaction.imports(of: row.path).filter {
      // Times of some disks are whole seconds.
      ($0.playlist == nil) == (row.playlist == nil) && $0.exportedAt <= row.exportedAt + 1
    }
  }

  /// The name of a list. One of a live playlist whose index is gone, or is being written, keeps the name that it had.
  private func name(_ summary: ExportSummary, _ row: ImportRow, _ before: ImportRow?) -> String? {
    guard summary.kind == .fplite, let old = before?.playlist,
      // The file's own name never fails.
      let own = try? ExportReader.playlistName(of: row.path, kind: .playlist), summary.playlistName == own
    else { return summary.playlistName }
    return old
  }

  /// The size in bytes up to which a file is read.
  private static let largest = 4 << 30

  // MARK: Hash-only statistics

  /// A companion that names none of the tracks.
  private struct NothingNamed: Error {}

  /// Imports hash-only statistics with the first companion that names any of their tracks; `nil` where none does.
  private func join(_ row: ImportRow, _ companions: [FilePath]) throws -> ImportOutcome? {
    for companion in companions {
      var options = options
      options.companion = companion
      do {
        return try store(row, options, needsLocations: true)
      } catch is NothingNamed {
        continue
      } catch is ImportFailure {
        // The companion is of no use; the file itself was readable.
        continue
      }
    }
    return nil
  }

  private func candidates() throws -> [FilePath] {
    try ledger.candidates { try findCandidates() }
  }

  private func findCandidates() throws -> [FilePath] {
    others + (try index.read { try $0.imports() }.filter { $0.refusal == nil && $0.playlist == nil }.map(\.path))
  }

  private func refuse(_ row: ImportRow, _ refusal: String, reason: ImportFailure.Reason?) throws -> ImportOutcome {
    var refused = row
    refused.refusal = refusal
    refused.refusalReason = reason?.rawValue
    // A file that cannot even be read has no contents to be known by; its name must do.
    if refused.digest.isEmpty {
      let hash = ContentHash()
      hash.add("refused")
      hash.add(row.path.bytes)
      refused.digest = hash.digest
    }
    let stored = refused
    // It is told as long as it is the case, and what was read before stands.
    if isSource(row.path) { return .refused(stored) }
    return try index.write { transaction in
      if let old = try transaction.importRow(digest: stored.digest) {
        if old.refusal == refusal, old.reader == stored.reader { return .known(old) }
        try transaction.removeImport(old.id)
      }
      if try ledger.mayBeRefused(stored.path, transaction) { try transaction.removeRefusals(of: stored.path) }
      _ = try transaction.insertImport(stored)
      ledger.note(refused: stored.path)
      return .refused(stored)
    }
  }
}
