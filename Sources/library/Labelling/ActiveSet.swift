import Tracks

/// The tracks that are still active, and what that makes of the others.
public struct ActiveSet: Sendable, Equatable {
  /// Where the set comes from.
  public enum Source: String, Sendable, Codable, CaseIterable {
    /// Playlists.
    case playlists
    /// The statistics' entries.
    case statistics
    /// There is none.
    case none
  }

  /// Where the set comes from.
  public var source: Source
  /// The names of the playlists that make it up, in alphabetical order; empty for other sources.
  public var playlists: [String]
  /// When the set was exported, the earliest of several, in seconds since 1970-01-01 UTC; `nil` where there is none.
  public var exportedAt: Double?
  /// The active tracks, before copies share their state.
  public var fileIDs: Set<Int64>
  /// Whether a track that came before the export and is not in the set is archived.
  public var makesArchived: Bool
  /// What the owner could do better, where something else stands in for what they imported.
  public var hint: String?
  /// What the set is, or why there is none and what to export, in sentences.
  public var words: String
  /// What the owner should know of entries that name no single file, a list each.
  public var notes: [String] = []
  /// The tracks that such entries may mean, each with the list and the entry.
  public var doubts: [Int64: String] = [:]
  /// Whether a list that makes up the set is too incomplete for what is not in it to mean anything.
  public var isWeak = false
  /// The numbers of the imports that make it up, in the order in which their doubts count.
  public var imports: [Int64] = []
  /// The numbers of the statistics that name every track that foobar2000 knew when it wrote the lists, played or not; empty
  /// where nothing tells which it knew.
  public var knownBy: [Int64] = []
  /// The tracks that foobar2000 knew; `nil` where nothing tells it.
  public var knownIDs: Set<Int64>?

  /// The set that imports make up: the union of the newest import of each playlist whose name matches the rules'
  /// patterns. Without one the statistics stand in, if they hold unplayed entries and would archive at most half of the
  /// tracks; of several exports, one that a newer one mostly repeats no longer counts. A list of which a fifth names no
  /// single file, or less than half matches the library, archives nothing, unless the owner trusts it.
  ///
  /// - Parameter archived: Counts the tracks that are there, and those of them that a set would archive.
  static func resolve(
    _ imports: ImportedSets, rules: LabelRules, archived: (ActiveSet) -> (archived: Int, present: Int)
  ) -> ActiveSet {
    let fitting = imports.activePlaylists(rules)
    if !fitting.isEmpty {
      // An empty list is an export gone wrong: it takes nothing away, neither from the others nor from an older one.
      let filled = fitting.filter { $0.entries > 0 }
      let chosen = newest(filled.isEmpty ? fitting : filled)
      var set = ofPlaylists(chosen, knownBy: imports.known(to: chosen), rules: rules)
      let empty = newest(fitting).filter { $0.entries == 0 }.map(\.name)
      if !filled.isEmpty, !empty.isEmpty {
        set.hint = "The newest export of \(quotedList(empty)) is empty and does not count; export the playlist again."
      }
      return set
    }
    let request =
      "Export the playlist of what you still listen to from foobar2000 as .m3u8, under a name that fits "
      + "\(quotedList(rules.activePlaylists)), and import it."
    var set = ofStatistics(notRepeated(imports.statistics), rules: rules, archived: archived)
    let others = Set(imports.playlists.map(\.name)).sorted()
    if !others.isEmpty {
      let none = "None of the imported playlists (\(quotedList(others))) has a name of an active one"
      if set.source == .none { set.words = none + ". " + set.words }
      if set.source == .statistics { set.hint = none + "; what the statistics hold stands in. " + request }
    }
    if !set.makesArchived { set.words += " " + request }
    return set
  }

  private static func newest(_ playlists: [PlaylistImport]) -> [PlaylistImport] {
    var newest: [String: PlaylistImport] = [:]
    for playlist in playlists {
      let name = TextFolding.compatible(playlist.name)
      guard let other = newest[name] else {
        newest[name] = playlist
        continue
      }
      let isNewer = (playlist.time, playlist.importedAt) > (other.time, other.importedAt)
      // Two lists that are equally new decide by what they hold, not by the order they come in.
      let isTie = (playlist.time, playlist.importedAt) == (other.time, other.importedAt)
      if isNewer || isTie && other.fileIDs.lexicographicallyPrecedes(playlist.fileIDs) { newest[name] = playlist }
    }
    return newest.values.sorted { ($0.name, $0.exportedAt) < ($1.name, $1.exportedAt) }
  }

  /// The exports of which no newer one names at least half of the tracks: the newest of each library.
  private static func notRepeated(_ statistics: [StatisticsImport]) -> [StatisticsImport] {
    let newestFirst = statistics.sorted { left, right in
      (left.time, left.importedAt) == (right.time, right.importedAt)
        ? right.fileIDs.lexicographicallyPrecedes(left.fileIDs)
        : (left.time, left.importedAt) > (right.time, right.importedAt)
    }
    var kept: [(export: StatisticsImport, tracks: Set<Int64>)] = []
    for export in newestFirst {
      let tracks = Set(export.fileIDs)
      let isRepeated = kept.contains { newer in tracks.count { newer.tracks.contains($0) } * 2 >= tracks.count }
      if !isRepeated { kept.append((export, tracks)) }
    }
    return kept.map(\.export)
  }

