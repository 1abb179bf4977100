import Foobar2000
public import MusicIndex
public import Tracks

/// What an import would find, without changing anything.
public struct ImportPreview: Sendable {
  /// What was found, in words.
  public let words: String

  /// Reads a file and matches its entries with the library.
  ///
  /// - Throws: `PipelineFailure` for a file that would be refused, `IndexFailure`.
  public init(_ file: FilePath, index: MusicIndex, configuration: PipelineConfiguration) throws {
    var records: [ListeningRecord] = []
    let summary: ExportSummary
    do {
      summary = try ExportReader.read(file, options: configuration.reading) { records.append($0) }
    } catch let failure as ImportFailure {
      throw PipelineFailure(failure.description)
    }
    var library: [LibraryFile] = []
    var labels: [Int64: Int] = [:]
    try index.read { transaction in
      try transaction.forEachKnownFile(version: FeatureVariant.dense.version) { known in
        guard !known.isMissing else { return }
        library.append(
          LibraryFile(id: known.id, path: known.path, tags: known.tags, duration: known.properties?.duration))
      }
      try transaction.forEachLabel { file, _, _, _, _, _, plays in labels[file] = plays }
    }
    let base = RecordMatcher(library: library)
    let derived = base.derive(foreign: records.flatMap { $0.locations.map(\.path) })
    let matcher = RecordMatcher(
      base, map: PathMap(configuration.mappings + derived.map(\.mapping)), playlistFolder: file.parent)
    var (matched, ambiguous, missing, raised) = (0, 0, 0, 0)
    for record in records {
      switch matcher.match(record) {
      case .matched(let tracks, how: _, disagree: false):
        matched += 1
        if let plays = record.playCount, tracks.contains(where: { plays > labels[$0.file] ?? 0 }) { raised += 1 }
      case .matched, .ambiguous: ambiguous += 1
      case .missing, .notAFile: missing += 1
      }
    }
    var words =
      "\(summary.entries) entries (\(summary.kind.rawValue)), \(matched) would match, \(ambiguous) ambiguous, "
      + "\(missing) without a file"
    if !summary.isPlaylist { words += "; the plays of \(raised) tracks would rise" }
    if summary.malformed.count > 0 { words += "; \(summary.malformed.count) parts cannot be read" }
    self.words = words
  }
}
