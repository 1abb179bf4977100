public import MusicIndex
public import Tracks

/// A file with its score, as `indexctl scores` lists it.
public struct ScoredFile: Sendable {
  /// Where it is.
  public var track: TrackPlace
  /// Its label.
  public var label: TrackLabel
  /// The probability that the owner likes it; `nil` without a model.
  public var probability: Double?
  /// Whether it is on the playlist.
  public var isInPlaylist: Bool
  /// Whether it is there to teach the model.
  public var explores: Bool
}

/// The scores of the library.
public enum ScoreList {
  /// Every analysed track that is there, best first, ties and tracks without a score by path.
  ///
  /// - Throws: `IndexFailure`.
  public static func rows(_ index: MusicIndex) throws -> [ScoredFile] {
    try index.read { transaction in
      let scores = try transaction.scores()
      let listed = Set(try transaction.playlist())
      let exploring = Set(try transaction.exploredFiles())
      var labels: [Int64: TrackLabel] = [:]
      try transaction.forEachLabel { file, _, label, _, _, _, _ in labels[file] = label }
      var rows: [ScoredFile] = []
      try transaction.forEachTrack(version: FeatureVariant.dense.version) { file in
        guard !file.isMissing, file.isAnalysed, let audio = file.audio else { return }
        rows.append(
          ScoredFile(
            track: TrackPlace(path: file.path, number: file.number), label: labels[file.id] ?? .unheard,
            probability: scores[audio],
            isInPlaylist: listed.contains(file.id), explores: exploring.contains(file.id)))
      }
      return rows.sorted { left, right in
        let (a, b) = (left.probability ?? -1, right.probability ?? -1)
        return a != b ? a > b : left.track < right.track
      }
    }
  }
}
