import Foobar2000
import MusicIndex
import Tracks

/// Matches records that came to files that were there: by the files of the same names alone, where a path leads to one of
/// them. Then nothing else of the library can have a say.
struct NewRecordRun {
  let index: MusicIndex
  /// The folders that the owner mapped.
  let mappings: [PathMapping]

  /// The files of the library that the new records may find by a path.
  private struct Namesakes {
    var library: [LibraryFile] = []
    var parts = CueParts()
    var artists: MatchKeys.Artists
  }

  /// Matches every new record.
  ///
  /// - Parameter imports: Those that were not refused.
  /// - Returns: whether a path led each of them to its file; otherwise nothing was written.
  /// - Throws: `IndexFailure`.
  func run(_ imports: [ImportRow], version: Int) throws -> Bool {
    let derived = try MatchRun.derived(index).map { PathMapping(from: $0.windows, to: FilePath($0.here)) }
    let map = PathMap(mappings, derived: derived)
    var rows = Dictionary(imports.map { ($0.id, $0) }) { first, _ in first }
    let new = try index.read { try $0.newRecords() }
    let known = try namesakes(of: new.map(\.stored.record), map, version: version)
    let base = RecordMatcher(library: known.library, artists: known.artists)
    var matchers: [Int64: RecordMatcher] = [:]
    var found: [(record: Int64, tracks: [Int64])] = []
    var keys = MatchKeys.Collector()
    for (number, stored) in new {
      guard let row = rows[number] else { return false }
      let matcher = matchers[number] ?? RecordMatcher(base, map: map, playlistFolder: row.path.parent)
      matchers[number] = matcher
      let result = matcher.match(stored.record)
      guard case .matched(let tracks, let how, disagree: false) = result, how != .tags, how != .names else {
        return false
      }
      let meant = Set(tracks.compactMap(known.parts.track)).sorted()
      guard !meant.isEmpty else { return false }
      found.append((stored.id, meant))
      if !stored.isPast { rows[number]?.matched += 1 }
      keys.add(stored.record, result)
    }
    let (matched, counted) = (found, rows)
    try index.write { transaction in
      for (record, tracks) in matched { try transaction.setMatch(of: record, outcome: .matched, tracks: tracks) }
      for row in imports {
        if let new = counted[row.id], new != row { try transaction.updateImport(new) }
      }
      try transaction.addMatchKeys(keys.sorted, replacing: false)
    }
    return true
  }

  private func namesakes(of records: [ListeningRecord], _ map: PathMap, version: Int) throws -> Namesakes {
    let names = Set(records.flatMap { MatchKeys.names(of: $0, map: map) }).sorted()
    return try index.read { transaction in
      var found = Namesakes(artists: MatchKeys.Artists(among: try transaction.matchKeys()))
      try transaction.forEachWholeTrack(among: transaction.files(named: names), version: version) { file in
        found.parts.add(file)
        if !file.isMissing { found.library.append(LibraryFile(file)) }
      }
      return found
    }
  }
}
