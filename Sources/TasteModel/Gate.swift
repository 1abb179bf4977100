public import Learning

/// Whether a newly trained model may take the place of the one in use.
///
/// Both were judged out of fold. They are compared on the songs that both were judged on, by today's opinions: there
/// each probability came from a model that had not seen the song.
public struct Gate: Sendable, Equatable {
  /// What the gate says.
  public enum Verdict: String, Sendable, Codable {
    /// The new model is not worse: it takes the old one's place.
    case accepted
    /// The new model ranks the common songs worse.
    case worse
    /// The new model ranks no better than chance, the old one did.
    case chance
    /// The new model is not worse, but the old one was chosen by the owner and only a better one takes its place.
    case notBetter
  }

  /// How much lower the new model's AUC on the common songs may be without the model being called worse: about what
  /// another seed changes.
  public static let tolerance = 0.01
  /// The number of liked and of rejected songs that both must have been judged on to be compared on them; else each
  /// stands for itself with its own figures.
  public static let neededCommon = 20

  /// What the gate says.
  public let verdict: Verdict
  /// The number of songs that both were judged on.
  public let commonSongs: Int
  /// The new model's AUC on the songs compared.
  public let newAUC: Double
  /// The old model's AUC on the songs compared.
  public let oldAUC: Double
  /// The 95% interval of the new AUC less the old one, by bootstrap over the common songs; `nil` where they were too
  /// few.
  public let difference: Interval?

  /// Whether the new model takes the old one's place.
  public var accepts: Bool { verdict == .accepted }

  /// The verdict in a sentence, with its numbers.
  public var reason: String {
    let numbers = "AUC \(Gate.text(newAUC)) against \(Gate.text(oldAUC)) on \(commonSongs) common songs"
    switch verdict {
    case .accepted: return "the new model is not worse: \(numbers)"
    case .worse: return "the new model is worse and was not taken: \(numbers)"
    case .chance: return "the new model is no better than chance and was not taken: \(numbers)"
    case .notBetter: return "the new model is no better than the one you chose and was not taken: \(numbers)"
    }
  }

  /// Compares a new model with the one in use.
  ///
  /// - Parameter mustImprove: whether the owner chose the one in use, so that not being worse is not enough.
  public static func accepts(new: TasteModel, old: TasteModel, mustImprove: Bool = false) -> Gate {
    accepts(
      new: new.outOfFold, newFigures: new.figures, old: old.outOfFold, oldFigures: old.figures,
      mustImprove: mustImprove)
  }

  /// Compares the out-of-fold scores and figures of a new model with those of the one in use.
  ///
  /// It refuses the new model if its AUC is lower by more than `tolerance`, or if the whole interval of the difference
  /// lies below 0; and if its own interval reaches down to .5 while the old one's does not. With `mustImprove` its AUC
  /// must also be higher by more than `tolerance`.
  public static func accepts(
    new: [OutOfFoldScore], newFigures: ModelFigures, old: [OutOfFoldScore], oldFigures: ModelFigures,
    mustImprove: Bool = false
  ) -> Gate {
    var earlier: [SongKey: Double] = [:]
    for score in old { earlier[SongKey(score)] = score.probability }
    let common = new.compactMap { score in
      earlier[SongKey(score)].map { (new: score.probability, old: $0, liked: score.liked) }
    }
    let liked = common.map(\.liked)
    let good = liked.count { $0 }
    var newAUC = newFigures.auc
    var oldAUC = oldFigures.auc
    var difference: Interval?
    if good >= neededCommon, liked.count - good >= neededCommon {
      newAUC = Ranking(scores: common.map(\.new), positive: liked).auc ?? newAUC
      oldAUC = Ranking(scores: common.map(\.old), positive: liked).auc ?? oldAUC
      difference = Bootstrap(seed: 1).aucDifference(common.map(\.new), common.map(\.old), positive: liked)
    }
    let worse = newAUC < oldAUC - tolerance || (difference.map { $0.high < 0 } ?? false)
    let chance = newFigures.aucLow <= 0.5 && oldFigures.aucLow > 0.5
    let notBetter = mustImprove && newAUC <= oldAUC + tolerance
    return Gate(
      verdict: worse ? .worse : chance ? .chance : notBetter ? .notBetter : .accepted, commonSongs: common.count,
      newAUC: newAUC,
      oldAUC: oldAUC, difference: difference)
  }

  private static func text(_ figure: Double) -> String {
    let thousandths = Int((figure * 1000).rounded())
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }

  private struct SongKey: Hashable {
    let identity: [UInt8]
    let span: Int

    init(_ score: OutOfFoldScore) {
      identity = score.identity
      span = score.span
    }
  }
}
