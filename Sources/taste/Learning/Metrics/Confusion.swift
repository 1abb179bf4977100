/// How the answers of a classifier at one threshold agree with the truth.
///
/// A figure whose denominator is zero is `nil`, never NaN.
public struct Confusion: Sendable, Equatable {
  /// The positive rows that were answered positive.
  public var truePositives: Int
  /// The negative rows that were answered positive.
  public var falsePositives: Int
  /// The positive rows that were answered negative.
  public var falseNegatives: Int
  /// The negative rows that were answered negative.
  public var trueNegatives: Int

  /// These counts, none of them negative.
  public init(truePositives: Int, falsePositives: Int, falseNegatives: Int, trueNegatives: Int) {
    self.truePositives = truePositives
    self.falsePositives = falsePositives
    self.falseNegatives = falseNegatives
    self.trueNegatives = trueNegatives
  }

  /// Counts the answers where a score of at least the threshold means positive.
  ///
  /// The lists are equally long; no score is NaN.
  public init(scores: [Double], positive: [Bool], threshold: Double) {
    precondition(scores.count == positive.count, "every score has a class")
    self.init(truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0)
    for (score, isPositive) in zip(scores, positive) {
      switch (score >= threshold, isPositive) {
      case (true, true): truePositives += 1
      case (true, false): falsePositives += 1
      case (false, true): falseNegatives += 1
      case (false, false): trueNegatives += 1
      }
    }
  }

  /// The number of rows.
  public var rows: Int { truePositives + falsePositives + falseNegatives + trueNegatives }

  /// The share of positive rows among those answered positive; `nil` if none was.
  public var precision: Double? { share(truePositives, of: truePositives + falsePositives) }

  /// The share of the positive rows that were answered positive; `nil` without positive rows.
  public var recall: Double? { share(truePositives, of: truePositives + falseNegatives) }

  /// The weighted harmonic mean of precision and recall (van Rijsbergen 1979): recall counts `beta` times as much as
  /// precision.
  ///
  /// 0 if nothing was answered positive; `nil` without positive rows.
  public func f(beta: Double) -> Double? {
    guard truePositives + falseNegatives > 0 else { return nil }
    let square = beta * beta
    let hits = (1 + square) * Double(truePositives)
    return hits / (hits + square * Double(falseNegatives) + Double(falsePositives))
  }

  /// `f(beta: 0.5)`, in which precision counts twice as much as recall; `nil` without positive rows.
  public var f05: Double? { f(beta: 0.5) }

  /// Recall times `f05`, the figure the taste study chose its models by; `nil` without positive rows.
  public var combined: Double? {
    guard let recall, let f05 else { return nil }
    return recall * f05
  }

  private func share(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
