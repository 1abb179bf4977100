import Learning
public import Tracks

/// Judges learners side by side on the owner's songs.
public enum Evaluation {
  /// How learners are judged.
  public struct Options: Sendable {
    /// The learners, in the order of the rows.
    public var learners: [LearnerName] = LearnerName.allCases
    /// What they may know; learners over samples know the audio only.
    public var sources: [EvidenceSource] = EvidenceSource.allCases
    /// What is kept whole.
    public var splits: [SplitKind] = [.song, .album, .artist]
    /// The number of folds, at least 2.
    public var folds = 5
    /// How often the songs are divided anew; figures and intervals are then means.
    public var repeats = 1
    /// The largest number of epochs of a network.
    public var epochs = 20
    /// After how many epochs without a gain a network stops.
    public var patience = 5
    /// Whether networks and neighbours over samples are judged by all folds too, networks by all splits, and not on
    /// three tenths of the songs only.
    public var foldsForNetworks = false
    /// Whether every learner is judged once, on the same three tenths of the songs as networks are, so that the figures
    /// of one can be set against those of another on the same songs.
    public var once = false
    /// Whether the study's own way of judging is reproduced beside: single samples as cases, and its split with samples
    /// of one song on both sides; and plain learners are tried on the study's features.
    public var study = false
    /// What every random choice is derived from.
    public var seed: UInt64 = 1
    /// The number of threads.
    public var threads = 1

    /// The defaults.
    public init() {}
  }

  /// One thing to judge: what is fitted, on what, and by which split.
  struct Task {
    enum Kind {
      case summaries
      case samples
      case sampleSplit
      case studyMeans
    }

    let kind: Kind
    let recipe: Recipe
    let split: SplitKind
    /// The learners whose rows the fit gives.
    let rows: [LearnerName]

    /// About how long the task takes, as a multiple of the quickest: the unit of the progress.
    var effort: Double {
      if recipe.learner.isSlow { return 1000 }
      if kind != .summaries, kind != .studyMeans { return recipe.learner == .knn ? 200 : 30 }
      switch recipe.learner {
      case .combined, .boosting: return 8
      case .smallNetwork: return 15
      case .forest, .extraTrees: return 4
      default: return 1
      }
    }

    var name: String {
      let features = kind == .summaries ? "summaries" : "\(recipe.blocks.rawValue) features"
      let tags = recipe.source == .audioAndTags ? " and tags" : ""
      return "\(recipe.learner.rawValue) on \(features)\(tags), split by \(split.rawValue)"
    }
  }

  /// Judges the learners.
  ///
  /// Learners over samples are judged on the blocks of each variant that the dataset has. A split whose groups all are
  /// single songs, or cannot be divided with both opinions on both sides, gives no rows; nor does a network whose weights
  /// grow without bound.
  ///
  /// - Parameter progress: called with the share that is done, and what is being judged.
  /// - Returns: the rows, in the order of the learners, then by features, source, split and level.
  /// - Throws: `TasteFailure` as `TasteTrainer.train` does; what a block source throws.
  public static func run(
    _ dataset: TasteDataset, _ options: Options = Options(), progress: TasteProgress = { _, _ in }
  ) throws -> [EvaluationRow] {
    let needed = TrainingSettings.neededLabels
    guard dataset.good >= needed, dataset.bad >= needed else {
      throw TasteFailure(.tooFewLabels(good: dataset.good, bad: dataset.bad, needed: needed))
    }
    let tasks = try self.tasks(dataset, options)
    var rows: [EvaluationRow] = []
    let whole = tasks.reduce(0) { $0 + $1.effort }
    var done = 0.0
    for task in tasks {
      rows += try judge(task, dataset, options) { share in progress((done + share * task.effort) / whole, task.name) }
      done += task.effort
    }
    return rows
  }

  private static func tasks(_ dataset: TasteDataset, _ options: Options) throws -> [Task] {
    let variants = try FeatureVariant.allCases.filter { variant in
      guard let source = dataset.blocks, let first = dataset.tracks.first else { return false }
      return try source(first, variant) != nil
    }
    let splits = options.splits.filter { kind in
      kind == .song || Grouping(dataset.tracks, by: kind).count < Grouping(dataset.tracks, by: .song).count
    }
    func recipe(_ learner: LearnerName, _ source: EvidenceSource, _ blocks: FeatureVariant) -> Recipe {
      Recipe(
        TrainingSettings(
          learner: learner, source: source, blocks: blocks, threads: options.threads, epochs: options.epochs,
          patience: options.patience))
    }
    var tasks: [Task] = []
    var hasNetwork = false
    for learner in options.learners {
      if !learner.needsBlocks {
        for source in options.sources {
          tasks += splits.map {
            Task(kind: .summaries, recipe: recipe(learner, source, .dense), split: $0, rows: [learner])
          }
        }
        if options.study, variants.contains(.study), StudyMeans.learners.contains(learner) {
          tasks += splits.map {
            Task(kind: .studyMeans, recipe: recipe(learner, .audio, .study), split: $0, rows: [learner])
          }
        }
        if options.study, learner == .knn {
          for variant in variants {
            let neighbours = recipe(learner, .audio, variant)
            tasks.append(Task(kind: .samples, recipe: neighbours, split: .song, rows: [learner]))
            tasks.append(Task(kind: .sampleSplit, recipe: neighbours, split: .sample, rows: [learner]))
          }
        }
        continue
      }
      // One network serves the three learners that differ in what they make of its answers.
      if learner.isSlow, hasNetwork { continue }
      let fitted: LearnerName = learner.isSlow ? .studyNetwork : learner
      let given = learner.isSlow ? options.learners.filter(\.isSlow) : [learner]
      hasNetwork = hasNetwork || learner.isSlow
      for variant in variants {
        let shared = recipe(fitted, .audio, variant)
        let onlySongs = options.once || learner.isSlow && !options.foldsForNetworks
        let judged = onlySongs ? splits.filter { $0 == .song } : splits
        tasks += judged.map { Task(kind: .samples, recipe: shared, split: $0, rows: given) }
        if options.study { tasks.append(Task(kind: .sampleSplit, recipe: shared, split: .sample, rows: given)) }
      }
    }
    return tasks
  }

