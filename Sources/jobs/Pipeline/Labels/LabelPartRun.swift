import Labelling
import MusicIndex
import Tracks

/// Labels some tracks with everything that is linked to them, inside a transaction.
struct LabelPartRun {
  let configuration: PipelineConfiguration
  let words: OwnersWords

  /// The labels of tracks with what they were made of.
  struct Labelled {
    var tracks: LabelledTracks
    var part: LabelPart
  }

  var rules: LabelRules { configuration.rules }
  var basis: LabelStanding.Basis { LabelStanding.Basis(configuration, words) }

  /// The accepted imports in order of their exports.
  static func imports(_ transaction: IndexTransaction) throws -> [ImportRow] {
    try transaction.imports().filter { $0.refusal == nil }.sorted { ($0.exportedAt, $0.id) < ($1.exportedAt, $1.id) }
  }

  /// What holds for all tracks.
  ///
  /// - Parameter totals: What the tracks add up to; `nil` to suppose that statistics may stand in for a playlist.
  func ground(
    _ transaction: IndexTransaction, _ imports: [ImportRow], totals: LabelTotals?
  ) throws -> LabelGround {
    var sets = try sets(transaction, imports, tracks: { _ in [] })
    if LabelGround.needsTracks(sets, rules: rules) {
      let (heirs, parts) = try (transaction.heirs(), transaction.partsOfPresentFiles())
      sets = try self.sets(transaction, imports) { row in
        var tracks: Set<Int64> = []
        for named in try transaction.tracks(named: row.id) where named.isCertain || row.playlist == nil {
          let track = heirs[named.track] ?? named.track
          if !named.isPast { tracks.insert(track) }
          if row.playlist != nil { tracks.formUnion(parts[track] ?? []) }
        }
        return tracks
      }
    }
    return LabelGround(sets, rules: rules, totals: totals)
  }

  private func sets(
    _ transaction: IndexTransaction, _ imports: [ImportRow], tracks: (ImportRow) throws -> Set<Int64>
  ) throws -> ImportedSets {
    var sets = ImportedSets(takesAllPlaylists: configuration.treatsAllPlaylistsAsActive)
    let choice = ListChoice(imports, configuration)
    for row in imports {
      let holdsUnplayed = try row.playlist == nil && transaction.holdsUnplayed(row.id)
      sets.add(
        row, try tracks(row), unplayed: holdsUnplayed ? 1 : 0,
        losses: choice.includes(row) ? try transaction.losses(of: row.id) : [])
    }
    return sets
  }

  /// Labels tracks.
  ///
  /// - Parameter ids: The tracks, with everything that is linked to one of them.
  func label(
    _ ids: [Int64], _ ground: LabelGround, _ imports: [ImportRow], _ transaction: IndexTransaction
  ) throws -> Labelled {
    var tracks = LabelledTracks()
    try transaction.forEachWholeTrack(among: ids, version: FeatureVariant.dense.version) { file in
      tracks.add(file)
      for part in file.parts { tracks.add(part) }
    }
    let histories = try ImportedHistories(
      transaction, configuration, imports: imports, known: tracks.known, gone: tracks.gone, heirs: tracks.heirs)
    let compared = tracks.compared(histories)
    let comparisons = try transaction.comparisons(of: Set(compared.compactMap(\.audio)).sorted())
    let part = labelPart(
      files: tracks.files(histories, words: try words.words(of: tracks.known, transaction)), imports: histories.sets,
      rules: rules, evidence: CopyEvidence.pairs(compared, comparisons) + histories.shared, ground: ground)
    return Labelled(tracks: tracks, part: part)
  }

