import Learning
public import Tracks

/// How far one learner's figures on an owner's songs can be trusted, beside the table of all learners.
public struct LearnerChecks: Sendable {
  /// The learner.
  public let learner: LearnerName
  /// The split that its figures come from.
  public let split: SplitKind
  /// The AUC on songs not seen.
  public let auc: Double
  /// How often songs of a probability are liked, by ranges of probability.
  public let calibration: [Range]
  /// The Brier score of the probabilities.
  public let brier: Double
  /// What the learner finds in opinions permuted at random.
  public let permutation: Checks.Permutation
  /// The AUC by the number of judged songs.
  public let curve: [Checks.CurvePoint]

  /// The songs whose probabilities lie in one range.
  public struct Range: Sendable, Equatable {
    /// The lower end of the range.
    public let low: Double
    /// The upper end.
    public let high: Double
    /// The number of songs.
    public let songs: Int
    /// The mean of their probabilities.
    public let stated: Double
    /// The share of liked ones among them.
    public let liked: Double
  }

  /// Checks a learner on an owner's songs.
  ///
  /// - Parameters:
  ///   - sizes: the numbers of songs to draw the learning curve at, as `Checks.learningCurve` takes them.
  ///   - part: the songs whose opinions are permuted at random; `nil` for all.
  /// - Throws: `TasteFailure` as `TasteTrainer.train` does; what a block source throws.
  public static func run(
    _ dataset: TasteDataset, _ settings: TrainingSettings, sizes: [Int]? = nil, permuting part: TasteDataset? = nil,
    progress: TasteProgress = { _, _ in }
  ) throws -> LearnerChecks {
    let needed = TrainingSettings.neededLabels
    guard dataset.good >= needed, dataset.bad >= needed else {
      throw TasteFailure(.tooFewLabels(good: dataset.good, bad: dataset.bad, needed: needed))
    }
    let (grouping, folds) = try TasteTrainer.division(of: dataset, settings)
    let judged = try OutOfFold.judge(
      Fitting(dataset, grouping, Recipe(settings)), folds.divisions, seed: settings.seed,
      progress: { progress($0 * 0.1, "calibration") })
    let split = grouping.kind
    let permutation = try Checks.permutation(part ?? dataset, settings, split: split) { progress(0.1 + $0 * 0.4, $1) }
    let curve = try Checks.learningCurve(dataset, settings, sizes: sizes, split: split) {
      progress(0.5 + $0 * 0.5, $1)
    }
    let reliability = Reliability(probabilities: judged.probabilities, positive: judged.liked)
    return LearnerChecks(
      learner: settings.learner, split: split, auc: judged.ranking.auc ?? 0.5,
      calibration: (reliability?.bins ?? []).map {
        Range(low: $0.low, high: $0.high, songs: $0.rows, stated: $0.predicted, liked: $0.observed)
      },
      brier: Reliability.brier(probabilities: judged.probabilities, positive: judged.liked) ?? 0,
      permutation: permutation, curve: curve)
  }
}