  private static func judge(
    _ task: Task, _ dataset: TasteDataset, _ options: Options, progress: (Double) -> Void
  ) throws -> [EvaluationRow] {
    let clock = ContinuousClock()
    let start = clock.now
    var repetitions: [[SampleJudgement.Line: JudgedFigures]] = []
    for repetition in 0..<max(1, options.repeats) {
      let seed = SplitMix64.seed(options.seed, for: UInt64(repetition + 1))
      func done(_ share: Double) { progress((Double(repetition) + share) / Double(max(1, options.repeats))) }
      do {
        repetitions.append(try judgeOnce(task, dataset, options, seed: seed, progress: done))
      } catch let failure as TasteFailure where failure.isOfDivision {
        return []
      } catch is TrainingFailure {
        return []
      }
    }
    let seconds = (clock.now - start) / Duration.seconds(1)
    return SampleJudgement.Line.allCases.flatMap { line -> [EvaluationRow] in
      let found = repetitions.compactMap { $0[line] }
      guard !found.isEmpty, let learner = line.learner(task), line != .sample || options.study else { return [] }
      let figures = JudgedFigures.mean(of: found)
      return [
        EvaluationRow(
          learner: learner, features: task.kind == .summaries ? .dense : task.recipe.blocks, source: task.recipe.source,
          level: line == .sample ? .sample : .song, aggregate: line.aggregate, split: task.split,
          precision: figures.precision, recall: figures.recall, f05: figures.f05, combined: figures.combined,
          auc: figures.auc, aucLow: figures.aucLow, aucHigh: figures.aucHigh, brier: figures.brier, seconds: seconds)
      ]
    }
  }

  private static func judgeOnce(
    _ task: Task, _ dataset: TasteDataset, _ options: Options, seed: UInt64, progress: (Double) -> Void
  ) throws -> [SampleJudgement.Line: JudgedFigures] {
    if task.kind == .sampleSplit {
      return try SampleJudgement.bySamples(dataset, task.recipe, seed: seed, progress: progress)
    }
    let dataset = task.kind == .studyMeans ? try StudyMeans.dataset(dataset) : dataset
    let grouping = Grouping(dataset.tracks, by: task.split)
    let divisions = try divisions(
      dataset, grouping, folds: options.folds, once: options.once || isSlow(task) && !options.foldsForNetworks,
      seed: seed)
    let fitting = Fitting(dataset, grouping, task.recipe)
    if task.kind == .samples {
      return try SampleJudgement.bySongs(fitting, divisions, seed: seed, progress: progress)
    }
    let judged = try OutOfFold.judge(fitting, divisions, seed: seed, progress: progress)
    let cases = JudgedCases(
      probabilities: judged.probabilities, liked: judged.liked, called: judged.called, songs: judged.albums)
    return [task.kind == .studyMeans ? .mean : .whole: cases.figures(seed: seed)]
  }

  /// Whether a fit or its answers take so long that one division of the songs has to do.
  private static func isSlow(_ task: Task) -> Bool {
    task.recipe.learner.isSlow || task.recipe.learner == .knn && task.kind == .samples
  }

  /// The divisions into songs to learn from and songs to be judged on: each fold once, or three tenths of the songs.
  static func divisions(
    _ dataset: TasteDataset, _ grouping: Grouping, folds: Int, once: Bool, seed: UInt64
  ) throws -> [Division] {
    let tenths = once ? 10 : folds
    let folds = try Folds(
      liked: dataset.liked, grouping: grouping, count: tenths, seed: SplitMix64.seed(seed, for: 0x666F_6C64),
      needed: once ? 1 : Fitting.innerFolds)
    guard once else { return folds.divisions }
    let judged = (0..<dataset.count).filter { folds.fold[$0] < 3 }
    return [Division(training: (0..<dataset.count).filter { folds.fold[$0] >= 3 }, judged: judged)]
  }
}
