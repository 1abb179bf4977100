public import Learning
public import Tracks

/// A trained, calibrated and judged model of what the owner likes.
public struct TasteModel: Sendable {
  /// The settings it was trained with.
  public let settings: TrainingSettings
  /// When it was trained, in seconds since 1970, as the caller gave it.
  public let trainedAt: Double
  /// The version of the features it was trained on (`FeatureVariant.version`). It must only see vectors of that
  /// version.
  public let featureVersion: Int
  /// How good it is, measured on songs that it had not seen.
  public let figures: ModelMetrics
  /// The judged songs with the probabilities behind the figures, in the order of the dataset.
  public let outOfFold: [OutOfFoldScore]
  /// The number of values of a summary.
  public let summaryLength: Int
  /// What the judged songs' summaries are like, for explanations.
  let typical: TypicalSongs
  let judged: JudgedScorer

  /// The learner.
  public var learner: LearnerName { settings.learner }

  /// The variant of the blocks that songs must come with to be scored; `nil` for a model that works on summaries.
  public var blocks: FeatureVariant? { settings.learner.needsBlocks ? settings.blocks : nil }

  /// Whether the tags of a song matter to its score.
  public var usesTags: Bool { settings.source == .audioAndTags && blocks == nil }

  /// What the epochs of a network over samples came to; empty for other learners.
  public var epochs: [EpochRecord] {
    ((judged.scorer as? SampleScorer)?.classifier as? NetworkModel)?.history ?? []
  }

  /// The calibrated probability that the owner likes each song, from the rows of summaries.
  ///
  /// Only for a model that works on summaries (`blocks` is `nil`); one that uses tags takes the songs as songs without any.
  /// `summaries.columns` must equal `summaryLength`.
  public func probabilities(of summaries: Matrix) -> [Double] {
    precondition(blocks == nil, "this model needs more of a song than its summary")
    precondition(summaries.columns == summaryLength, "summaries of the length the model was trained on")
    let songs = SongBatch(
      summaries: summaries, tags: [TrackTags](repeating: TrackTags(), count: summaries.rows),
      folders: [FilePath](repeating: FilePath(bytes: []), count: summaries.rows)
    ) { _, _ in SampleBlocks(samples: 0, values: []) }
    do {
      return try judged.probabilities(of: songs)
    } catch {
      preconditionFailure("scoring summaries reads nothing that could fail: \(error)")
    }
  }

  /// The calibrated probability that the owner likes each song. Give them in portions of some hundred: the rows of a
  /// portion are in memory at once.
  ///
  /// - Throws: `TasteFailure` with `.missingBlocks` where a song lacks the blocks that the model works on.
  public func probabilities(of songs: [SongEvidence]) throws -> [Double] {
    precondition(songs.allSatisfy { $0.summary.count == summaryLength }, "summaries of the length the model knows")
    let summaries = Matrix(rows: songs.count, columns: summaryLength, values: songs.flatMap(\.summary))
    let folders = songs.map { $0.folder ?? FilePath(bytes: []) }
    let batch = SongBatch(summaries: summaries, tags: songs.map(\.tags), folders: folders) { song, variant in
      guard let blocks = songs[song].blocks, blocks.samples > 0 else { throw TasteFailure(.missingBlocks(variant)) }
      return blocks
    }
    return try judged.probabilities(of: batch)
  }

  /// The same model with its promise tested anew: for another share of liked songs, on judged songs that score like what
  /// can be listed, and beside the record of what was recommended.
  ///
  /// - Parameters:
  ///   - list: the probabilities of the tracks of the longest list, best first; `nil` for the best judged songs themselves.
  ///   - record: what became of recommended tracks.
  public func promising(
    _ share: Double, list: [Double]? = nil, record: RecommendationRecord? = nil
  ) -> TasteModel {
    var (settings, figures) = (settings, figures)
    settings.promised = share
    figures.test(
      share, ranking, lengths: settings.listLengths, albums: albumCorrelation, list: list, record: record)
    return TasteModel(
      settings: settings, trainedAt: trainedAt, featureVersion: featureVersion, figures: figures, outOfFold: outOfFold,
      summaryLength: summaryLength, typical: typical, judged: judged)
  }

  private var ranking: Ranking {
    Ranking(scores: outOfFold.map(\.probability), positive: outOfFold.map(\.liked))
  }

  private var albumCorrelation: AlbumCorrelation {
    AlbumCorrelation(
      probabilities: outOfFold.map(\.probability), liked: outOfFold.map(\.liked), groups: outOfFold.map(\.group))
  }

  /// The figures of a list without a promise: those of the judged songs that score like its tracks (`Promise`).
  ///
  /// - Parameters:
  ///   - list: the probabilities of its tracks, best first; at least one.
  ///   - record: what became of recommended tracks.
  public func figures(of list: [Double], record: RecommendationRecord? = nil) -> ModelMetrics {
    var told = figures
    told.tell(
      Promise(
        ranking, promised: figures.promised, list: list, lengths: [list.count], albums: albumCorrelation, record: record
      ))
    // A test of this length alone would pass over the shorter ones that failed.
    (told.targetMet, told.entryThreshold) = (false, told.threshold)
    return told
  }
}
