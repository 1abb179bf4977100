import Learning

/// A fitted model that scores songs; higher means more probably liked. The scores lie between 0 and 1 and are not
/// calibrated.
protocol SongScorer: Sendable {
  /// The score of each song of a batch.
  func scores(of songs: SongBatch) throws -> [Double]

  /// Appends everything that `ScorerCoding` needs to make it again.
  func encode(into writer: inout ByteWriter)
}
