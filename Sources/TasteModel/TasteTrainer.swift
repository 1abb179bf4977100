import Learning
import Tracks

/// Trains and judges models.
public enum TasteTrainer {
  /// The number of whole albums that must remain for the promise to rest on a split by album.
  public static let neededAlbums = 30

  /// Trains a model on judged songs and measures it on songs left out.
  ///
  /// Equal datasets and settings give equal models, to the bit on one machine. A cancelled task ends it with
  /// `CancellationError`.
  ///
  /// - Parameters:
  ///   - dataset: the judged songs.
  ///   - settings: how to train.
  ///   - trainedAt: the time to put on the model, in seconds since 1970.
  ///   - featureVersion: the version of the features in the dataset; by default that of today's.
  ///   - progress: told the share that is done.
  /// - Throws: `TasteFailure`: `.tooFewLabels` with fewer than 20 good or 20 bad songs, `.missingBlocks` where the
  ///   learner works on blocks that a song has not; what a block source throws.
  public static func train(
    _ dataset: TasteDataset, _ settings: TrainingSettings, trainedAt: Double, featureVersion: Int? = nil,
    progress: TasteProgress = { _, _ in }
  ) throws -> TasteModel {
    let needed = TrainingSettings.neededLabels
    guard dataset.good >= needed, dataset.bad >= needed else {
      throw TasteFailure(.tooFewLabels(good: dataset.good, bad: dataset.bad, needed: needed))
    }
    let (grouping, folds) = try division(of: dataset, settings)
    let fitting = Fitting(dataset, grouping, Recipe(settings))
    let name = settings.learner.rawValue
    let share = Double(folds.count) / Double(folds.count + 1)
    let outOfFold = try OutOfFold.judge(fitting, folds.divisions, seed: settings.seed) {
      progress($0 * share, "judging \(name)")
    }
    let judged = try fitting.judged(Array(0..<dataset.count), seed: settings.seed) {
      progress(share + $0 * (1 - share), "training \(name)")
    }
    let variant = settings.learner.needsBlocks ? settings.blocks : .dense
    return TasteModel(
      settings: settings, trainedAt: trainedAt, featureVersion: featureVersion ?? variant.version,
      figures: figures(outOfFold, grouping, settings),
      outOfFold: zip(outOfFold.songs, outOfFold.probabilities).map { song, probability in
        let track = dataset.tracks[song]
        return OutOfFoldScore(
          identity: track.identity, span: track.span, probability: probability, liked: track.liked)
      },
      summaryLength: dataset.summaryLength,
      typical: TypicalSongs(dataset.summaries(of: Array(0..<dataset.count)), seed: settings.seed), judged: judged)
  }

  /// The folds that the promise rests on: by album where enough albums remain, else by song.
  static func division(of dataset: TasteDataset, _ settings: TrainingSettings) throws -> (Grouping, Folds) {
    let albums = Grouping(dataset.tracks, by: .album)
    let seed = SeededRandom.seed(settings.seed, for: 0x666F_6C64)
    if albums.named >= neededAlbums,
      let folds = try? Folds(liked: dataset.liked, grouping: albums, count: settings.folds, seed: seed)
    {
      // Where whole albums cannot be divided into folds with both opinions, songs can.
      return (albums, folds)
    }
    let songs = Grouping(dataset.tracks, by: .song)
    return (songs, try Folds(liked: dataset.liked, grouping: songs, count: settings.folds, seed: seed))
  }

  /// The figures of pooled out-of-fold probabilities.
  static func figures(_ judged: OutOfFold, _ grouping: Grouping, _ settings: TrainingSettings) -> ModelFigures {
    let ranking = judged.ranking
    let auc = ranking.auc ?? 0.5
    let interval =
      Bootstrap(seed: settings.seed).auc(scores: judged.probabilities, positive: judged.liked)
      ?? Interval(low: auc, high: auc)
    let lengths = settings.listLengths.map { lengths in
      let fitting = lengths.filter { $0 <= judged.songs.count }
      return fitting.isEmpty ? [judged.songs.count] : fitting
    }
    let promise = Promise(ranking, promised: settings.promised, lengths: lengths)
    let entry = max(1, promise.length * 9 / 10)
    return ModelFigures(
      songs: judged.songs.count, good: ranking.positives, split: grouping.kind,
      groups: grouping.kind == .album ? grouping.named : 0, auc: auc, aucLow: interval.low, aucHigh: interval.high,
      brier: Reliability.brier(probabilities: judged.probabilities, positive: judged.liked) ?? 0,
      promised: settings.promised, targetMet: promise.isMet, listLength: promise.length,
      threshold: promise.threshold, precision: promise.precision, precisionLow: promise.precisionLow,
      recall: promise.recall,
      entryThreshold: promise.isMet ? max(promise.threshold, ranking.scores[entry - 1]) : promise.threshold,
      baseRate: Double(ranking.positives) / Double(judged.songs.count))
  }
}
