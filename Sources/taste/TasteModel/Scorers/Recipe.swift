import Learning
import Tracks

/// Everything that is fixed about a learner before it sees a song.
struct Recipe: Sendable {
  let learner: LearnerName
  let source: EvidenceSource
  /// The blocks that a learner over samples works on.
  let blocks: FeatureVariant
  let threads: Int
  let epochs: Int
  let patience: Int

  init(_ settings: TrainingSettings) {
    learner = settings.learner
    source = settings.source
    blocks = settings.blocks
    threads = settings.threads
    epochs = settings.epochs
    patience = settings.patience
  }

  private init(_ learner: LearnerName, of other: Recipe) {
    self.learner = learner
    source = other.source
    blocks = other.blocks
    threads = other.threads
    epochs = other.epochs
    patience = other.patience
  }

  /// The recipes that a combination is made of; itself alone for any other learner.
  var members: [Recipe] {
    learner == .combined ? LearnerCatalog.combined.map { Recipe($0, of: self) } : [self]
  }

  /// Fits a scorer, not calibrated, to all songs of a batch. Not for networks over samples, which stop on songs held
  /// out, nor for combinations, whose members are calibrated on such songs.
  func fit(_ songs: SongBatch, _ liked: [Bool], seed: UInt64, progress: (Double) -> Void) throws -> any SongScorer {
    if learner.needsBlocks {
      return try fitSamples(songs, liked, seed: seed, progress: progress)
    }
    return try SummaryScorer.fit(
      songs, liked, learner: LearnerCatalog.summaryLearner(self, recordings: songs.recordings),
      preparation: LearnerCatalog.preparation(learner), tags: source == .audioAndTags, seed: seed, progress: progress)
  }

  /// Fits a learner over samples that needs no songs held out.
  func fitSamples(
    _ songs: SongBatch, _ liked: [Bool], seed: UInt64, progress: (Double) -> Void
  ) throws -> SampleScorer {
    try fitSamples(try SampleRows(songs, liked, preparation), seed: seed, progress: progress)
  }

  /// Fits a learner over samples, as `preparation` makes them, that needs none held out. Neighbours are far or near by
  /// all columns together, so the dense ones, in units as different as Hz and dB, are brought to one scale for them.
  func fitSamples(_ samples: SampleRows, seed: UInt64, progress: (Double) -> Void) throws -> SampleScorer {
    var preparation = preparation
    if learner == .knn, blocks == .dense { preparation = .scaled(.dense, ColumnScaling(samples.rows)) }
    let classifier = try LearnerCatalog.sampleLearner(self).fit(
      preparation.inScale(samples.rows), samples.liked, weights: nil, seed: seed, progress: progress)
    return SampleScorer(preparation: preparation, classifier: classifier, aggregate: .mean)
  }

  /// What the learner is shown of a sample: the study's features in the study's normalisation, the dense ones as they
  /// are.
  var preparation: BlockPreparation { blocks == .study ? .study(.study) : .plain(.dense) }

  /// Trains the study's network on the samples of some songs until it gets no better on those of others.
  ///
  /// - Parameters:
  ///   - training: the numbers of the songs, those held out among them.
  ///   - held: the numbers of the songs that tell when to stop.
  func fitNetwork(
    _ dataset: TasteDataset, _ training: [Int], stoppedBy held: [Int], seed: UInt64, progress: (Double) -> Void
  ) throws -> SampleScorer {
    let stopping = Set(held)
    let samples = try SampleRows(dataset.batch(training), dataset.liked(training), preparation)
    let heldRows = samples.songs.indices.filter { stopping.contains(training[samples.songs[$0]]) }
    return try fitNetwork(samples, stoppedBy: heldRows, seed: seed, progress: progress)
  }

  /// Trains the study's network on samples until it gets no better on some of them, which are not trained on.
  func fitNetwork(
    _ samples: SampleRows, stoppedBy held: [Int], seed: UInt64, progress: (Double) -> Void
  ) throws -> SampleScorer {
    let learner = LearnerCatalog.studyNetwork(self, stoppedBy: held)
    let classifier = try learner.fit(samples.rows, samples.liked, weights: nil, seed: seed, progress: progress)
    return SampleScorer(preparation: preparation, classifier: classifier, aggregate: .mean)
  }
}
