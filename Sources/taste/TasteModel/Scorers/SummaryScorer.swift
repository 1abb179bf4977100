import Learning
import Tracks

/// A classifier over the songs' summaries, with or without the owner's history with their tags.
struct SummaryScorer: SongScorer {
  /// What the classifier is shown of the summaries.
  let preparation: SummaryPreparation
  /// How the columns are scaled; `nil` where the preparation does not scale.
  let scaling: ColumnScaling?
  /// The history by tags; `nil` for a model of the sound alone.
  let history: TagHistory?
  let classifier: any Classifier

  /// Fits a scorer to the songs of a batch.
  static func fit(
    _ songs: SongBatch, _ liked: [Bool], learner: any Learner, preparation: SummaryPreparation, tags: Bool,
    seed: UInt64,
    progress: (Double) -> Void
  ) throws -> SummaryScorer {
    var columns = preparation.columns(of: songs.summaries)
    var history: TagHistory?
    if tags {
      // The rows learn from columns that were made without them, or the columns would give their opinions away.
      columns = columns.beside(
        TagHistory.crossFitted(
          songs.tags, liked, folders: songs.folders, recordings: songs.recordings, seed: seed))
      history = TagHistory(songs.tags, liked, folders: songs.folders)
    }
    let scaling = preparation.isScaled ? ColumnScaling(columns) : nil
    let rows = SummaryScorer.rows(columns, preparation, scaling, tags: tags)
    let classifier = try learner.fit(rows, liked, weights: nil, seed: seed, progress: progress)
    return SummaryScorer(preparation: preparation, scaling: scaling, history: history, classifier: classifier)
  }

  func scores(of songs: SongBatch) -> [Double] {
    var columns = preparation.columns(of: songs.summaries)
    if let history { columns = columns.beside(history.columns(of: songs.tags, folders: songs.folders)) }
    return classifier.probabilities(
      of: SummaryScorer.rows(columns, preparation, scaling, tags: history != nil))
  }

  private static func rows(
    _ columns: Matrix, _ preparation: SummaryPreparation, _ scaling: ColumnScaling?, tags: Bool
  ) -> Matrix {
    guard let scaling else { return columns }
    return preparation.weighed(scaling.scaled(columns, limit: 20), tags: tags ? TagHistory.width : 0)
  }
}

extension Matrix {
  /// The rows of this matrix, each followed by the same row of another.
  func beside(_ other: Matrix) -> Matrix {
    precondition(rows == other.rows, "matrices of as many rows")
    var joined = [Float]()
    joined.reserveCapacity(values.count + other.values.count)
    for number in 0..<rows {
      joined.append(contentsOf: row(number))
      joined.append(contentsOf: other.row(number))
    }
    return Matrix(rows: rows, columns: columns + other.columns, values: joined)
  }
}