  /// Stores labels as far as they differ, with what follows from the changes.
  ///
  /// - Parameters:
  ///   - ids: The tracks that were to be labelled.
  ///   - audios: Other audios of which no track may be left.
  func keep(
    _ labelled: Labelled, of ids: [Int64], audios: [Int64] = [], _ transaction: IndexTransaction
  ) throws {
    let tracks = labelled.tracks.known + labelled.tracks.gone
    var stored = try transaction.labelRows(of: ids)
    var before: [Int64: TrackLabel] = [:]
    for new in labelled.part.assignments {
      let row = IndexTransaction.LabelRow(
        track: new.id, label: new.label, reason: new.reason.rawValue, detail: new.detail, partner: new.partner,
        plays: new.plays)
      let old = stored.removeValue(forKey: new.id)
      before[new.id] = old?.label
      if old != row { try transaction.setLabel(row) }
    }
    for track in stored.keys.sorted() { try transaction.removeLabel(of: track) }
    let recordings = CopyEvidence.recordings(labelled.part.relatives, labelled.tracks.known)
    try transaction.setRelatives(recordings, among: Set(tracks.compactMap(\.audio) + audios).sorted())
    try keepStandings(labelled.part.standings, of: ids, transaction)
    try count(LabelChanges(before, labelled.part.assignments), before, labelled, transaction)
  }

  private func keepStandings(_ standings: [TrackStanding], of ids: [Int64], _ transaction: IndexTransaction) throws {
    let known = Dictionary(standings.map { ($0.id, $0) }) { first, _ in first }
    for key in try transaction.songKeys(of: ids) {
      let (since, traits) = (known[key.track]?.since, known[key.track]?.traits.rawValue ?? 0)
      if since != key.since || traits != key.traits {
        try transaction.setStanding(of: key.track, since: since, traits: traits)
      }
    }
  }

  /// Keeps what became or ceased to be a judgement. Counted with the labels themselves: a kill in between would lose the
  /// training that they call for.
  private func count(
    _ changes: LabelChanges, _ before: [Int64: TrackLabel], _ labelled: Labelled, _ transaction: IndexTransaction
  ) throws {
    guard changes.count > 0 else { return }
    var pending = try transaction.note(.pendingChanges) ?? LabelChanges()
    pending.add(changes)
    try transaction.setNote(.pendingChanges, pending)
    guard changes.judged > 0 else { return }
    try transaction.setNote(.labelChanges, try (transaction.note(.labelChanges) ?? 0) + changes.judged)
    let judged: Set<TrackLabel> = [.good, .bad]
    let identities = Dictionary(labelled.tracks.known.map { ($0.id, $0.identity) }) { first, _ in first }
    for new in labelled.part.assignments {
      let old = before[new.id]
      guard old != new.label, judged.contains(new.label) || old.map(judged.contains) ?? false,
        let identity = identities[new.id] ?? nil
      else { continue }
      try transaction.addJudgement(
        of: identity, before: old, after: new.label, reason: new.reason.rawValue, at: configuration.now())
    }
  }

  /// Ends a labelling: what is to be said to the owner, and what the newest imports changed.
  ///
  /// - Returns: the changes since the last labelling that ended.
  func finish(
    _ standing: LabelStanding, _ ground: LabelGround, _ transaction: IndexTransaction
  ) throws -> LabelChanges {
    let active = ground.active
    // Before the first import there is nothing to say of active sets.
    let advice =
      (active.makesArchived ? [] : try transaction.imports().isEmpty ? [] : [active.words]) + active.notes
      + [active.hint, standing.totals.lateAdvice(active)].compactMap { $0 }
      + standing.totals.proposals(rules).map(\.words) + (try words.problems(transaction))
    try transaction.setNote(.labelAdvice, advice.isEmpty ? nil : advice)
    try transaction.setNote(.labelStanding, standing)
    let changes = try transaction.note(.pendingChanges) ?? LabelChanges()
    try transaction.setNote(.pendingChanges, nil)
    if let imported = try transaction.note(.importUnlabelled) {
      try transaction.setNote(.importUnlabelled, nil)
      try transaction.setNote(.importChanges, ImportChanges(since: imported, changes))
    }
    return changes
  }
}
