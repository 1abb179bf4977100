import Labelling
import MusicIndex
import Tracks

/// Labels what changed since the last labelling, and what is linked to it.
struct ChangedLabelRun {
  let part: LabelPartRun
  /// The most changed tracks.
  let most: Int
  /// How many tracks more than that may be linked to them.
  private static let linkedTimes = 4

  /// Labels what changed and ends the labelling.
  ///
  /// - Returns: the changes since the last labelling that ended; `nil` where every track is to be labelled.
  func run(_ transaction: IndexTransaction) throws -> LabelChanges? {
    guard let last = try transaction.note(.labelStanding) else { return nil }
    let changed = try transaction.unlabelled(limit: most + 1)
    guard changed.count <= most, !changed.contains(0) else { return nil }
    let imports = try LabelPartRun.imports(transaction)
    let basis = part.basis
    let ground = try part.ground(transaction, imports, totals: last.totals)
    var standing = LabelStanding(basis, ground, imports: imports, totals: last.totals, since: last)
    guard !standing.concernsAll(since: last, part.rules) else { return nil }
    let moved = try standing.moved(since: last).map { try transaction.tracks(since: $0.first, until: $0.last) } ?? []
    guard !changed.isEmpty || !moved.isEmpty else { return try part.finish(standing, ground, transaction) }
    // What is linked by the keys of the last labelling may be linked no longer.
    let former = try transaction.linked(to: changed)
    let (lost, audios) = try SongKeyRun(rules: part.rules).refresh(changed, transaction)
    guard let tracks = try closure(of: Set(changed + former + moved), transaction) else {
      try transaction.setNote(.labelStanding, nil)
      return nil
    }
    let labelled = try part.label(tracks, ground, imports, transaction)
    for key in lost + (try transaction.songKeys(of: tracks)) {
      standing.totals.add(LabelTraits(rawValue: key.traits), times: -1)
    }
    for track in labelled.part.standings { standing.totals.add(track.traits) }
    let after = ground.standIn == nil ? ground : try part.ground(transaction, imports, totals: standing.totals)
    standing = LabelStanding(basis, after, imports: imports, totals: standing.totals, since: last)
    guard !standing.concernsAll(since: last, part.rules) else {
      try transaction.setNote(.labelStanding, nil)
      return nil
    }
    try part.keep(labelled, of: tracks, audios: audios, transaction)
    try transaction.removeUnlabelled()
    return try part.finish(standing, after, transaction)
  }

  /// The tracks with everything that is linked to them, ascending; `nil` for too many.
  private func closure(of tracks: Set<Int64>, _ transaction: IndexTransaction) throws -> [Int64]? {
    var all = tracks
    var edge = tracks
    while !edge.isEmpty {
      guard all.count <= most * (1 + Self.linkedTimes) else { return nil }
      edge = Set(try transaction.linked(to: edge.sorted())).subtracting(all)
      all.formUnion(edge)
    }
    return all.sorted()
  }
}
