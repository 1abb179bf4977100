public import Learning

/// How learners that work in steps learn the owner's songs: what is known of songs trained on and of songs left out
/// after each step.
public struct LearningProgress: Sendable, Equatable, Codable {
  /// What boosted trees know after so many of them.
  public struct Round: Sendable, Equatable, Codable {
    /// The number of trees.
    public var trees: Int
    /// The AUC on the songs trained on, a mean over the folds.
    public var training: Double
    /// The AUC on the songs left out.
    public var held: Double

    /// A round of these values.
    public init(trees: Int, training: Double, held: Double) {
      self.trees = trees
      self.training = training
      self.held = held
    }
  }

  /// The epochs of a network.
  public var epochs: [EpochRecord]
  /// Boosted trees.
  public var rounds: [Round]

  /// Progress of these steps.
  public init(epochs: [EpochRecord], rounds: [Round]) {
    self.epochs = epochs
    self.rounds = rounds
  }
}

extension TasteModel {
  /// The epochs of the first member of a small network; empty for other learners.
  public var networkEpochs: [EpochRecord] {
    if !epochs.isEmpty { return epochs }
    return ((judged.scorer as? SummaryScorer)?.classifier as? NetworkEnsemble)?.members.first?.history ?? []
  }
}

extension Findings {
  /// The numbers of trees that `learningProgress` looks at.
  private static let rounds = [1, 2, 5, 10, 20, 50, 100, 200]

  /// Trains a small network and boosted trees on the owner's songs and watches them learn: the network with a fifth of
  /// the songs left out, the trees by folds.
  ///
  /// - Throws: `TasteFailure` for too few judged songs, or `CancellationError`.
  public static func learningProgress(
    _ dataset: TasteDataset, _ settings: TrainingSettings, progress: TasteProgress = { _, _ in }
  ) throws -> LearningProgress {
    let all = dataset.batch(Array(0..<dataset.count))
    var network = SmallNetwork()
    network.members = 1
    network.threads = settings.threads
    let fitted = try SummaryScorer.fit(
      all, dataset.liked, learner: network, preparation: .scaled, tags: false, seed: settings.seed
    ) { progress(0.3 * $0, "watching a network learn") }
    let epochs = (fitted.classifier as? NetworkEnsemble)?.members.first?.history ?? []
    let (_, folds) = try TasteTrainer.division(of: dataset, settings)
    var found: [LearningProgress.Round] = []
    for (number, trees) in rounds.enumerated() {
      let learner = GradientBoostingLearner(
        trees: trees, learningRate: 0.1, maximumLeaves: 8, minimumRowsInLeaf: 10, penalty: 1, columnShare: 0.3,
        rowShare: 0.7, threads: settings.threads)
      var held = [Double](repeating: 0, count: dataset.count)
      var training = 0.0
      for division in folds.divisions {
        let liked = dataset.liked(division.training)
        let scorer = try SummaryScorer.fit(
          dataset.batch(division.training), liked, learner: learner, preparation: .pooled, tags: false,
          seed: settings.seed
        ) { _ in }
        let known = scorer.scores(of: dataset.batch(division.training))
        training += Ranking(scores: known, positive: liked).auc ?? 0.5
        for (song, score) in zip(division.judged, scorer.scores(of: dataset.batch(division.judged))) {
          held[song] = score
        }
      }
      found.append(
        LearningProgress.Round(
          trees: trees, training: training / Double(folds.count),
          held: Ranking(scores: held, positive: dataset.liked).auc ?? 0.5))
      progress(0.3 + 0.7 * Double(number + 1) / Double(rounds.count), "watching trees learn")
    }
    return LearningProgress(epochs: epochs, rounds: found)
  }

  /// What further values of every song add to its summary.
  public struct Contribution: Sendable, Equatable, Codable {
    /// The number of songs looked at.
    public var songs: Int
    /// The AUC on unseen songs without the values.
    public var without: Double
    /// The AUC with them.
    public var with: Double
    /// The AUC of a model that knows only them.
    public var alone: Double
    /// The 95% interval of the difference, by bootstrap over songs.
    public var difference: Interval?

    /// A contribution of these figures.
    public init(songs: Int, without: Double, with: Double, alone: Double, difference: Interval?) {
      self.songs = songs
      self.without = without
      self.with = with
      self.alone = alone
      self.difference = difference
    }
  }

  /// Judges the learner three times on the same folds: without further values of each song, with them, and on them
  /// alone.
  ///
  /// - Parameter values: for each song in the order of the dataset as many values as for every other.
  /// - Throws: `TasteFailure` for too few judged songs, or `CancellationError`.
  public static func contribution(
    of values: [[Float]], to dataset: TasteDataset, _ settings: TrainingSettings,
    progress: TasteProgress = { _, _ in }
  ) throws -> Contribution {
    precondition(values.count == dataset.count, "values for every song")
    let (grouping, folds) = try TasteTrainer.division(of: dataset, settings)
    func probabilities(_ number: Int, _ summary: (Int) -> [Float]) throws -> [Double] {
      var tracks = dataset.tracks
      for song in tracks.indices { tracks[song].summary = summary(song) }
      let fitting = Fitting(TasteDataset(tracks: tracks), grouping, Recipe(settings))
      return try OutOfFold.judge(fitting, folds.divisions, seed: settings.seed) {
        progress((Double(number) + $0) / 3, "what further features add")
      }.probabilities
    }
    let without = try probabilities(0) { dataset.tracks[$0].summary }
    let with = try probabilities(1) { dataset.tracks[$0].summary + values[$0] }
    let alone = try probabilities(2) { values[$0] }
    func auc(_ scores: [Double]) -> Double { Ranking(scores: scores, positive: dataset.liked).auc ?? 0.5 }
    return Contribution(
      songs: dataset.count, without: auc(without), with: auc(with), alone: auc(alone),
      difference: Bootstrap(seed: settings.seed).aucDifference(with, without, positive: dataset.liked))
  }
}
