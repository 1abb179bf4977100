import Learning
import Tracks

/// Fits learners to some songs of a dataset so that their scores are calibrated by songs they had not seen, and none of
/// those outside.
struct Fitting {
  /// The number of folds that the training songs are divided into once more, for calibration.
  static let innerFolds = 3
  /// The number of parts of the training songs of which a network is stopped by one.
  static let stoppingParts = 5

  let dataset: TasteDataset
  /// What stays together in the inner divisions.
  let grouping: Grouping
  /// What stays together where the groups are too few to divide the training songs: copies alone.
  let copies: Grouping
  let recipe: Recipe

  init(_ dataset: TasteDataset, _ grouping: Grouping, _ recipe: Recipe) {
    self.dataset = dataset
    self.grouping = grouping
    copies = Grouping(dataset.tracks, by: .song)
    self.recipe = recipe
  }

  /// Fits the recipe's learner to some songs.
  func judged(_ training: [Int], seed: UInt64, progress: (Double) -> Void) throws -> JudgedScorer {
    if recipe.learner == .combined { return try combined(training, seed: seed, progress: progress) }
    if recipe.learner.needsBlocks {
      let fit = try samples(training, seed: seed, progress: progress)
      return try fit.judged(recipe.learner, seed: seed)
    }
    let scores = try unseen(recipe, training, seed: seed) { progress($0 * 0.75) }
    let scorer = try recipe.fit(
      dataset.batch(training), dataset.liked(training), seed: seed, progress: { progress(0.75 + 0.25 * $0) })
    return try JudgedScorer(scorer, unseen: scores, liked: dataset.liked(training))
  }

  /// Fits a learner over samples, and gives its answers for songs that a fit had not seen: for a tree all the training
  /// songs, by inner folds; for a network the part that it was stopped by; for neighbours, whose every answer takes
  /// long, a part that is left out.
  func samples(_ training: [Int], seed: UInt64, progress: (Double) -> Void) throws -> SampleFit {
    if recipe.learner.isSlow {
      let held = try heldOut(training, seed: seed).judged.map { training[$0] }
      let scorer = try recipe.fitNetwork(dataset, training, stoppedBy: held, seed: seed, progress: progress)
      return SampleFit(
        scorer: scorer, unseen: try scorer.answers(dataset.batch(held)), liked: dataset.liked(held),
        copies: copies.restricted(to: held))
    }
    if recipe.learner == .knn {
      let division = try heldOut(training, seed: seed)
      let held = division.judged.map { training[$0] }
      let rest = division.training.map { training[$0] }
      let scorer = try recipe.fitSamples(
        dataset.batch(rest), dataset.liked(rest), seed: seed, progress: { progress($0 / 2) })
      let answers = try scorer.answers(dataset.batch(held))
      progress(1)
      return SampleFit(
        scorer: scorer, unseen: answers, liked: dataset.liked(held), copies: copies.restricted(to: held))
    }
    var answers = [[Double]](repeating: [], count: training.count)
    let folds = try inner(training, count: Fitting.innerFolds, seed: seed)
    for fold in 0..<folds.count {
      let rest = folds.training(fold).map { training[$0] }
      let scorer = try recipe.fitSamples(
        dataset.batch(rest), dataset.liked(rest), seed: SplitMix64.seed(seed, for: UInt64(fold + 1)),
        progress: { progress((Double(fold) + $0) / Double(folds.count + 1)) })
      let judged = folds.judged(fold)
      for (place, song) in zip(judged, try scorer.answers(dataset.batch(judged.map { training[$0] }))) {
        answers[place] = song
      }
    }
    let scorer = try recipe.fitSamples(
      dataset.batch(training), dataset.liked(training), seed: seed,
      progress: { progress((Double(folds.count) + $0) / Double(folds.count + 1)) })
    return SampleFit(
      scorer: scorer, unseen: answers, liked: dataset.liked(training), copies: copies.restricted(to: training))
  }

  private func combined(_ training: [Int], seed: UInt64, progress: (Double) -> Void) throws -> JudgedScorer {
    let liked = dataset.liked(training)
    let members = recipe.members
    var unseen: [[Double]] = []
    var fitted: [(scorer: any SongScorer, calibration: Calibration)] = []
    for (number, member) in members.enumerated() {
      func done(_ share: Double) { progress((Double(number) + share) / Double(members.count)) }
      let memberSeed = SplitMix64.seed(seed, for: UInt64(0x100 + number))
      // The members share the inner folds (their seed does not reach them), so that each song was unseen by all.
      let scores = try self.unseen(member, training, seed: memberSeed, foldSeed: seed) { done($0 * 0.75) }
      let calibration = try Calibration(scores: scores, liked: liked)
      let scorer = try member.fit(
        dataset.batch(training), liked, seed: memberSeed, progress: { done(0.75 + 0.25 * $0) })
      unseen.append(scores.map { Calibration.logOdds(calibration.probability(of: $0)) })
      fitted.append((scorer, calibration))
    }
    let weights = StackWeights.fit(unseen, liked: liked)
    let scorer = CombinedScorer(
      members: zip(fitted, weights).map { member, weight in
        CombinedScorer.Member(scorer: member.scorer, calibration: member.calibration, weight: weight)
      })
    return try JudgedScorer(scorer, unseen: CombinedScorer.sums(unseen, weights), liked: liked)
  }

