public import Tracks

/// How a model is trained and judged.
public struct TrainingSettings: Sendable, Equatable {
  /// The learner.
  public var learner: LearnerName
  /// What it may know of a song.
  public var source: EvidenceSource
  /// The blocks of the learners that work on samples; the others always work on the dense summary.
  public var blocks: FeatureVariant
  /// What every random choice is derived from.
  public var seed: UInt64
  /// The share of liked songs that the playlist promises (`playlist.precision`), between 0 and 1.
  public var promised: Double
  /// The number of folds, at least 2.
  public var folds: Int
  /// The list lengths that the promise is tested on; `nil` for those of `Promise.lengths(upTo:from:)`.
  public var listLengths: [Int]?
  /// The number of threads, at least 1.
  public var threads: Int
  /// The largest number of epochs of a network.
  public var epochs: Int
  /// After how many epochs without a gain a network stops.
  public var patience: Int

  /// Settings with these values.
  public init(
    learner: LearnerName = .combined, source: EvidenceSource = .audioAndTags, blocks: FeatureVariant = .dense,
    seed: UInt64 = 1,
    promised: Double = 0.6, folds: Int = 5, listLengths: [Int]? = nil, threads: Int = 1, epochs: Int = 20,
    patience: Int = 5
  ) {
    precondition(promised > 0 && promised < 1, "a share between 0 and 1")
    precondition(folds >= 2 && threads >= 1 && epochs >= 1 && patience >= 1, "whole numbers that make sense")
    self.learner = learner
    self.source = source
    self.blocks = blocks
    self.seed = seed
    self.promised = promised
    self.folds = folds
    self.listLengths = listLengths
    self.threads = threads
    self.epochs = epochs
    self.patience = patience
  }

  /// Whether these settings make of equal songs a model of equal scores, judged on equal folds.
  public func isSameRecipe(as other: TrainingSettings) -> Bool {
    var same = other
    // These concern the promise and the time it takes.
    (same.promised, same.listLengths, same.threads) = (promised, listLengths, threads)
    return self == same
  }

  /// The number of good and of bad songs without which there is no model.
  public static let neededLabels = 20
}

/// Called now and then while models are trained: the share that is done, from 0 to 1, and what is being done.
public typealias TasteProgress = (_ done: Double, _ step: String) -> Void
