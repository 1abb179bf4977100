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
  ///   - progress: called with the share that is done.
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
    let name = settings.learner.rawValue
    let share = Double(settings.folds) / Double(settings.folds + 1)
    func judge(_ split: SplitKind?) throws -> (Fitting, OutOfFold) {
      let (grouping, folds) = try division(of: dataset, settings, by: split)
      let fitting = Fitting(dataset, grouping, Recipe(settings))
      let found = try OutOfFold.judge(fitting, folds.divisions, seed: settings.seed) {
        progress($0 * share, "judging \(name)")
      }
      return (fitting, found)
    }
    let outcome: (Fitting, OutOfFold)
    do {
      outcome = try judge(nil)
    } catch let failure as TasteFailure where failure.isOfDivision {
      // Albums can be divided, but not once more for the calibration.
      outcome = try judge(.song)
    }
    let (fitting, outOfFold) = outcome
    let judged = try fitting.judged(Array(0..<dataset.count), seed: settings.seed) {
      progress(share + $0 * (1 - share), "training \(name)")
    }
    let variant = settings.learner.needsBlocks ? settings.blocks : .dense
    return TasteModel(
      settings: settings, trainedAt: trainedAt, featureVersion: featureVersion ?? variant.version,
      figures: figures(outOfFold, fitting.grouping, settings),
      outOfFold: outOfFold.songs.indices.map { place in
        let track = dataset.tracks[outOfFold.songs[place]]
        return OutOfFoldScore(
          identity: track.identity, span: track.span, probability: outOfFold.probabilities[place], liked: track.liked,
          group: outOfFold.albums[place])
      },
      summaryLength: dataset.summaryLength,
      typical: TypicalSongs(dataset.summaries(of: Array(0..<dataset.count)), seed: settings.seed), judged: judged)
  }

  /// Judges another recipe on the folds of a model that was trained with `settings`.
  ///
  /// - Parameter split: what was kept whole there.
  /// - Returns: the probabilities of the songs in order; `nil` where that recipe cannot be judged on these songs.
  static func rejudged(
    _ rival: TrainingSettings, _ dataset: TasteDataset, as settings: TrainingSettings, by split: SplitKind,
    progress: TasteProgress
  ) throws -> [Double]? {
    do {
      let (grouping, folds) = try division(of: dataset, settings, by: split)
      return try OutOfFold.judge(Fitting(dataset, grouping, Recipe(rival)), folds.divisions, seed: rival.seed) {
        progress($0, "judging \(rival.learner.rawValue) beside")
      }.probabilities
    } catch is TasteFailure {
      return nil
    } catch is TrainingFailure {
      return nil
    }
  }

  /// The folds that the promise rests on.
  ///
  /// - Parameter split: what is kept whole; `nil` for albums where enough remain, else songs.
  static func division(
    of dataset: TasteDataset, _ settings: TrainingSettings, by split: SplitKind? = nil
  ) throws -> (Grouping, Folds) {
    let grouping = self.grouping(of: dataset, by: split)
    do {
      return (grouping, try folds(dataset, grouping, settings))
    } catch let failure as TasteFailure where split == nil && failure.isOfDivision {
      // Where whole albums cannot be divided into folds with both opinions, songs can.
      let songs = Grouping(dataset.tracks, by: .song)
      return (songs, try folds(dataset, songs, settings))
    }
  }

  /// What is kept whole: albums where enough remain, else songs, unless `split` is given.
  static func grouping(of dataset: TasteDataset, by split: SplitKind? = nil) -> Grouping {
    if let split { return Grouping(dataset.tracks, by: split) }
    let albums = Grouping(dataset.tracks, by: .album)
    return albums.named >= neededAlbums ? albums : Grouping(dataset.tracks, by: .song)
  }

  /// Folds of whole groups, each of whose training sides can be divided once more.
  static func folds(_ dataset: TasteDataset, _ grouping: Grouping, _ settings: TrainingSettings) throws -> Folds {
    try Folds(
      liked: dataset.liked, grouping: grouping, count: settings.folds,
      seed: SplitMix64.seed(settings.seed, for: 0x666F_6C64), needed: Fitting.innerFolds)
  }

  /// The figures of pooled out-of-fold probabilities.
  static func figures(_ judged: OutOfFold, _ grouping: Grouping, _ settings: TrainingSettings) -> ModelMetrics {
    let ranking = judged.ranking
    let auc = ranking.auc ?? 0.5
    let interval =
      Bootstrap(seed: settings.seed).auc(
        scores: judged.probabilities, positive: judged.liked, songs: judged.albums)
      ?? Interval(low: auc, high: auc)
    var figures = ModelMetrics(
      songs: judged.songs.count, good: ranking.positives, split: grouping.kind,
      groups: grouping.kind == .album ? grouping.named : 0, auc: auc, aucLow: interval.low, aucHigh: interval.high,
      brier: Reliability.brier(probabilities: judged.probabilities, positive: judged.liked) ?? 0,
      promised: settings.promised, targetMet: false, listLength: 0, threshold: 0, precision: 0, precisionLow: 0,
      recall: 0, entryThreshold: 0, baseRate: Double(ranking.positives) / Double(judged.songs.count))
    figures.test(settings.promised, ranking, lengths: settings.listLengths, albums: judged.albumCorrelation)
    return figures
  }
}

extension ModelMetrics {
  /// Tests a promise on the scores that the figures come from.
  ///
  /// - Parameters:
  ///   - lengths: the list lengths to test on the judged songs themselves; `nil` for those of `Promise.lengths(upTo:from:)`.
  ///   - list: the scores of the tracks of the longest list, best first; `nil` for the best judged songs themselves.
  mutating func test(
    _ promised: Double, _ ranking: Ranking, lengths: [Int]?, albums: AlbumCorrelation, list: [Double]? = nil,
    record: RecommendationRecord? = nil
  ) {
    let fitting = list == nil ? lengths.map { lengths in lengths.filter { $0 <= songs } } : nil
    let promise = Promise(
      ranking, promised: promised, list: list, lengths: fitting.map { $0.isEmpty ? [songs] : $0 }, albums: albums,
      record: record)
    tell(promise)
  }

  /// Sets the figures of a promise.
  mutating func tell(_ promise: Promise) {
    promised = promise.promised
    targetMet = promise.isMet
    listLength = promise.length
    threshold = promise.threshold
    precision = promise.precision
    precisionLow = promise.precisionLow
    recall = promise.recall
    entryThreshold = promise.isMet ? promise.entry : promise.threshold
  }
}