  /// The score of each training song by a fit on the inner folds that the song is not in.
  private func unseen(
    _ recipe: Recipe, _ training: [Int], seed: UInt64, foldSeed: UInt64? = nil, progress: (Double) -> Void
  ) throws -> [Double] {
    var scores = [Double](repeating: 0, count: training.count)
    let folds = try inner(training, count: Fitting.innerFolds, seed: foldSeed ?? seed)
    for fold in 0..<folds.count {
      let rest = folds.training(fold).map { training[$0] }
      let scorer = try recipe.fit(
        dataset.batch(rest), dataset.liked(rest), seed: SplitMix64.seed(seed, for: UInt64(fold + 1)),
        progress: { progress((Double(fold) + $0) / Double(folds.count)) })
      let judged = folds.judged(fold)
      for (place, score) in zip(judged, try scorer.scores(of: dataset.batch(judged.map { training[$0] }))) {
        scores[place] = score
      }
    }
    return scores
  }

  /// A part of the training songs, with both opinions in it, and the rest; both count places in `training`.
  private func heldOut(_ training: [Int], seed: UInt64) throws -> Division {
    let parts = try inner(training, count: Fitting.stoppingParts, seed: seed)
    let liked = dataset.liked(training)
    let complete = parts.divisions.first { part in
      part.judged.contains { liked[$0] } && part.judged.contains { !liked[$0] }
    }
    guard let complete else { throw TasteFailure(.cannotSplit(grouping.kind)) }
    return complete
  }

  /// A division of the training songs themselves; the folds count places in `training`.
  private func inner(_ training: [Int], count: Int, seed: UInt64) throws -> Folds {
    let liked = dataset.liked(training)
    let seed = SplitMix64.seed(seed, for: 0x696E_6E65)
    do {
      return try Folds(liked: liked, grouping: grouping.restricted(to: training), count: count, seed: seed)
    } catch is TasteFailure {
      return try Folds(liked: liked, grouping: copies.restricted(to: training), count: count, seed: seed)
    }
  }
}

/// A fitted learner over samples, with its answers for songs that a fit had not seen.
struct SampleFit {
  let scorer: SampleScorer
  let unseen: [[Double]]
  let liked: [Bool]
  /// Which of those songs are copies of each other.
  let copies: Grouping

  /// The fit with the samples' answers put together as a learner does it.
  func judged(_ learner: LearnerName, seed: UInt64) throws -> JudgedScorer {
    switch learner {
    case .studyVote: return try judged(.vote, SampleScorer.scores(unseen, .vote))
    case .studySecondLevel: return try secondLevel(seed: seed)
    default: return try judged(.mean, SampleScorer.scores(unseen, .mean))
    }
  }

  private func judged(_ aggregate: SampleScorer.Aggregate, _ scores: [Double]) throws -> JudgedScorer {
    let whole = SampleScorer(
      preparation: scorer.preparation, classifier: scorer.classifier, aggregate: aggregate)
    return try JudgedScorer(whole, unseen: scores, liked: liked)
  }

  private func secondLevel(seed: UInt64) throws -> JudgedScorer {
    let rows = SampleScorer.secondLevelRows(unseen)
    let learner = LearnerCatalog.secondLevel
    // The second classifier's own scores are calibrated by songs it had not seen, like any other's.
    var scores = [Double](repeating: 0, count: liked.count)
    let folds = try Folds(liked: liked, grouping: copies, count: Fitting.innerFolds, seed: seed)
    for fold in 0..<folds.count {
      let rest = folds.training(fold)
      let fitted = try learner.fit(
        rows.rows(rest), rest.map { liked[$0] }, weights: nil, seed: seed, progress: { _ in })
      let judged = folds.judged(fold)
      for (place, score) in zip(judged, fitted.probabilities(of: rows.rows(judged))) { scores[place] = score }
    }
    let second = try learner.fit(rows, liked, weights: nil, seed: seed, progress: { _ in })
    return try judged(.secondLevel(second), scores)
  }
}
