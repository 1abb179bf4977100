public import Learning

/// Whether a newly trained model may take the place of the one in use.
///
/// Both are compared on the same songs, by today's opinions and by probabilities of models that had not seen the song:
/// - Where recipe (learner, source, seed, folds) and split are the same, only the labels have changed, and the scores that
///   both were judged by are compared on the songs that they have in common.
/// - Where the recipe differs, the old one is judged anew: on today's songs and the new model's folds.
/// - Where only the split differs, the old recipe on the new folds is the new model, bit by bit.
///
/// The new model is worse if the whole 95% interval of the paired difference of the AUCs lies below 0. Thus an equal model
/// is not refused by the chance of a few hundred songs, and among thousands a hundredth counts. So that small losses, none
/// of which is significant, do not add up, it is also compared with the best model of its line (`keepsLine`).
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

  /// How much higher the AUC must be to be called better than that of a model that the owner chose: about what another
  /// seed changes.
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
  /// The interval of the new AUC less the old one, by bootstrap over the albums of the common songs; `nil` where they were
  /// too few.
  public let difference: Interval?
  /// Whether both models are of one recipe and were judged by one kind of split.
  public let isOfOneLine: Bool

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
  /// - Parameters:
  ///   - rejudged: the probabilities of the new model's songs by the old recipe on the new folds, where the recipes differ.
  ///   - mustImprove: whether the owner chose the one in use, so that not being worse is not enough.
  public static func accepts(
    new: TasteModel, old: TasteModel, rejudged: [Double]? = nil, mustImprove: Bool = false
  ) -> Gate {
    let isOneSplit = new.figures.split == old.figures.split
    let isOneRecipe = new.settings.isSameRecipe(as: old.settings)
    var scores = isOneSplit ? old.outOfFold : []
    var figures = old.figures
    if let rejudged, rejudged.count == new.outOfFold.count {
      scores = new.outOfFold
      for place in scores.indices { scores[place].probability = rejudged[place] }
      let liked = scores.map(\.liked)
      figures.auc = Ranking(scores: rejudged, positive: liked).auc ?? figures.auc
      figures.aucLow =
        Bootstrap(seed: new.settings.seed).auc(
          scores: rejudged, positive: liked, songs: Gate.numbered(scores.map(\.group)))?.low
        ?? figures.aucLow
    } else if isOneRecipe, !isOneSplit {
      (scores, figures) = (new.outOfFold, new.figures)
    }
    return accepts(
      new: new.outOfFold, newFigures: new.figures, old: scores, oldFigures: figures, mustImprove: mustImprove,
      isOfOneLine: isOneRecipe && isOneSplit)
  }

  /// Compares a new model with the best of its line: the one with the highest AUC among the models of one recipe and split
  /// that took each other's place. Being the best of several, that one was also the luckiest, so here the whole 99%
  /// interval must lie below 0.
  ///
  /// - Returns: `nil` where the new model is of another line, or too few songs are common to both.
  public static func keepsLine(new: TasteModel, best: TasteModel) -> Gate? {
    guard new.figures.split == best.figures.split, new.settings.isSameRecipe(as: best.settings) else { return nil }
    let gate = accepts(
      new: new.outOfFold, newFigures: new.figures, old: best.outOfFold, oldFigures: best.figures, confidence: 0.99,
      isOfOneLine: true)
    return gate.difference == nil ? nil : gate
  }

  /// Compares the out-of-fold scores and figures of a new model with those of the one in use.
  ///
  /// It refuses the new model if the whole interval of the difference lies below 0 (where the common songs are too few: if
  /// the new AUC's own interval lies below the old AUC), and if its own interval reaches down to .5 while the old one's
  /// does not. With `mustImprove` its AUC must also be higher by more than `tolerance`.
  static func accepts(
    new: [OutOfFoldScore], newFigures: ModelMetrics, old: [OutOfFoldScore], oldFigures: ModelMetrics,
    mustImprove: Bool = false, confidence: Double = 0.95, isOfOneLine: Bool = true
  ) -> Gate {
    var earlier: [SongKey: Double] = [:]
    for score in old { earlier[SongKey(score)] = score.probability }
    let common = new.compactMap { score in
      earlier[SongKey(score)].map { (new: score.probability, old: $0, liked: score.liked, group: score.group) }
    }
    let liked = common.map(\.liked)
    let good = liked.count { $0 }
    var newAUC = newFigures.auc
    var oldAUC = oldFigures.auc
    var difference: Interval?
    if good >= neededCommon, liked.count - good >= neededCommon {
      newAUC = Ranking(scores: common.map(\.new), positive: liked).auc ?? newAUC
      oldAUC = Ranking(scores: common.map(\.old), positive: liked).auc ?? oldAUC
      difference = Bootstrap(seed: 1, confidence: confidence).aucDifference(
        common.map(\.new), common.map(\.old), positive: liked, songs: Gate.numbered(common.map(\.group)))
    }
    let worse = difference.map { $0.high < 0 } ?? (newFigures.aucHigh < oldAUC)
    let chance = newFigures.aucLow <= 0.5 && oldFigures.aucLow > 0.5
    let notBetter = mustImprove && newAUC <= oldAUC + tolerance
    return Gate(
      verdict: worse ? .worse : chance ? .chance : notBetter ? .notBetter : .accepted, commonSongs: common.count,
      newAUC: newAUC, oldAUC: oldAUC, difference: difference, isOfOneLine: isOfOneLine)
  }

  /// Groups counted anew from 0, without gaps.
  private static func numbered(_ groups: [Int]) -> [Int] {
    var numbers: [Int: Int] = [:]
    return groups.map { group in
      let number = numbers[group] ?? numbers.count
      numbers[group] = number
      return number
    }
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
