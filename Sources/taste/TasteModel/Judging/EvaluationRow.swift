public import Tracks

/// One line of `indexctl evaluate`: how good a learner is, judged in one way.
///
/// Encoded, it has exactly the keys of the command's `--json`, those of absent figures with `null`.
public struct EvaluationRow: Sendable, Equatable, Codable {
  /// What is judged: the answers for single samples, or for songs.
  public enum Level: String, Sendable, Codable, CaseIterable {
    /// Every sample counts as a case of its own, as in the study.
    case sample
    /// Every song is a case.
    case song
  }

  /// How the answers for samples became one for the song.
  public enum Aggregate: String, Sendable, Codable, CaseIterable {
    /// Their mean.
    case mean
    /// The share of samples that were answered yes.
    case vote
    /// A second classifier over the answers.
    case secondLevel = "second-level"
  }

  /// The learner.
  public var learner: LearnerName
  /// What it learnt from: `dense` for everything that works on summaries.
  public var features: FeatureVariant
  /// Whether it saw tags too.
  public var source: EvidenceSource
  /// What is judged.
  public var level: Level
  /// How samples became songs; `nil` for single samples and for learners over summaries.
  public var aggregate: Aggregate?
  /// What was kept whole; `sample` only for the study's own way of judging.
  public var split: SplitKind
  /// The share of liked ones among those called liked: at the study's cut of one half for single samples and votes,
  /// else at the cut with the best F0.5 on the training songs. `nil` where none was called liked.
  public var precision: Double?
  /// The share of the liked ones that were called so.
  public var recall: Double?
  /// The F-measure that counts precision twice as much as recall.
  public var f05: Double?
  /// Recall times `f05`, the study's measure.
  public var combined: Double?
  /// The probability that a liked one scores higher than a rejected one.
  public var auc: Double?
  /// The lower end of its 95% interval, by bootstrap over albums.
  public var aucLow: Double?
  /// The upper end.
  public var aucHigh: Double?
  /// The mean squared error of the calibrated probabilities.
  public var brier: Double?
  /// How long fitting and judging took; learners that share a fit share its time.
  public var seconds: Double?

  private enum CodingKeys: String, CodingKey {
    case learner, features, source, level, aggregate, split, precision, recall, f05, combined, auc, aucLow, aucHigh
    case brier, seconds
  }

  /// Writes all keys, absent figures as `null`.
  ///
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(learner, forKey: .learner)
    try container.encode(features, forKey: .features)
    try container.encode(source, forKey: .source)
    try container.encode(level, forKey: .level)
    try container.encode(aggregate, forKey: .aggregate)
    try container.encode(split, forKey: .split)
    let figures: [(CodingKeys, Double?)] = [
      (.precision, precision), (.recall, recall), (.f05, f05), (.combined, combined), (.auc, auc), (.aucLow, aucLow),
      (.aucHigh, aucHigh), (.brier, brier), (.seconds, seconds),
    ]
    for (key, figure) in figures {
      // `encode` of an optional writes null, where `encodeIfPresent` would leave the key out.
      try container.encode(figure.flatMap { $0.isFinite ? $0 : nil }, forKey: key)
    }
  }
}
