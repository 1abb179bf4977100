import Foobar2000
import Glibc
public import MusicIndex
import Tracks

/// What became of a file that was to be imported.
public enum ImportOutcome: Sendable, Equatable {
  /// Its entries are in the index.
  case imported(ImportRow)
  /// The same contents were imported before; nothing changed.
  case known(ImportRow)
  /// It cannot be used; the row says why.
  case refused(ImportRow)
}

/// Reads files of foobar2000's into the index, each whole or not at all.
struct ImportRun {
  let index: MusicIndex
  let options: ReadingOptions
  /// The time of the import in seconds since 1970.
  let now: Double
  let progress: ProgressHandler

  /// Imports a file.
  ///
  /// - Parameter exportedAt: When foobar2000 wrote it, if the owner says so; else its modification time, at most now.
  /// - Throws: `IndexFailure` or `CancellationError`; what is wrong with the file itself is in the outcome.
  func run(_ file: FilePath, exportedAt: Double? = nil) throws -> ImportOutcome {
    var row = ImportRow(
      path: file, digest: [], kind: "unknown", playlist: nil, exportedAt: exportedAt ?? now, importedAt: now)
    do {
      row.exportedAt = try exportedAt ?? min(Self.modified(file), now)
      let kind = try ExportReader.recognise(file)
      row.kind = kind.rawValue
      row.digest = try Self.digest(of: file, kind: kind)
    } catch let failure as ImportFailure {
      return try refuse(row, failure.description)
    } catch let failure as PipelineFailure {
      return try refuse(row, failure.description)
    }
    if let known = try known(row) { return known }
    do {
      return .imported(try store(row))
    } catch let failure as ImportFailure {
      return try refuse(row, failure.description)
    }
  }

  /// What was imported before with the same contents. A newer export of the same contents moves its time on.
  private func known(_ row: ImportRow) throws -> ImportOutcome? {
    guard var known = try index.read({ try $0.importRow(digest: row.digest) }) else { return nil }
    if known.refusal != nil {
      // A newer program may be able to read what an older one refused.
      try index.write { try $0.removeImport(known.id) }
      return nil
    }
    guard row.exportedAt > known.exportedAt else { return .known(known) }
    known.exportedAt = row.exportedAt
    let moved = known
    try index.write { try $0.updateImport(moved) }
    return .imported(moved)
  }

  private func store(_ row: ImportRow) throws -> ImportRow {
    try index.write { transaction in
      var stored = row
      stored.id = try transaction.insertImport(row)
      var entries = 0
      let summary = try ExportReader.read(row.path, options: options) { record in
        try transaction.insertRecord(record, import: stored.id)
        entries += 1
        if entries % 1_000 == 0 {
          try Task.checkCancellation()
          progress(JobProgress(stage: .importing, done: entries, total: 0, subject: row.path.display))
        }
      }
      stored.kind = summary.kind.rawValue
      stored.playlist = summary.isPlaylist ? summary.playlistName : nil
      stored.entries = summary.entries
      stored.malformed = summary.malformed.count
      stored.missing = summary.entries
      stored.warnings = summary.warnings + summary.malformed.first.prefix(10).map { "\($0.place): \($0.problem)" }
      if summary.malformed.count > 10 { stored.warnings.append("and \(summary.malformed.count - 10) more such parts") }
      try transaction.updateImport(stored)
      return stored
    }
  }

  private func refuse(_ row: ImportRow, _ refusal: String) throws -> ImportOutcome {
    var refused = row
    refused.refusal = refusal
    // A file that cannot even be read has no contents to be known by; its name must do.
    if refused.digest.isEmpty {
      let hash = ContentHash()
      hash.add("refused")
      hash.add(row.path.bytes)
      refused.digest = hash.digest
    }
    let stored = refused
    try index.write { transaction in
      if let old = try transaction.importRow(digest: stored.digest) { try transaction.removeImport(old.id) }
      _ = try transaction.insertImport(stored)
    }
    return .refused(stored)
  }

  private static func digest(of file: FilePath, kind: ExportKind) throws -> [UInt8] {
    let hash = ContentHash()
    // Two playlists of equal contents and different names are two playlists.
    if kind.isPlaylist { hash.add(file.name.bytes) }
    try hash.add(contentsOf: file)
    return hash.digest
  }

  private static func modified(_ file: FilePath) throws -> Double {
    var status = stat()
    guard file.withCString({ stat($0, &status) }) == 0 else {
      throw PipelineFailure("\(file.display): cannot be read (\(LibraryScan.words(errno)))")
    }
    return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
  }
}
