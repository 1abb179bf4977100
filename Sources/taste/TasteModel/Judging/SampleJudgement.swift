import Learning
import Tracks

/// Judges learners over samples: the samples one by one, and what becomes of a song by mean, vote and second level.
enum SampleJudgement {
  /// A line that one fit gives.
  enum Line: CaseIterable {
    /// A learner over summaries.
    case whole
    case sample
    case mean
    case vote
    case secondLevel

    var aggregate: EvaluationRow.Aggregate? {
      switch self {
      case .whole, .sample: nil
      case .mean: .mean
      case .vote: .vote
      case .secondLevel: .secondLevel
      }
    }

    /// The learner that the line belongs to; `nil` where it was not asked for.
    func learner(_ task: Evaluation.Task) -> LearnerName? {
      guard task.recipe.learner == .studyNetwork else { return task.recipe.learner }
      let learner: LearnerName =
        switch self {
        case .whole, .sample, .mean: .studyNetwork
        case .vote: .studyVote
        case .secondLevel: .studySecondLevel
        }
      return task.rows.contains(learner) ? learner : nil
    }
  }

  /// The study's cut of an answer.
  static let studyCut = 0.5

  /// Judges by songs: no sample of a judged song was learnt from.
  static func bySongs(
    _ fitting: Fitting, _ divisions: [Division], seed: UInt64, progress: (Double) -> Void
  ) throws -> [Line: JudgedFigures] {
    let dataset = fitting.dataset
    // An interval draws whole albums.
    let albums = Grouping(dataset.tracks, by: .album).group
    var cases: [Line: JudgedCases] = [:]
    for (number, division) in divisions.enumerated() {
      try Swift.Task.checkCancellation()
      let fitSeed = SplitMix64.seed(seed, for: UInt64(0x1000 + number))
      let fit = try fitting.samples(division.training, seed: fitSeed) {
        progress((Double(number) + $0) / Double(divisions.count))
      }
      let answers = try fit.scorer.answers(dataset.batch(division.judged))
      let samples = try Calibration(
        scores: fit.unseen.flatMap { $0 },
        liked: zip(fit.unseen, fit.liked).flatMap { answers, liked in
          answers.map { _ in liked }
        })
      for (song, answers) in zip(division.judged, answers) {
        for answer in answers {
          cases[.sample, default: JudgedCases()].append(
            samples.probability(of: answer), liked: dataset.tracks[song].liked, called: answer >= studyCut,
            song: albums[song])
        }
      }
      let lines: [(Line, LearnerName)] = [(.mean, .studyTree), (.vote, .studyVote), (.secondLevel, .studySecondLevel)]
      for (line, learner) in lines {
        let judged = try fit.judged(learner, seed: fitSeed)
        guard let scorer = judged.scorer as? SampleScorer else { continue }
        let scores = SampleScorer.scores(answers, scorer.aggregate)
        for (song, score) in zip(division.judged, scores) {
          let probability = judged.calibration.probability(of: score)
          cases[line, default: JudgedCases()].append(
            probability, liked: dataset.tracks[song].liked,
            called: line == .vote ? score > studyCut : probability >= judged.cut, song: albums[song])
        }
      }
    }
    return cases.mapValues { $0.figures(seed: seed) }
  }

  /// Judges as the study did: three tenths of the samples of all songs held out, so that other samples of the same
  /// songs were learnt from.
  static func bySamples(
    _ dataset: TasteDataset, _ recipe: Recipe, seed: UInt64, progress: (Double) -> Void
  ) throws -> [Line: JudgedFigures] {
    let all = Array(0..<dataset.count)
    let counts = try all.map { try dataset.sampleBlocks(of: $0, recipe.blocks).samples }
    var random = SplitMix64(seed: SplitMix64.seed(seed, for: 0x7361_6D70))
    let order = random.permutation(counts.reduce(0, +))
    let (training, judged) = try SampleRows.parted(
      dataset.batch(all), dataset.liked, recipe.preparation, apart: Set(order.prefix(order.count * 3 / 10)))
    let scorer: SampleScorer
    if recipe.learner.isSlow {
      let stopping = random.permutation(training.songs.count).prefix(training.songs.count / Fitting.stoppingParts)
      scorer = try recipe.fitNetwork(training, stoppedBy: stopping.sorted(), seed: seed, progress: progress)
    } else {
      scorer = try recipe.fitSamples(training, seed: seed, progress: progress)
    }
    let answers = scorer.classifier.probabilities(of: scorer.preparation.inScale(judged.rows))
    var cases = JudgedCases()
    for (sample, answer) in answers.enumerated() {
      cases.append(answer, liked: judged.liked[sample], called: answer >= studyCut, song: judged.songs[sample])
    }
    var figures = cases.figures(seed: seed)
    // These answers were not calibrated, so their distance from the opinions means nothing.
    figures.brier = nil
    return [.sample: figures]
  }
}
