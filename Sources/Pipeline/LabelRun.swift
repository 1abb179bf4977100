import Labelling
import MusicIndex
public import Tracks

/// How the labels differ from those before.
public struct LabelChanges: Sendable, Equatable {
  /// The number of files whose label became another, by old and new label; `nil` where there was or is none.
  public var moves: [Move: Int] = [:]

  /// A change from one label to another.
  public struct Move: Hashable, Sendable {
    /// The label before.
    public var from: TrackLabel?
    /// The label now.
    public var to: TrackLabel?
  }

  /// The number of files whose label changed.
  public var count: Int { moves.values.reduce(0, +) }

  /// The number of files that became or ceased to be good or bad: what a model depends on.
  public var judged: Int {
    moves.filter { move, _ in [move.from, move.to].contains { $0 == .good || $0 == .bad } }.values.reduce(0, +)
  }

  /// The changes in words, the most frequent first.
  public var words: String {
    moves.sorted { ($1.value, Self.name($0.key)) < ($0.value, Self.name($1.key)) }.map {
      "\($0.value) \(Self.name($0.key))"
    }.joined(separator: ", ")
  }

  private static func name(_ move: Move) -> String {
    switch (move.from, move.to) {
    case (nil, let to?): "new as \(to.rawValue)"
    case (let from?, nil): "no longer \(from.rawValue)"
    case (let from?, let to?): "from \(from.rawValue) to \(to.rawValue)"
    case (nil, nil): ""
    }
  }
}

/// Labels every file by what the imports, the files and the owner say.
public struct LabelRun {
  let index: MusicIndex
  let configuration: PipelineConfiguration

  /// The note that holds what the owner should know of the active set, and the proposals.
  static let adviceNote = "labelAdvice"

  /// The note that counts the judged labels that changed since the last training.
  public static let changesNote = "labelChanges"

  /// Labels everything anew and writes what differs.
  func run() throws -> LabelChanges {
    let (result, problems) = try labels()
    // Before the first import there is nothing to say of active sets.
    let hasImports = try index.read { try !$0.imports().isEmpty }
    let active = result.active.makesArchived || !hasImports ? [] : [result.active.words]
    let advice = active + result.proposals.map(\.words) + problems
    return try index.write { transaction in
      var before: [Int64: TrackLabel] = [:]
      try transaction.forEachLabel { file, _, label, _, _, _, _ in before[file] = label }
      try transaction.setLabels(
        result.assignments.map { ($0.id, $0.label, $0.reason.rawValue, $0.detail, $0.partner, $0.plays) })
      var after: [Int64: TrackLabel] = [:]
      try transaction.forEachLabel { file, _, label, _, _, _, _ in after[file] = label }
      try transaction.setNote(Self.adviceNote, advice.isEmpty ? nil : advice.joined(separator: "\n"))
      let changes = Self.changes(before, after)
      // Counted with the labels themselves: a kill in between would lose the training that they call for.
      if changes.judged > 0 {
        let counted = try transaction.note(Self.changesNote).flatMap(Int.init) ?? 0
        try transaction.setNote(Self.changesNote, String(counted + changes.judged))
      }
      return changes
    }
  }

  /// The labels of all files, with explanations of those that are asked for, and what is wrong with the corrections.
  func labels(explaining wanted: Set<Int64> = []) throws -> (result: LabelResult, problems: [String]) {
    let (histories, sets) = try imports()
    var known: [KnownFile] = []
    try index.read { transaction in
      try transaction.forEachKnownFile(version: FeatureVariant.dense.version) { file in
        if !file.isMissing { known.append(file) }
      }
    }
    var problems: [String] = []
    let words = try ownersWords(known, &problems)
    let files = known.map { file in
      LabellingFile(
        id: file.id, path: file.path, identity: file.identity, tags: file.tags,
        duration: file.properties?.duration ?? 0, codec: file.properties?.codec ?? "",
        bitRate: file.properties?.bitRate ?? 0, subsongs: file.properties?.subsongs ?? 1,
        cueTracks: file.hasCueFile ? 2 : nil, arrival: file.arrival, history: histories[file.id] ?? TrackHistory(),
        ownersWord: words[file.id], failure: file.failure)
    }
    return (assignLabels(files: files, imports: sets, rules: configuration.rules, explaining: wanted), problems)
  }

  /// What the owner says of tracks: in the file of corrections, and stronger than it by `indexctl label`.
  private func ownersWords(_ files: [KnownFile], _ problems: inout [String]) throws -> [Int64: OwnersWord] {
    var words: [Int64: OwnersWord] = [:]
    if let file = configuration.corrections {
      guard let bytes = SmallFile.read(file) else {
        throw PipelineFailure("\(file.display): the file of corrections (`labels.corrections`) cannot be read")
      }
      let corrections = CorrectionsFile(contents: bytes)
      let outcome = corrections.words(
        for: files.map { (id: $0.id, path: $0.path, identity: $0.identity) }, music: configuration.music)
      words = outcome.words
      problems += corrections.problems.map { "\(file.display): \($0)" }
      problems += outcome.unmatched.map { "\(file.display): line \($0.line): no such track in the library" }
    }
    let stored = try index.read { try $0.corrections() }
    let said = Dictionary(stored.map { ($0.identity, $0.word) }, uniquingKeysWith: { first, _ in first })
    for file in files {
      if let word = file.identity.flatMap({ said[$0] }) { words[file.id] = word }
    }
    return words
  }

  private func imports() throws -> ([Int64: TrackHistory], ImportedSets) {
    var histories: [Int64: TrackHistory] = [:]
    var sets = ImportedSets(takesAllPlaylists: configuration.takesAnyPlaylist)
    try index.read { transaction in
      let rows = try transaction.imports().filter { $0.refusal == nil }
      for row in rows.sorted(by: { ($0.exportedAt, $0.id) < ($1.exportedAt, $1.id) }) {
        var files: Set<Int64> = []
        try transaction.forEachMatch(of: row.id) { file, plays, first, last, added, rating in
          files.insert(file)
          guard row.playlist == nil else { return }
          let told = TrackHistory(plays: plays, firstPlayed: first, lastPlayed: last, added: added, rating: rating)
          histories[file] = histories[file].map { $0.merged(with: told) } ?? told
          // The newest word on a rating stands.
          if let rating { histories[file]?.rating = rating }
        }
        if let name = row.playlist {
          sets.playlists.append(
            PlaylistImport(
              name: name, exportedAt: row.exportedAt, importedAt: row.importedAt, entries: row.entries,
              matched: row.matched, fileIDs: files.sorted()))
        } else {
          sets.statistics.append(
            StatisticsImport(
              exportedAt: row.exportedAt, importedAt: row.importedAt, entries: row.entries, matched: row.matched,
              unplayed: try transaction.unplayedRecordCount(of: row.id), fileIDs: files.sorted()))
        }
      }
    }
    return (histories, sets)
  }

  private static func changes(_ before: [Int64: TrackLabel], _ after: [Int64: TrackLabel]) -> LabelChanges {
    var changes = LabelChanges()
    for file in Set(before.keys).union(after.keys) where before[file] != after[file] {
      changes.moves[LabelChanges.Move(from: before[file], to: after[file]), default: 0] += 1
    }
    return changes
  }
}