  private static func ofPlaylists(
    _ playlists: [PlaylistImport], knownBy statistics: [StatisticsImport], rules: LabelRules
  ) -> ActiveSet {
    let names = playlists.map(\.name)
    let time = playlists.map(\.time).min()
    let losses = playlists.map { $0.loss(rules) }
    let day = time.map { calendarDay($0) } ?? "?"
    var words =
      "The active set is what the \(names.count == 1 ? "playlist" : "playlists") \(quotedList(names)) held on \(day)."
    for loss in losses where loss.isWeak {
      words +=
        loss.entries == 0
        ? " \(quotedList([loss.name])) is empty, so nothing counts as archived: export the playlist again."
        : loss.weakWords(quotedList([loss.name]))
    }
    let set = ActiveSet(
      source: .playlists, playlists: names, exportedAt: time, fileIDs: [],
      makesArchived: !losses.contains(where: \.isWeak),
      words: words, notes: losses.filter { $0.isNotable && !$0.isWeak }.map { $0.noteWords(quotedList([$0.name])) },
      isWeak: losses.contains { $0.isWeak && $0.entries > 0 }, imports: playlists.map(\.id),
      knownBy: statistics.map(\.id))
    return set.holding(playlists, [], knownBy: statistics)
  }

  private static func ofStatistics(
    _ statistics: [StatisticsImport], rules: LabelRules, archived: (ActiveSet) -> (archived: Int, present: Int)
  ) -> ActiveSet {
    func none(_ words: String) -> ActiveSet {
      ActiveSet(
        source: .none, playlists: [], exportedAt: nil, fileIDs: [], makesArchived: false, words: words)
    }
    guard !statistics.isEmpty else { return none("There is no active playlist, so nothing counts as archived.") }
    guard statistics.contains(where: { $0.unplayed > 0 }) else {
      return none(
        "There is no active playlist, and the statistics hold played tracks only, so nothing counts as archived.")
    }
    let losses = statistics.map { $0.loss(rules) }
    if let weak = losses.first(where: \.isWeak) {
      return none("There is no active playlist, and the statistics cannot stand in." + weak.weakWords("the statistics"))
    }
    let time = statistics.map(\.time).min() ?? 0
    let set = ActiveSet(
      source: .statistics, playlists: [], exportedAt: time, fileIDs: [], makesArchived: true,
      words: "There is no active playlist; active is what the statistics of \(calendarDay(time)) hold.",
      notes: losses.filter(\.isNotable).map { $0.noteWords("the statistics") }, imports: statistics.map(\.id)
    ).holding([], statistics)
    let counts = archived(set)
    guard counts.archived * 2 <= counts.present else {
      return none(
        "There is no active playlist, and the statistics name less than half of the library, so nothing counts as "
          + "archived.")
    }
    return set
  }

  /// The set with the tracks of its imports, and with those that they may mean.
  private func holding(
    _ playlists: [PlaylistImport], _ statistics: [StatisticsImport], knownBy: [StatisticsImport] = []
  ) -> ActiveSet {
    var set = self
    (set.fileIDs, set.doubts) = ([], [:])
    set.knownIDs = self.knownBy.isEmpty ? nil : knownBy.reduce(into: []) { $0.formUnion($1.fileIDs) }
    func add(_ ids: [Int64], _ doubts: [Int64: TrackDoubt], _ list: String) {
      set.fileIDs.formUnion(ids)
      for (track, doubt) in doubts where set.doubts[track] == nil {
        set.doubts[track] = "\(list) may mean it: \(doubt.entry) (\(doubt.reason))"
      }
    }
    for playlist in playlists { add(playlist.fileIDs, playlist.doubts, quotedList([playlist.name])) }
    for export in statistics { add(export.fileIDs, export.doubts, "the statistics") }
    return set
  }

  /// The set as far as some tracks go.
  ///
  /// - Parameter sets: The imports that the set was made of, with only those tracks.
  func part(_ sets: ImportedSets) -> ActiveSet {
    let playlists = Dictionary(sets.playlists.map { ($0.id, $0) }) { first, _ in first }
    let statistics = Dictionary(sets.statistics.map { ($0.id, $0) }) { first, _ in first }
    return holding(
      imports.compactMap { playlists[$0] }, imports.compactMap { statistics[$0] },
      knownBy: knownBy.compactMap { statistics[$0] })
  }
}

/// Names in quotes with commas.
func quotedList(_ names: [String]) -> String {
  names.map { "\"\($0)\"" }.joined(separator: ", ")
}

/// The day of a time in UTC as ISO 8601 writes it (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
public func calendarDay(_ time: Double) -> String {
  guard time.isFinite, time.magnitude < 1e14 else { return "?" }
  let shifted = Int((time / 86_400).rounded(.down)) + 719_468
  let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let monthFromMarch = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
  let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
  return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
}
