import Foobar2000
import Labelling
public import MusicIndex
import Platform
import ServiceState
public import Tracks

/// What imports would find and change, without changing anything.
public struct ImportPreview: Sendable {
  /// What would become of one file.
  public struct File: Sendable {
    /// The file.
    public var path: FilePath
    /// What is in it, or why it would be refused, in words.
    public var words: String
    /// Whether it would be refused.
    public var isRefused = false
    /// The number of its entries; 0 where it would be refused, or was imported before.
    public var entries = 0
    /// The number of its entries that name a track of the library, or several.
    public var matched = 0
    /// Whether it is a playlist.
    public var isPlaylist = false
  }

  /// The files in the order they were given; of a profile folder what it holds.
  public private(set) var files: [File] = []
  /// The number of tracks by label as they are.
  public private(set) var before: [TrackLabel: Int] = [:]
  /// The number of tracks by label as they would be.
  public private(set) var after: [TrackLabel: Int] = [:]
  /// How the labels would change.
  public private(set) var changes = LabelChanges()
  /// What the owner should know of lists of which entries name no single file, as `status` would say it.
  public private(set) var advice: [String] = []

  /// Reads files, matches their entries with the library and labels it anew.
  ///
  /// - Parameter exportedAt: When foobar2000 wrote them, if the owner says so, in seconds since 1970.
  /// - Throws: `IndexFailure`, or `PipelineFailure` for an unreadable file of corrections.
  public init(
    _ paths: [FilePath], exportedAt: Double? = nil, index: MusicIndex, configuration: PipelineConfiguration
  ) throws {
    let library = try Library(index, configuration)
    var previews: [ImportedHistories.Preview] = []
    let paths = ExportFile.expand(paths, takesPlaylist: configuration.reads(livePlaylist:))
    var seen: Set<[UInt8]> = []
    for path in paths {
      do {
        let digest = try ExportFile.digest(of: path)
        let known = try index.read { try $0.importRow(digest: digest) }.flatMap { $0.refusal == nil ? $0 : nil }
        let now = configuration.now()
        let time = try exportedAt ?? ExportFile.modified(path)
        let row = ImportRow(
          path: library.place(of: path), digest: digest, kind: "", playlist: nil, exportedAt: min(time, now),
          importedAt: now)
        let moved = known.flatMap { ImportRun.moved(row, $0, configuration.rules, isOfTheFuture: time > now) }
        if !seen.insert(digest).inserted || known != nil && moved == nil {
          files.append(File(path: path, words: "was imported before: nothing would change"))
          continue
        }
        var (preview, words) = try library.preview(path, exportedAt: moved?.exportedAt ?? row.exportedAt, others: paths)
        if let moved {
          preview.row.id = moved.id
          preview.row.playlist = moved.playlist
          words = "was imported before, now counts as exported on \(calendarDay(moved.exportedAt)); \(words)"
        }
        previews.append(preview)
        let told = preview.row
        files.append(
          File(
            path: path, words: words, entries: told.entries,
            matched: told.matched + told.ambiguous, isPlaylist: told.playlist != nil))
      } catch let failure as ImportFailure {
        files.append(File(path: path, words: "would be refused: \(failure.detail)", isRefused: true))
      } catch let failure as PipelineFailure {
        files.append(File(path: path, words: failure.description, isRefused: true))
      }
    }
    var stored: [Int64: TrackLabel] = [:]
    try index.read { try $0.forEachLabel { track, _, label, _, _, _, _ in stored[track] = label } }
    for label in stored.values { before[label, default: 0] += 1 }
    guard !previews.isEmpty else {
      after = before
      return
    }
    let result = try LabelRun(index: index, configuration: configuration).labels(with: previews)
    for new in result.assignments { after[new.label, default: 0] += 1 }
    changes = LabelChanges(stored, result.assignments)
    advice = (result.active.makesArchived ? [] : [result.active.words]) + result.active.notes
  }

  /// The library as records are matched with it.
  private struct Library {
    let index: MusicIndex
    let configuration: PipelineConfiguration
    let base: RecordMatcher
    let parts: CueParts
    let plays: [Int64: Int]
    /// The files that are there, and the tracks of cue sheets in them.
    let tracks: [LibraryFile]

    init(_ index: MusicIndex, _ configuration: PipelineConfiguration) throws {
      var files: [LibraryFile] = []
      var parts = CueParts()
      var plays: [Int64: Int] = [:]
      var inside: [LibraryFile] = []
      try index.read { transaction in
        try transaction.forEachWholeTrack(version: FeatureVariant.dense.version) { file in
          parts.add(file)
          guard !file.isMissing else { return }
          files.append(LibraryFile(file))
          inside += file.parts.map { LibraryFile(part: $0, of: file) }
        }
        try transaction.forEachLabel { track, _, _, _, _, _, count in plays[track] = count }
      }
      self.index = index
      self.configuration = configuration
      self.parts = parts
      self.plays = plays
      base = RecordMatcher(library: files)
      tracks = files + inside
    }

