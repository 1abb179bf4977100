import Labelling
import MusicIndex
import Tracks

/// Labels every track, in batches that nothing links to each other.
struct WholeLabelRun {
  let index: MusicIndex
  let part: LabelPartRun
  /// The tracks of a batch.
  let size: Int
  /// The most changed tracks of which the keys are brought up to date one by one.
  let most: Int

  /// Labels every track. What is to be said to the owner is left to a `ChangedLabelRun`, which also labels what changes
  /// meanwhile. A run that is killed leaves no standing, so that the next one is whole again.
  ///
  /// - Throws: `IndexFailure` or `CancellationError`.
  func run() throws {
    try begin()
    let (components, imports, supposed) = try index.read { transaction in
      let imports = try LabelPartRun.imports(transaction)
      return (
        try LabelComponents(transaction), imports, try part.ground(transaction, imports, totals: nil)
      )
    }
    var ground = supposed
    if supposed.standIn != nil {
      // Whether statistics stand in follows from how much of the library they would archive.
      let totals = try totals(components, supposed, imports)
      ground = try index.read { try part.ground($0, imports, totals: totals) }
    }
    var totals = LabelTotals()
    var batches = components
    try batches.forEachBatch(of: size) { tracks in
      try Task.checkCancellation()
      let standings = try index.write { transaction in
        let labelled = try part.label(tracks, ground, imports, transaction)
        try part.keep(labelled, of: tracks, transaction)
        return labelled.part.standings
      }
      for track in standings { totals.add(track.traits) }
    }
    let standing = LabelStanding(part.basis, ground, imports: imports, totals: totals)
    try index.write { transaction in
      try transaction.removeLostRelatives()
      try transaction.setNote(.labelStanding, standing)
    }
  }

  /// From here on the tables note what changes beside this run.
  private func begin() throws {
    let keys = SongKeyRun(rules: part.rules)
    let made = part.basis.keys
    let areMade = try index.write { transaction in
      let changed = try transaction.unlabelled(limit: most + 1)
      let areMade = try changed.count <= most && !changed.contains(0) && transaction.note(.songKeysMadeBy) == made
      if areMade { _ = try keys.refresh(changed, transaction) }
      try transaction.setNote(.songKeysMadeBy, areMade ? made : nil)
      try transaction.setNote(.labelStanding, nil)
      try transaction.removeUnlabelled()
      return areMade
    }
    guard !areMade else { return }
    try keys.refreshAll(index)
    try index.write { try $0.setNote(.songKeysMadeBy, made) }
  }

  private func totals(
    _ components: LabelComponents, _ ground: LabelGround, _ imports: [ImportRow]
  ) throws -> LabelTotals {
    var totals = LabelTotals()
    var batches = components
    try batches.forEachBatch(of: size) { tracks in
      try Task.checkCancellation()
      let labelled = try index.read { try part.label(tracks, ground, imports, $0) }
      for track in labelled.part.standings { totals.add(track.traits) }
    }
    return totals
  }
}
