import Foobar2000
import Labelling
import MusicIndex
import Tracks

/// What all imports, and the tags of the files, say of each track.
struct ImportedHistories {
  /// An import that is not in the index, for telling what it would do.
  struct Preview {
    /// The import; its number is that of the import it replaces, 0 for none.
    var row: ImportRow
    /// The tracks that its records mean, with what each record says.
    var matches: [(record: Int64, track: Int64, told: ListeningHistory)]
    /// The number of records that say they were never played.
    var unplayed: Int
    /// The entries that name no single file, and the tracks that they may mean.
    var losses: [EntryLoss] = []
    var doubts: [Int64: TrackDoubt] = [:]
  }

  /// The history of each track that an import or a tag tells of.
  private(set) var tracks: [Int64: ListeningHistory] = [:]
  /// The playlists and statistics.
  private(set) var sets: ImportedSets
  /// Pairs of tracks that share a record, and so one history.
  private(set) var shared: [PairEvidence] = []
  /// The tracks with a title: foobar2000 keeps one history for all that have none.
  private let titled: Set<Int64>
  private let heirs: [Int64: Int64]

  /// Reads everything.
  ///
  /// - Parameters:
  ///   - known: the tracks that are there, each file before the tracks inside it.
  ///   - heirs: for tracks that are missing, one that is there and has what is told of them.
  ///   - previews: imports that are not in the index yet.
  init(
    _ index: MusicIndex, _ configuration: PipelineConfiguration, known: [KnownFile], heirs: [Int64: Int64],
    previews: [Preview] = []
  ) throws {
    self.heirs = heirs
    titled = Set(known.filter { $0.tags.title?.isEmpty == false }.map(\.id))
    sets = ImportedSets(takesAllPlaylists: configuration.takesAnyPlaylist)
    var parts: [Int64: [Int64]] = [:]
    for file in known where !file.parts.isEmpty { parts[file.id] = file.parts.map(\.id) }
    let replaced = Set(previews.map(\.row.id))
    try index.read { transaction in
      var imports = try transaction.imports().filter { $0.refusal == nil && !replaced.contains($0.id) }.map {
        Preview(row: $0, matches: [], unplayed: -1)
      }
      imports += previews
      imports.sort { ($0.row.exportedAt, $0.row.id) < ($1.row.exportedAt, $1.row.id) }
      let choice = ListChoice(imports.map(\.row), configuration)
      for var one in imports {
        var collected = Collected(isPlaylist: one.row.playlist != nil)
        if one.unplayed >= 0 {
          for match in one.matches { add(match.record, match.track, match.told, parts, &collected) }
        } else {
          try transaction.forEachMatch(of: one.row.id) { record, track, plays, first, last, added, rating in
            try Task.checkCancellation()
            let told = ListeningHistory(
              plays: plays, firstPlayed: first, lastPlayed: last, added: added, rating: rating)
            add(record, track, told, parts, &collected)
          }
        }
        let unplayed = one.unplayed >= 0 ? one.unplayed : try transaction.unplayedRecordCount(of: one.row.id)
        if one.unplayed < 0, choice.includes(one.row) {
          one.losses = try transaction.losses(of: one.row.id)
          let entries = try transaction.doubtfulEntries(of: one.row.id)
          for doubt in try transaction.doubts(of: one.row.id) where one.doubts[doubt.track] == nil {
            one.doubts[doubt.track] = entries[doubt.record].map { TrackDoubt(entry: $0, kind: doubt.kind) }
          }
        }
        one.unplayed = unplayed
        add(one, collected.tracks)
      }
    }
    addTags(of: known, timeZone: configuration.reading.timeZone)
  }

  private struct Collected {
    let isPlaylist: Bool
    var tracks: Set<Int64> = []
    var last: (record: Int64, track: Int64)?
  }

  private mutating func add(
    _ record: Int64, _ track: Int64, _ told: ListeningHistory, _ parts: [Int64: [Int64]], _ collected: inout Collected
  ) {
    let track = heirs[track] ?? track
    collected.tracks.insert(track)
    // A playlist cannot name the tracks inside a file: it means all of them by the file, or by the sheet.
    if collected.isPlaylist {
      collected.tracks.formUnion(parts[track] ?? [])
      return
    }
    tracks[track] = tracks[track].map { $0.merged(with: told) } ?? told
    // The newest word on a rating stands.
    if let rating = told.rating { tracks[track]?.rating = rating }
    guard titled.contains(track) else { return }
    if let last = collected.last, last.record == record {
      shared.append(
        PairEvidence(
          first: last.track, second: track, kind: .sameRecording, description: "one history in foobar2000"))
    }
    collected.last = (record, track)
  }

  private mutating func add(_ one: Preview, _ tracks: Set<Int64>) {
    let row = one.row
    var losses = one.losses
    if row.malformed > 0 { losses.append(EntryLoss(cause: .unread, entries: row.malformed)) }
    if let name = row.playlist {
      sets.playlists.append(
        PlaylistImport(
          name: name, exportedAt: row.exportedAt, importedAt: row.importedAt, entries: row.entries,
          matched: row.matched, fileIDs: tracks.sorted(), losses: losses, doubts: one.doubts))
    } else {
      sets.statistics.append(
        StatisticsImport(
          exportedAt: row.exportedAt, importedAt: row.importedAt, entries: row.entries, matched: row.matched,
          unplayed: one.unplayed, fileIDs: tracks.sorted(), name: Self.listName(row.path), losses: losses,
          doubts: one.doubts))
    }
  }

  /// The name of an export without its extension.
  private static func listName(_ path: FilePath) -> String {
    let name = path.name.display
    let type = path.fileExtension
    return type.isEmpty ? name : String(name.dropLast(type.count + 1))
  }

  /// Statistics in the files' own tags only add to what imports say: plays since the export may be in them alone.
  private mutating func addTags(of known: [KnownFile], timeZone: String?) {
    for file in known where file.span == nil && !file.tags.statistics.isEmpty {
      guard let record = TagStatistics.record(file.tags, timeZone: timeZone) else { continue }
      let told = ListeningHistory(
        plays: record.playCount, firstPlayed: record.firstPlayed, lastPlayed: record.lastPlayed, added: record.added,
        rating: record.rating)
      guard let known = tracks[file.id] else {
        tracks[file.id] = told
        continue
      }
      tracks[file.id] = known.merged(with: told)
      tracks[file.id]?.rating = known.rating ?? told.rating
    }
  }
}
