import Learning
import Tracks

/// A classifier over the songs' summaries, with or without what the owner's history says of their tags.
struct SummaryScorer: SongScorer {
  /// How the summaries are scaled; `nil` for learners that only compare values within a column.
  let scaling: ColumnScaling?
  /// What the tags say; `nil` for a model of the sound alone.
  let history: TagHistory?
  let classifier: any Classifier

  /// Fits a scorer to the songs of a batch.
  static func fit(
    _ songs: SongBatch, _ liked: [Bool], learner: any Learner, scaled: Bool, tags: Bool, seed: UInt64,
    progress: (Double) -> Void
  ) throws -> SummaryScorer {
    let scaling = scaled ? ColumnScaling(songs.summaries) : nil
    var rows = scaling?.scaled(songs.summaries) ?? songs.summaries
    var history: TagHistory?
    if tags {
      // The rows learn from columns that were made without them, or the columns would give their opinions away.
      rows = rows.beside(TagHistory.crossFitted(songs.tags, liked, recordings: songs.recordings, seed: seed))
      history = TagHistory(songs.tags, liked)
    }
    let classifier = try learner.fit(rows, liked, weights: nil, seed: seed, progress: progress)
    return SummaryScorer(scaling: scaling, history: history, classifier: classifier)
  }

  func scores(of songs: SongBatch) -> [Double] {
    var rows = scaling?.scaled(songs.summaries) ?? songs.summaries
    if let history { rows = rows.beside(history.columns(of: songs.tags)) }
    return classifier.probabilities(of: rows)
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
