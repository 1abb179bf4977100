import TasteModel
import Tracks

/// The short answer of `indexctl evaluate`: one row a learner, the best first, and why the one in use is.
struct LearnerComparison {
  private let rows: [EvaluationRow]
  private let learner: LearnerName
  private let isInUse: Bool

  /// - Parameters:
  ///   - rows: the best of each learner counts, of those that judge by `split` where there are any.
  ///   - learner: the learner in use, before there is a model the one that is configured.
  ///   - split: what was kept whole when the model in use was judged.
  init(_ rows: [EvaluationRow], of learner: LearnerName, by split: SplitKind, isInUse: Bool) {
    func rank(_ row: EvaluationRow) -> (Int, Double) { (row.split == split ? 1 : 0, row.auc ?? 0) }
    let songs = rows.filter { $0.level == .song && [.song, split].contains($0.split) && $0.auc != nil }
    let found = Dictionary(grouping: songs, by: \.learner).values.compactMap { $0.max { rank($0) < rank($1) } }
    self.rows = found.sorted { ($1.auc ?? 0, $0.learner.rawValue) < ($0.auc ?? 0, $1.learner.rawValue) }
    self.learner = learner
    self.isInUse = isInUse
  }

  /// The table and what it means.
  var lines: [String] {
    let cells = rows.map { row in
      [
        row.learner == learner ? "*" : "", row.learner.rawValue, Layout.decimals(row.auc, 3),
        "\(Layout.decimals(row.aucLow, 2))-\(Layout.decimals(row.aucHigh, 2))", "\(row.split.rawValue)s",
      ]
    }
    var lines = Layout.table(["", "learner", "AUC", "95%", "apart"], cells, right: [2])
    for words in [reason, Self.legend].compactMap(\.self) { lines += [""] + Layout.wrap(words, 79) }
    return lines
  }

  /// Why the marked learner is in use although another one may score higher; `nil` where it was not judged.
  private var reason: String? {
    guard let own = rows.first(where: { $0.learner == learner }) else { return nil }
    let state = "* \(learner.rawValue) is \(isInUse ? "in use" : "configured")"
    guard let best = rows.first(where: { $0.split == own.split }), best.learner != learner else {
      return state + ", and none scores higher."
    }
    if let high = own.aucHigh, best.auc ?? 0 <= high {
      return state + ": that \(best.learner.rawValue) scores higher may be chance, since its AUC lies within the "
        + "interval of \(learner.rawValue)."
    }
    return state + ", but \(best.learner.rawValue) scores higher than its interval: `model.learner` in the "
      + "configuration decides."
  }

  private static let legend =
    "AUC: the chance that a liked song scores above a disliked one, on songs that the learner was not trained on (0.500: a "
    + "coin), with its 95% interval; apart: what is never both trained on and judged. `--all` shows every way of judging, "
    + "and how far the figures can be trusted."
}
