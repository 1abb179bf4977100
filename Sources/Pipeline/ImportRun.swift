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
    // What comes later is newer, also where the clock has been set back since.
    let now = max(now, try index.read { try $0.latestEvent() ?? 0 } + 0.001)
    var row = ImportRow(
      path: file, digest: [], kind: "unknown", playlist: nil, exportedAt: exportedAt ?? now, importedAt: now)
    var isOfTheFuture = false
    do {
      let (modified, size) = try Self.stamp(file)
      row.exportedAt = min(exportedAt ?? modified, now)
      isOfTheFuture = exportedAt ?? modified > now
      guard size <= Self.largest else {
        throw PipelineFailure(
          "\(file.display): with \(size >> 20) MiB it is larger than any export; it is not read")
      }
      let kind = try ExportReader.recognise(file)
      row.kind = kind.rawValue
      row.digest = try Self.digest(of: file, kind: kind)
    } catch let failure as ImportFailure {
      return try refuse(row, failure.description)
    } catch let failure as PipelineFailure {
      return try refuse(row, failure.description)
    }
    if let known = try known(row, isOfTheFuture: isOfTheFuture) { return known }
    do {
      return .imported(try store(row))
    } catch let failure as ImportFailure {
      return try refuse(row, failure.description)
    }
  }

  /// What was imported before with the same contents. A newer export of the same contents moves its time on.
  private func known(_ row: ImportRow, isOfTheFuture: Bool) throws -> ImportOutcome? {
    guard var known = try index.read({ try $0.importRow(digest: row.digest) }) else { return nil }
    // A newer program may be able to read what an older one refused.
    if known.refusal != nil { return nil }
    // A time that is still to come would move on at every look.
    guard row.exportedAt > known.exportedAt, !isOfTheFuture else { return .known(known) }
    known.exportedAt = row.exportedAt
    let moved = known
    try index.write { try $0.updateImport(moved) }
    return .imported(moved)
  }

  private func store(_ row: ImportRow) throws -> ImportRow {
    try index.write { transaction in
      try transaction.removeRefusals(of: row.path)
      if let refused = try transaction.importRow(digest: row.digest) { try transaction.removeImport(refused.id) }
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

  /// The size in bytes up to which a file is read.
  private static let largest = 4 << 30

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
    // What lies in the inbox is met at every look; said once is enough.
    if let old = try index.read({ try $0.importRow(digest: stored.digest) }), old.path == stored.path,
      old.refusal == refusal
    {
      return .known(old)
    }
    try index.write { transaction in
      try transaction.removeRefusals(of: stored.path)
      if let old = try transaction.importRow(digest: stored.digest) { try transaction.removeImport(old.id) }
      _ = try transaction.insertImport(stored)
    }
    return .refused(stored)
  }

  /// Forgets what was refused and is not there any more.
  static func forgetRefused(_ index: MusicIndex) throws {
    for row in try index.read({ try $0.imports() }) where row.refusal != nil {
      guard row.path.withCString({ access($0, F_OK) }) != 0, errno == ENOENT else { continue }
      try index.write { try $0.removeRefusals(of: row.path) }
    }
  }

  private static func digest(of file: FilePath, kind: ExportKind) throws -> [UInt8] {
    let hash = ContentHash()
    // Two playlists of equal contents and different names are two playlists.
    if kind.isPlaylist { hash.add(file.name.bytes) }
    try hash.add(contentsOf: file)
    return hash.digest
  }

  private static func stamp(_ file: FilePath) throws -> (modified: Double, size: Int) {
    var status = stat()
    guard file.withCString({ stat($0, &status) }) == 0 else {
      throw PipelineFailure("\(file.display): cannot be read (\(LibraryScan.words(errno)))")
    }
    return (Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9, Int(status.st_size))
  }
}
