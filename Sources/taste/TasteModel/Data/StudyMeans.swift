import Learning
import Tracks

/// The study's features as plain learners can use them: for each value of a block the mean over a song's samples, in
/// the study's normalisation.
enum StudyMeans {
  /// The learners that are tried on them.
  static let learners: [LearnerName] = [.logistic, .forest]

  /// The dataset with these means in place of the summaries.
  static func dataset(_ dataset: TasteDataset) throws -> TasteDataset {
    var tracks = dataset.tracks
    for number in tracks.indices {
      let rows = BlockPreparation.study(.study).rows(try dataset.sampleBlocks(of: number, .study))
      var sums = [Double](repeating: 0, count: rows.columns)
      for row in 0..<rows.rows {
        for column in 0..<rows.columns { sums[column] += Double(rows[row, column]) }
      }
      tracks[number].summary = sums.map { Float($0 / Double(rows.rows)) }
    }
    return TasteDataset(tracks: tracks, blocks: dataset.blocks)
  }
}
