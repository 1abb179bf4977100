import TasteModel
import Tracks

/// What `indexctl evaluate --all` says to people.
enum EvaluationText {
  /// The table of learners, what its columns mean, and the check of a learner: the one in use, before there is a model
  /// the one that is configured.
  static func lines(_ rows: [EvaluationRow], _ checks: LearnerChecks?, isInUse: Bool) -> [String] {
    var lines = table(rows) + [""] + legend(rows).flatMap { Layout.wrap($0, 80, indent: 2) }
    if let checks { lines += [""] + check(checks, isInUse: isInUse) }
    return lines
  }

  private static func table(_ rows: [EvaluationRow]) -> [String] {
    let cells = rows.map { row in
      [
        row.learner.rawValue, row.features.rawValue + (row.source == .audio ? "" : "+tags"), judged(row),
        row.split.rawValue, Layout.decimals(row.precision, 2), Layout.decimals(row.recall, 2),
        Layout.decimals(row.combined, 2), Layout.decimals(row.auc, 3),
        "\(Layout.decimals(row.aucLow, 2))-\(Layout.decimals(row.aucHigh, 2))", Layout.decimals(row.brier, 2),
        Layout.decimals(row.seconds, 0),
      ]
    }
    return Layout.table(
      ["learner", "hears", "by", "split", "prec", "rec", "comb", "AUC", "95%", "Brier", "s"], cells,
      right: [4, 5, 6, 7, 9, 10], gap: 1)
  }

  /// What is judged, in a word that fits the table.
  private static func judged(_ row: EvaluationRow) -> String {
    guard row.level == .song else { return "sample" }
    return switch row.aggregate {
    case nil: "song"
    case .mean: "mean"
    case .vote: "vote"
    case .secondLevel: "second"
    }
  }

  private static func legend(_ rows: [EvaluationRow]) -> [String] {
    var words = [
      "hears  the features: study (as in 2019) or dense; +tags: also your history with artist, album artist, genre "
        + "and year",
      "by     what one answer is about: a song; or a song by the mean, the vote or a second classifier over its "
        + "samples" + (rows.contains { $0.level == .sample } ? "; sample: a single sample" : ""),
      "split  what is never on both sides: a song, an album, an artist"
        + (rows.contains { $0.split == .sample }
          ? "; sample: nothing but the sample itself, as in 2019, which flatters" : ""),
      "prec   of those called liked, the share that you like; rec: of those you like, the share called so; comb: rec "
        + "times F0.5",
      "AUC    the chance that a liked one scores above a rejected one (.5: a coin), with its 95% interval by bootstrap "
        + "over albums",
      "Brier  mean squared error of the probabilities, less is better; s: seconds",
    ]
    if rows.contains(where: { $0.learner.isSlow }) {
      words.append("Networks are judged on 30% of the songs, the others by folds, unless --folds is given.")
    }
    return words
  }

  private static func check(_ checks: LearnerChecks, isInUse: Bool) -> [String] {
    var lines = [
      Terminal.bold(
        "\(checks.learner.rawValue), the learner \(isInUse ? "in use" : "configured") (\(checks.split.rawValue) split)"),
      "",
      "Calibration: of the songs given a probability, how many you like. Brier \(Layout.decimals(checks.brier, 3)).",
    ]
    lines += Layout.table(
      ["probability", "songs", "stated", "liked"],
      checks.calibration.map { range in
        [
          "\(Layout.decimals(range.low, 1))-\(Layout.decimals(range.high, 1))", String(range.songs),
          Layout.percent(range.stated), Layout.percent(range.liked),
        ]
      }, right: [1, 2, 3])
    let chance = checks.permutation
    lines += [
      ""
    ]
    lines += Layout.wrap(chance.words, 79)
    lines += [
      "", "AUC by the number of judged songs (drawn at random, lowest to highest):",
    ]
    return lines
      + Layout.table(
        ["songs", "AUC", "of draws"],
        checks.curve.map { point in
          [
            String(point.songs), Layout.decimals(point.auc, 3),
            point.spread.lowerBound == point.spread.upperBound
              ? "-"
              : "\(Layout.decimals(point.spread.lowerBound, 2))-\(Layout.decimals(point.spread.upperBound, 2))",
          ]
        }, right: [0, 1])
  }
}