    /// Where an export lies once it is imported.
    func place(of path: FilePath) -> FilePath {
      configuration.state.inbox.appending(path.name)
    }

    func preview(
      _ path: FilePath, exportedAt: Double, others: [FilePath]
    ) throws -> (ImportedHistories.Preview, String) {
      var records: [ListeningRecord] = []
      let summary = try read(path, others: others, &records)
      var row = ImportRow(
        path: path, digest: [], kind: summary.kind.rawValue,
        playlist: summary.isPlaylist ? summary.playlistName : nil, exportedAt: exportedAt,
        importedAt: configuration.now(), entries: summary.entries)
      let derived = base.derive(foreign: records.flatMap { $0.locations.map(\.path) })
      let known = try MatchRun.derived(index).map { PathMapping(from: $0.windows, to: FilePath($0.here)) }
      let matcher = RecordMatcher(
        base, map: PathMap(configuration.mappings, derived: derived.map(\.mapping) + known), playlistFolder: path.parent
      )
      var matches: [(record: Int64, track: Int64, told: TrackHistory)] = []
      var candidates: [(track: Int64, evidence: HearingEvidence)] = []
      var raised = 0
      row.malformed = summary.malformed.count
      var doubts = DoubtRun(parts: parts)
      doubts.begin(0, map: DoubtRun.usable(configuration.mappings, derived.map(\.mapping) + known, tracks))
      for (number, record) in records.enumerated() {
        let result = matcher.match(record)
        func doubt(_ outcome: RecordOutcome) {
          guard row.playlist == nil, record.tellsOfPlays else { return }
          let evidence = HearingEvidence.of(outcome, namesSeveral: record.locations.count > 1)
          candidates += parts.candidates(result).map { ($0, evidence) }
        }
        switch result {
        case .matched(let tracks, how: _, disagree: false):
          let meant = Set(tracks.compactMap(parts.track)).sorted()
          if meant.isEmpty {
            row.missing += 1
            doubt(.missing)
            break
          }
          row.matched += 1
          let told = TrackHistory(
            plays: record.playCount, firstPlayed: record.firstPlayed, lastPlayed: record.lastPlayed,
            added: record.added, rating: record.rating, skips: record.skipCount,
            lastSkipped: record.lastSkipped)
          matches += meant.map { (Int64(number), $0, told) }
          if let count = record.playCount, meant.contains(where: { count > plays[$0] ?? 0 }) { raised += 1 }
          continue
        case .matched, .ambiguous:
          row.ambiguous += 1
          doubt(.ambiguous)
        case .missing, .notAFile: row.missing += 1
        }
        doubts.add(Int64(number), record, result)
      }
      var words =
        "\(counted(summary.entries, "entry", "entries")) (\(summary.kind.words)), \(row.matched) would match, \(row.ambiguous) ambiguous, "
        + "\(row.missing) without a file"
      if let name = row.playlist {
        let isActive = configuration.treatsAllPlaylistsAsActive || configuration.rules.isActive(playlist: name)
        words += "; the playlist \"\(name)\" \(isActive ? "is an active one" : "fits none of `labels.activePlaylists`")"
      } else {
        words += "; the plays of \(counted(raised, "track")) would rise"
      }
      if let first = summary.malformed.first.first {
        words += "; \(summary.malformed.count) parts cannot be read, the first at \(first.place): \(first.problem)"
      }
      for warning in summary.warnings { words += "; \(warning)" }
      let unplayed = records.count { $0.playCount == 0 && !$0.tellsOfPlays }
      var preview = ImportedHistories.Preview(
        row: row, matches: matches, candidates: candidates, unplayed: unplayed)
      let found = try doubts.run(tracks)[0] ?? DoubtRun.Found()
      preview.losses = found.losses
      for doubt in found.doubts where preview.doubts[doubt.track] == nil {
        let record = records[Int(doubt.record)]
        let entry =
          record.locations.first?.path
          ?? [record.tags.artist, record.tags.title].compactMap { $0 }.joined(separator: " - ")
        preview.doubts[doubt.track] = TrackDoubt(entry: entry, kind: doubt.kind)
      }
      return (preview, words)
    }

    /// Reads a file, hash-only statistics with the help of another file or of an earlier import.
    private func read(
      _ path: FilePath, others: [FilePath], _ records: inout [ListeningRecord]
    ) throws -> ExportSummary {
      do {
        return try ExportReader.read(path, options: configuration.reading) { records.append($0) }
      } catch let failure as ImportFailure where failure.reason == .hashOnly {
        let imported = try index.read { try $0.imports() }.filter { $0.refusal == nil && $0.playlist == nil }
        for companion in ExportFile.companions(of: path, among: others + imported.map(\.path)) {
          var options = configuration.reading
          options.companion = companion
          records = []
          // A companion of no use is passed over; the last word is the file's own refusal.
          let summary = try? ExportReader.read(path, options: options) { records.append($0) }
          if let summary, summary.withoutLocation < summary.entries { return summary }
        }
        throw failure
      }
    }
  }
}
