/// Scored rows of two classes in the order of their scores, sorted once for every figure that rests on the order.
public struct Ranking: Sendable {
  /// The row numbers from the highest score to the lowest, equal scores by row number.
  public let order: [Int]
  /// For each place of `order`, the score there.
  public let scores: [Double]
  /// For each place of `order`, whether the row there is positive.
  public let positive: [Bool]
  /// The number of positive rows.
  public let positives: Int
  /// The number of negative rows.
  public var negatives: Int { positive.count - positives }

  /// Sorts the rows.
  ///
  /// - Parameters:
  ///   - scores: the score of each row, higher for more probably positive, none of them NaN.
  ///   - positive: the class of each row.
  public init(scores: [Double], positive: [Bool]) {
    precondition(scores.count == positive.count, "every score has a class")
    precondition(!scores.contains { $0.isNaN }, "a score is a number")
    let order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
    self.order = order
    self.scores = order.map { scores[$0] }
    self.positive = order.map { positive[$0] }
    positives = self.positive.count { $0 }
  }

  /// The number of rows answered positive and of the positive ones among them at each threshold that changes
  /// anything, from the highest threshold to the lowest. A row is answered positive if its score is at least the
  /// threshold.
  public var cuts: [Cut] {
    var cuts: [Cut] = []
    var hits = 0
    for place in scores.indices {
      if positive[place] { hits += 1 }
      if place + 1 == scores.count || scores[place + 1] != scores[place] {
        cuts.append(Cut(threshold: scores[place], answered: place + 1, hits: hits))
      }
    }
    return cuts
  }

  /// What a threshold leaves.
  public struct Cut: Sendable, Equatable {
    /// The lowest score that is answered positive.
    public let threshold: Double
    /// The number of rows answered positive.
    public let answered: Int
    /// The number of positive rows among them.
    public let hits: Int

    /// A cut with these counts.
    public init(threshold: Double, answered: Int, hits: Int) {
      self.threshold = threshold
      self.answered = answered
      self.hits = hits
    }
  }

  /// The probability that a positive row has a higher score than a negative one, a tie counting half: the area under
  /// the ROC curve (Hanley and McNeil 1982). `nil` unless both classes are present.
  public var auc: Double? {
    guard positives > 0, negatives > 0 else { return nil }
    var twicePairs = 0
    var hits = 0
    var misses = 0
    for cut in cuts {
      let newHits = cut.hits - hits
      let newMisses = cut.answered - cut.hits - misses
      twicePairs += newMisses * (2 * hits + newHits)
      hits += newHits
      misses += newMisses
    }
    return Double(twicePairs) / (2 * Double(positives) * Double(negatives))
  }

  /// The points of the ROC curve from (0, 0) to (1, 1): x is the share of negative rows answered positive, y that of
  /// the positive rows. Empty unless both classes are present.
  public var rocCurve: [CurvePoint] {
    guard positives > 0, negatives > 0 else { return [] }
    return [CurvePoint(x: 0, y: 0, threshold: .infinity)]
      + cuts.map {
        CurvePoint(
          x: Double($0.answered - $0.hits) / Double(negatives), y: Double($0.hits) / Double(positives),
          threshold: $0.threshold)
      }
  }

  /// The points of the precision-recall curve from the highest threshold to the lowest: x is recall, y precision.
  /// Empty without positive rows.
  public var precisionRecallCurve: [CurvePoint] {
    guard positives > 0 else { return [] }
    return cuts.map {
      CurvePoint(
        x: Double($0.hits) / Double(positives), y: Double($0.hits) / Double($0.answered), threshold: $0.threshold)
    }
  }

  /// The mean of the precisions at each threshold, weighted by the recall that the threshold adds; `nil` without
  /// positive rows.
  public var averagePrecision: Double? {
    guard positives > 0 else { return nil }
    var sum = 0.0
    var hits = 0
    for cut in cuts {
      sum += Double(cut.hits - hits) * Double(cut.hits) / Double(cut.answered)
      hits = cut.hits
    }
    return sum / Double(positives)
  }
}

/// One point of a curve over thresholds.
public struct CurvePoint: Sendable, Equatable {
  /// The figure on the horizontal axis, from 0 to 1.
  public let x: Double
  /// The figure on the vertical axis, from 0 to 1.
  public let y: Double
  /// The lowest score that is answered positive; infinite where nothing is.
  public let threshold: Double

  /// A point of a curve.
  public init(x: Double, y: Double, threshold: Double) {
    self.x = x
    self.y = y
    self.threshold = threshold
  }
}
