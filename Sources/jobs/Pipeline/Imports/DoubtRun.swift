import Foobar2000
import Labelling
import MusicIndex
import Tracks

/// Which imports decide what is active: the playlists whose names say so, or the statistics where there is none.
struct ListChoice {
  private let rules: LabelRules
  private let treatsAllPlaylistsAsActive: Bool
  private let hasPlaylist: Bool

  /// The choice among imports by the owner's rules.
  init(_ imports: [ImportRow], _ configuration: PipelineConfiguration) {
    rules = configuration.rules
    treatsAllPlaylistsAsActive = configuration.treatsAllPlaylistsAsActive
    let (rules, takesAny) = (rules, treatsAllPlaylistsAsActive)
    hasPlaylist = imports.contains { row in
      row.refusal == nil && row.playlist.map { takesAny || rules.isActive(playlist: $0) } ?? false
    }
  }

  /// Whether an import is one of them.
  func includes(_ row: ImportRow) -> Bool {
    guard let name = row.playlist else { return !hasPlaylist }
    return treatsAllPlaylistsAsActive || rules.isActive(playlist: name)
  }
}

/// Collects the records without a single file while they are matched, and finds every track that they may mean.
struct DoubtRun {
  /// What came of the records of one import.
  struct Found {
    var doubts: [DoubtRow] = []
    var losses: [EntryLoss] = []
  }

  /// The records of one import.
  private struct List {
    let id: Int64
    var finder = DoubtFinder()
    var census: LossCensus
    var records: [Int64] = []
    /// The candidates of ambiguous records.
    var candidates: [(record: Int64, tracks: [Int64])] = []
  }

  /// Up to so many candidates of one record are stored each; of more, those that no other record claims.
  private static let mostCandidates = 8

  private let parts: CueParts
  private var lists: [List] = []

  init(parts: CueParts) {
    self.parts = parts
  }

  /// A map of mappings that lead to files of the library, those that were given first.
  static func usable(_ given: [PathMapping], _ derived: [PathMapping], _ library: [LibraryFile]) -> PathMap {
    PathMap(
      given.filter { mapping in library.contains { $0.path.isInside(mapping.to) } }, derived: derived)
  }

  /// Begins with the records of an import, which were matched through a map.
  mutating func begin(_ id: Int64, map: PathMap) {
    lists.append(List(id: id, census: LossCensus(map: map)))
  }

  /// Adds a record of the import that was begun last: one without a single file.
  mutating func add(_ id: Int64, _ record: ListeningRecord, _ result: MatchResult) {
    guard let last = lists.indices.last else { return }
    if LossCensus.isStream(record, result) { return lists[last].census.addStream() }
    lists[last].finder.add(record)
    lists[last].census.add(record, result)
    lists[last].records.append(id)
    switch result {
    case .matched(let tracks, how: _, disagree: _), .ambiguous(let tracks):
      lists[last].candidates.append((id, Array(Set(tracks.flatMap(parts.tracks))).sorted()))
    case .missing, .notAFile: break
    }
  }

  /// What the records of each import may mean among the tracks that are there, by the import's number.
  ///
  /// - Throws: `CancellationError`.
  func run(_ tracks: [LibraryFile]) throws -> [Int64: Found] {
    let lists = lists.filter { !$0.census.isEmpty }
    guard !lists.isEmpty else { return [:] }
    let present = Set(tracks.map(\.id))
    var found = lists.map { list in Self.ambiguous(list, present) }
    var claimed = found.map { Set($0.doubts.map(\.track)) }
    var hits = [[Int: (path: FilePath, kind: DoubtKind)]](repeating: [:], count: lists.count)
    var known = FolderKeys()
    for (number, track) in tracks.enumerated() {
      if number % 1_000 == 0 { try Task.checkCancellation() }
      let keys = TrackKeys(track, &known)
      for (position, list) in lists.enumerated() {
        guard let doubt = list.finder.doubt(about: keys) else { continue }
        let known = hits[position][doubt.entry]
        if known == nil || (doubt.kind == .name && known?.kind != .name) {
          hits[position][doubt.entry] = (track.path, doubt.kind)
        }
        guard claimed[position].insert(track.id).inserted else { continue }
        found[position].doubts.append(
          DoubtRow(record: list.records[doubt.entry], track: track.id, kind: doubt.kind))
      }
    }
    for (position, list) in lists.enumerated() {
      found[position].losses = list.census.losses(list.finder, found: hits[position])
    }
    return Dictionary(uniqueKeysWithValues: zip(lists.map(\.id), found))
  }

  private static func ambiguous(_ list: List, _ present: Set<Int64>) -> Found {
    var found = Found()
    var claimed: Set<Int64> = []
    for (record, tracks) in list.candidates {
      for track in tracks where present.contains(track) {
        let isNew = claimed.insert(track).inserted
        guard isNew || tracks.count <= mostCandidates else { continue }
        found.doubts.append(DoubtRow(record: record, track: track, kind: .ambiguous))
      }
    }
    return found
  }
}
