import Labelling
import MusicIndex
import Tracks

/// Labels tracks by what the imports, the files and the owner say.
///
/// What a label follows from beside its own track is linked to it by audio, name, comparison or record (`LabelComponents`)
/// or holds for all (`LabelGround`). So only what changed and what is linked to it is labelled, or, where what holds for
/// all changed, everything in batches.
public struct LabelRun {
  let index: MusicIndex
  let configuration: PipelineConfiguration
  /// The most changed tracks that are labelled without the others.
  var mostChanges = 5_000
  /// The most tracks that are labelled at once, if nothing links more.
  var batch = 2_000

  init(index: MusicIndex, configuration: PipelineConfiguration) {
    (self.index, self.configuration) = (index, configuration)
  }

  /// Labels what changed since the last labelling, everything where that is due, and writes what differs.
  ///
  /// - Throws: `IndexFailure`, `PipelineFailure` for an unreadable file of corrections, or `CancellationError`.
  func run() throws -> LabelChanges {
    let words = try OwnersWords(configuration)
    let part = LabelPartRun(configuration: configuration, words: words)
    while true {
      try Task.checkCancellation()
      let changed = ChangedLabelRun(part: part, most: mostChanges)
      if let changes = try index.write({ try changed.run($0) }) { return changes }
      try WholeLabelRun(index: index, part: part, size: batch, most: mostChanges).run()
    }
  }

  /// The labels of all tracks, with explanations of those that are asked for. Writes nothing.
  ///
  /// - Parameter previews: imports that are not in the index yet, to be counted in.
  /// - Throws: `IndexFailure`, `PipelineFailure` for an unreadable file of corrections, or `CancellationError`.
  func labels(
    explaining wanted: Set<Int64> = [], with previews: [ImportedHistories.Preview] = []
  ) throws -> LabelResult {
    let words = try OwnersWords(configuration)
    var tracks = LabelledTracks()
    try index.read { transaction in
      try transaction.forEachTrack(version: FeatureVariant.dense.version) { tracks.add($0) }
    }
    try Task.checkCancellation()
    let histories = try ImportedHistories(
      index, configuration, known: tracks.known, gone: tracks.gone, heirs: tracks.heirs, previews: previews)
    try Task.checkCancellation()
    let (said, failures, comparisons) = try index.read { transaction in
      try (
        words.words(of: tracks.known, transaction), wanted.isEmpty ? [] : transaction.failures(),
        transaction.comparisons()
      )
    }
    var details: [Int64: String] = [:]
    for track in tracks.known where track.failure != nil && wanted.contains(track.id) {
      let detail = failures.first { $0.path == track.path }?.detail
      details[track.id] = detail?.isEmpty == false ? detail : nil
    }
    return assignLabels(
      files: tracks.files(histories, words: said, failures: details), imports: histories.sets,
      rules: configuration.rules,
      evidence: CopyEvidence.pairs(tracks.compared(histories), comparisons) + histories.shared, explaining: wanted)
  }
}
