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
    var matches: [(record: Int64, track: Int64, told: TrackHistory)]
    /// The tracks that records of plays may mean which mean none for sure, with why.
    var candidates: [(track: Int64, evidence: HearingEvidence)] = []
    /// The number of records that say they were never played.
    var unplayed: Int
    /// The entries that name no single file, and the tracks that they may mean.
    var losses: [EntryLoss] = []
    var doubts: [Int64: TrackDoubt] = [:]
  }

  /// The history of each track that an import or a tag tells of.
  private(set) var tracks: [Int64: TrackHistory] = [:]
  /// The histories that each track has together with others.
  private(set) var sharedHistories: [Int64: [SharedHistory]] = [:]
  /// The playlists and statistics.
  private(set) var sets: ImportedSets
  /// Pairs of tracks that share a record, and so one history.
  private(set) var shared: [PairEvidence] = []
  /// The tracks with a title: foobar2000 keeps one history for all that have none.
  private let titled: Set<Int64>
  private let heirs: [Int64: Int64]
  /// The tracks inside each file that is there.
  private var parts: [Int64: [Int64]] = [:]
  private let timeZone: String?
  /// The histories of several tracks at once.
  private var together: [[Int64]: TrackHistory] = [:]
  /// The tracks that playlists name.
  private var listed: Set<Int64> = []
  /// The latest time that can be, in seconds since 1970.
  private let latest: Double

  /// Reads everything.
  ///
  /// - Parameters:
  ///   - known: the tracks that are there, each file before the tracks inside it.
  ///   - gone: the tracks that are missing.
  ///   - heirs: for tracks that are missing, one that is there and has what is told of them.
  ///   - previews: imports that are not in the index yet.
  init(
    _ index: MusicIndex, _ configuration: PipelineConfiguration, known: [TrackRow], gone: [TrackRow] = [],
    heirs: [Int64: Int64], previews: [Preview] = []
  ) throws {
    self.init(configuration, known: known, heirs: heirs)
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
          for match in one.matches { add(match.record, match.track, match.told, isPast: false, &collected) }
          for candidate in one.candidates {
            addCandidate(candidate.track, candidate.evidence, isPast: false, &collected)
          }
        } else {
          try transaction.forEachMatch(of: one.row.id) {
            record, track, plays, first, last, added, rating, skips, lastSkipped, isPast in
            try Task.checkCancellation()
            let told = TrackHistory(
              plays: plays, firstPlayed: first, lastPlayed: last, added: added, rating: rating, skips: skips,
              lastSkipped: lastSkipped)
            add(record, track, told, isPast: isPast, &collected)
          }
          try transaction.forEachCandidate(of: one.row.id) { track, outcome, namesSeveral, isPast in
            addCandidate(track, .of(outcome, namesSeveral: namesSeveral), isPast: isPast, &collected)
          }
        }
        finish(&collected)
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
    addTags(of: known + gone)
  }

  /// Reads what is said of some tracks: of `known` and `gone`, with everything that shares a history with one of them.
  ///
  /// - Parameter imports: The accepted imports in order of their exports.
  init(
    _ transaction: IndexTransaction, _ configuration: PipelineConfiguration, imports: [ImportRow], known: [TrackRow],
    gone: [TrackRow], heirs: [Int64: Int64]
  ) throws {
    self.init(configuration, known: known, heirs: heirs)
    let tracks = (known + gone).map(\.id)
    let told = Dictionary(grouping: try transaction.told(of: tracks), by: \.import)
    let doubts = Dictionary(grouping: try transaction.doubts(about: tracks), by: \.import)
    let choice = ListChoice(imports, configuration)
    for row in imports {
      let found = told[row.id] ?? []
      var collected = Collected(isPlaylist: row.playlist != nil)
      for match in found where match.outcome == .matched {
        let history = TrackHistory(
          plays: match.plays, firstPlayed: match.firstPlayed, lastPlayed: match.lastPlayed, added: match.added,
          rating: match.rating, skips: match.skips, lastSkipped: match.lastSkipped)
        add(match.record, match.track, history, isPast: match.isPast, &collected)
      }
      for match in found where match.outcome != .matched {
        addCandidate(
          match.track, .of(match.outcome, namesSeveral: match.namesSeveral), isPast: match.isPast, &collected)
      }
      finish(&collected)
      var one = Preview(row: row, matches: [], unplayed: 0)
      if choice.includes(row) {
        for doubt in doubts[row.id] ?? [] where one.doubts[doubt.track] == nil {
          one.doubts[doubt.track] = TrackDoubt(entry: doubt.entry, kind: doubt.kind)
        }
      }
      add(one, collected.tracks)
    }
    addTags(of: known + gone)
  }

  /// Nothing is read yet.
  private init(_ configuration: PipelineConfiguration, known: [TrackRow], heirs: [Int64: Int64]) {
    self.heirs = heirs
    titled = Set(known.filter { $0.tags.title?.isEmpty == false }.map(\.id))
    sets = ImportedSets(takesAllPlaylists: configuration.treatsAllPlaylistsAsActive)
    for file in known where !file.parts.isEmpty { parts[file.id] = file.parts.map(\.id) }
    // A clock that is a day ahead is no nonsense.
    latest = configuration.now() + 86_400
    timeZone = configuration.reading.timeZone
  }

  /// Whether a history or a playlist speaks of a track.
  func isTold(of track: Int64) -> Bool {
    tracks[track] != nil || sharedHistories[track] != nil || listed.contains(track)
  }

  private func isHeard(_ track: Int64) -> Bool {
    tracks[track]?.isHeard == true || sharedHistories[track]?.contains { $0.history.isHeard } == true
  }

  /// Gives each track the histories that it has together with others, in the order of their tracks.
  private mutating func shareHistories() {
    for (tracks, history) in together.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      for track in tracks {
        sharedHistories[track, default: []].append(SharedHistory(tracks: tracks, history: history))
      }
    }
  }

  private struct Collected {
    let isPlaylist: Bool
    var tracks: Set<Int64> = []
    /// The record that is being read, with the tracks that it means.
    var record: (id: Int64, tracks: [Int64], told: TrackHistory)?
  }

  private mutating func add(
    _ record: Int64, _ track: Int64, _ told: TrackHistory, isPast: Bool, _ collected: inout Collected
  ) {
    let track = heirs[track] ?? track
    if !isPast { collected.tracks.insert(track) }
    // A playlist cannot name the tracks inside a file: it means all of them by the file, or by the sheet.
    if collected.isPlaylist {
      collected.tracks.formUnion(parts[track] ?? [])
      return
    }
    if collected.record?.id != record {
      finish(&collected)
      collected.record = (record, [], told.plausible(until: latest))
    }
    if collected.record?.tracks.contains(track) == false { collected.record?.tracks.append(track) }
  }

  /// Notes what the record that was read says of its tracks.
  private mutating func finish(_ collected: inout Collected) {
    guard let (_, meant, told) = collected.record else { return }
    collected.record = nil
    guard let first = meant.first else { return }
    if meant.count == 1 {
      tracks[first] = tracks[first].map { $0.merged(with: told) } ?? told
    } else {
      var told = told
      told.rating = nil
      together[meant] = together[meant].map { $0.merged(with: told) } ?? told
    }
    // The newest word on a rating stands.
    if let rating = told.rating {
      for track in meant { tracks[track, default: TrackHistory()].rating = rating }
    }
    let named = meant.filter(titled.contains)
    for (one, other) in zip(named, named.dropFirst()) {
      shared.append(
        PairEvidence(first: one, second: other, kind: .sameRecording, description: "one history in foobar2000"))
    }
  }

  /// Notes that a track may have been played. What statistics may name they may hold, so it is not missing there.
  private mutating func addCandidate(
    _ track: Int64, _ evidence: HearingEvidence, isPast: Bool, _ collected: inout Collected
  ) {
    guard !collected.isPlaylist else { return }
    let track = heirs[track] ?? track
    if !isPast { collected.tracks.insert(track) }
    tracks[track, default: TrackHistory()].hearing.insert(evidence)
  }

  private mutating func add(_ one: Preview, _ tracks: Set<Int64>) {
    if one.row.playlist != nil { listed.formUnion(tracks) }
    sets.add(one.row, tracks, unplayed: one.unplayed, losses: one.losses, doubts: one.doubts)
  }

  /// Takes in what is said of several tracks at once, and statistics in the files' own tags.
  private mutating func addTags(of known: [TrackRow]) {
    addOwnTags(of: known)
    // Who played the file played what is in it.
    shareHistories()
    for (file, inside) in parts where isHeard(file) {
      for part in inside { tracks[part, default: TrackHistory()].hearing.insert(.wholeFile) }
    }
  }

  /// Statistics in the files' own tags only add to what imports say: plays since the export may be in them alone.
  private mutating func addOwnTags(of known: [TrackRow]) {
    for file in known where file.span == nil && !file.tags.statistics.isEmpty {
      let record = TagStatistics.record(file.tags, timeZone: timeZone) ?? ListeningRecord()
      var told = TrackHistory(
        plays: record.playCount, firstPlayed: record.firstPlayed, lastPlayed: record.lastPlayed, added: record.added,
        rating: record.rating, skips: record.skipCount, lastSkipped: record.lastSkipped
      ).plausible(until: latest)
      if TagStatistics.tellsOfUncountedPlays(file.tags) { told.hearing.insert(.tag) }
      guard told != TrackHistory() else { continue }
      guard let known = tracks[file.id] else {
        tracks[file.id] = told
        continue
      }
      tracks[file.id] = known.merged(with: told)
      tracks[file.id]?.rating = known.rating ?? told.rating
    }
  }
}

