public import Learning
public import Tracks

/// The study's search for the settings of its decision tree.
public enum TreeSearch {
  /// One combination of settings and how it did on songs it had not learnt from.
  public struct Result: Sendable, Equatable {
    /// The greatest depth; `nil` for any.
    public var depth: Int?
    /// What a sample of a rejected song weighs where one of a liked song weighs 1.
    public var badWeight: Double
    /// How many columns are looked at for a split.
    public var columns: SplitColumns
    /// Recall times F0.5 on single samples, by which the study chose.
    public var combined: Double
    /// The AUC on single samples.
    public var auc: Double
  }

  /// Tries every combination by folds of whole songs, the best by `combined` first.
  ///
  /// - Parameters:
  ///   - dataset: songs with blocks of the variant.
  ///   - variant: the blocks.
  ///   - folds: the number of folds.
  ///   - seed: what every random choice is derived from.
  /// - Throws: `TasteFailure` where blocks are missing or the songs cannot be divided.
  public static func run(
    _ dataset: TasteDataset, variant: FeatureVariant = .study, folds: Int = 3, seed: UInt64 = 1,
    depths: [Int?] = [5, 10, 20, 30, nil], badWeights: [Double] = [0.125, 0.4, 1],
    columns: [SplitColumns] = [.squareRoot, .logarithm, .all], progress: TasteProgress = { _, _ in }
  ) throws -> [Result] {
    let divisions = try Folds(
      liked: dataset.liked, grouping: Grouping(dataset.tracks, by: .song), count: folds, seed: seed
    ).divisions
    let preparation: BlockPreparation = variant == .study ? .study(.study) : .plain(.dense)
    let settings = depths.flatMap { depth in
      badWeights.flatMap { weight in columns.map { (depth: depth, weight: weight, columns: $0) } }
    }
    var cases = [JudgedCases](repeating: JudgedCases(), count: settings.count)
    for (fold, division) in divisions.enumerated() {
      let training = try SampleRows(dataset.batch(division.training), dataset.liked(division.training), preparation)
      let judged = try SampleRows(dataset.batch(division.judged), dataset.liked(division.judged), preparation)
      for (number, setting) in settings.enumerated() {
        let learner = DecisionTreeLearner(
          parameters: TreeParameters(maximumDepth: setting.depth, splitColumns: setting.columns),
          classWeighting: .fixed(negative: Float(setting.weight), positive: 1))
        let tree = try learner.fit(training.rows, training.liked, weights: nil, seed: seed, progress: { _ in })
        for (sample, answer) in tree.probabilities(of: judged.rows).enumerated() {
          cases[number].append(
            answer, liked: judged.liked[sample], called: answer >= SampleJudgement.studyCut,
            song: division.judged[judged.songs[sample]])
        }
        let done = Double(fold * settings.count + number + 1) / Double(divisions.count * settings.count)
        progress(done, "searching the tree's settings")
      }
    }
    let results = zip(settings, cases).map { setting, cases in
      let confusion = cases.confusion
      return Result(
        depth: setting.depth, badWeight: setting.weight, columns: setting.columns, combined: confusion.combined ?? 0,
        auc: Ranking(scores: cases.probabilities, positive: cases.liked).auc ?? 0.5)
    }
    // Combinations that do equally well stay in the order they were listed in.
    return results.enumerated().sorted { left, right in
      left.element.combined != right.element.combined
        ? left.element.combined > right.element.combined : left.offset < right.offset
    }.map(\.element)
  }
}