extension ImportedSets {
  /// Adds an import with the tracks that it names.
  mutating func add(
    _ row: ImportRow, _ tracks: Set<Int64>, unplayed: Int, losses: [EntryLoss], doubts: [Int64: TrackDoubt] = [:]
  ) {
    var losses = losses
    if row.malformed > 0 { losses.append(EntryLoss(cause: .unread, entries: row.malformed)) }
    if let name = row.playlist {
      playlists.append(
        PlaylistImport(
          name: name, exportedAt: row.exportedAt, importedAt: row.importedAt, entries: row.entries,
          matched: row.matched, fileIDs: tracks.sorted(), losses: losses, doubts: doubts, profile: row.profile,
          id: row.id))
    } else {
      statistics.append(
        StatisticsImport(
          exportedAt: row.exportedAt, importedAt: row.importedAt, entries: row.entries, matched: row.matched,
          unplayed: unplayed, fileIDs: tracks.sorted(), name: Self.listName(row.path), losses: losses, doubts: doubts,
          profile: row.profile, id: row.id))
    }
  }

  /// The name of an export without its extension.
  private static func listName(_ path: FilePath) -> String {
    let name = path.name.display
    let type = path.fileExtension
    return type.isEmpty ? name : String(name.dropLast(type.count + 1))
  }
}

extension ImportRow {
  /// The profile folder that a live playlist or a database is read in; `nil` for an export.
  fileprivate var profile: FilePath? {
    switch ExportKind(rawValue: kind) {
    case .metadb: path.parent
    case .fplite: path.parent.parent
    default: nil
    }
  }
}

extension HearingEvidence {
  /// What a record of plays says of a track that it may mean.
  static func of(_ outcome: RecordOutcome, namesSeveral: Bool) -> HearingEvidence {
    switch outcome {
    case .ambiguous: namesSeveral ? .sharedEntry : .ambiguousEntry
    case .matched, .missing, .notAFile: .partOfFile
    }
  }
}
