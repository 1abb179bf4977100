import Learning
import TasteModel
import Tracks

extension TasteReport {
  /// The most points that a curve is drawn with.
  static let curvePoints = 200

  /// Some of many points: the first, the last, and others spread evenly.
  static func thinned<Point>(_ points: [Point], to count: Int = curvePoints) -> [Point] {
    guard points.count > count, count > 1 else { return points }
    return (0..<count).map { points[$0 * (points.count - 1) / (count - 1)] }
  }

  /// How good the model is on songs that it had not seen.
  func qualitySection(_ model: Model) -> Section {
    let ranking = Ranking(scores: model.probabilities, positive: model.liked)
    let split =
      model.figures.split == .album
      ? "whole albums (\(model.figures.groups) of them) were left out together" : "single songs were left out"
    return Section(
      id: "quality", title: "How good the model is",
      body: """
        <p>Model \(Int(model.id)) (\(model.learner)), trained \(Words.time(model.trainedAt))\(model.isChosen ? ", in use by your choice" : ""). Every judged song was scored by a model that had not seen it; \(split).</p>
        \(model.breakdown.map(Self.breakdown) ?? "")
        <div class="figures">
        \(rocFigure(ranking, model).html)
        \(precisionFigure(ranking, model).html)
        \(calibrationFigure(model).html)
        \(distributionFigure(model).html)
        \(unheard.isEmpty ? "" : unheardFigure(model).html)
        </div>
        """)
  }

  /// What the model is made of, and its AUC with other evidence.
  private static func breakdown(_ breakdown: ModelBreakdown) -> HTML {
    let shares = breakdown.shares.map { "\($0.learner.rawValue) \(Words.percent($0.share))" }
    let members: HTML =
      shares.isEmpty
      ? "" : "<p id=\"members\">It weighs its learners: \(shares.joined(separator: ", ")). One at 0% adds nothing.</p>"
    let rows = breakdown.judgements.map { judgement in
      [
        judgement.source == .audio ? "sound" : "sound and your history", Self.leftOut(judgement.split),
        Words.decimals(judgement.auc, 2),
        "\(Words.decimals(judgement.aucLow, 2))–\(Words.decimals(judgement.aucHigh, 2))",
        judgement.songs.map(String.init) ?? "",
      ]
    }
    let header = ["knows", "left out together", "AUC", "95%", "songs"]
    let table = DataTable(header: header, rows: rows, numbers: [2, 3, 4])
    return """
      \(members)
      \(table.html(caption: "The same learner with other evidence, and on artists that were never judged"))
      """
  }

  private static func leftOut(_ split: SplitKind) -> String {
    switch split {
    case .sample: "single samples"
    case .song: "single songs"
    case .album: "whole albums"
    case .artist: "whole artists"
    }
  }

  private func rocFigure(_ ranking: Ranking, _ model: Model) -> Figure {
    let points = Self.thinned(ranking.rocCurve)
    let plot = Plot(
      horizontal: .share("share of rejected songs let through"), vertical: .share("share of liked songs found"))
    let auc = Words.decimals(ranking.auc, 2)
    return Figure(
      id: "roc", title: "ROC curve",
      words: """
        Going down the ranking: how many of the liked songs are found, and how many rejected ones come with \
        them. The area below is the AUC, \(auc); the dashed line is a coin.
        """,
      summary: "The curve encloses an area of \(auc).",
      drawing: plot.drawing([
        plot.guide(from: (0, 0), to: (1, 1)), plot.line(points.map { ($0.x, $0.y) }, series: 1),
      ]),
      table: DataTable(
        header: ["from", "rejected let through", "liked found"],
        rows: points.map {
          [
            $0.threshold.isFinite ? Words.decimals($0.threshold, 3) : "nothing", Words.decimals($0.x, 3),
            Words.decimals($0.y, 3),
          ]
        }, numbers: [0, 1, 2]))
  }

  private func precisionFigure(_ ranking: Ranking, _ model: Model) -> Figure {
    let points = Self.thinned(ranking.precisionRecallCurve)
    let plot = Plot(
      horizontal: .share("share of liked songs found (recall)"), vertical: .share("share liked (precision)"))
    let base = model.figures.baseRate
    return Figure(
      id: "precision", title: "Precision and recall",
      words: """
        The longer the list, the more of your liked songs are on it, and the more others too. The dashed line \
        is a list drawn at random (\(Words.percent(base)) liked).
        """,
      summary: """
        Mean precision \(Words.decimals(ranking.averagePrecision, 2)); \(Words.percent(base)) of the judged \
        songs are liked.
        """,
      drawing: plot.drawing([
        plot.guide(from: (0, base), to: (1, base)), plot.line(points.map { ($0.x, $0.y) }, series: 1),
      ]),
      table: DataTable(
        header: ["from", "recall", "precision"],
        rows: points.map { [Words.decimals($0.threshold, 3), Words.decimals($0.x, 3), Words.decimals($0.y, 3)] },
        numbers: [0, 1, 2]))
  }

  private func calibrationFigure(_ model: Model) -> Figure {
    let reliability = Reliability(probabilities: model.probabilities, positive: model.liked)
    let bins = reliability?.bins ?? []
    let plot = Plot(horizontal: .share("stated probability"), vertical: .share("share that is liked"))
    let brier = Words.decimals(model.figures.brier, 3)
    let coin = Words.decimals(model.figures.baseRate * (1 - model.figures.baseRate), 3)
    return Figure(
      id: "calibration", title: "Calibration",
      words: """
        Whether songs with a stated probability of, say, 40% are liked in 40 of 100 cases: on the dashed line \
        they are. Brier score \(brier); always stating the base rate would give \(coin), lower is better.
        """,
      summary: "Mean distance of stated and true share \(Words.decimals(reliability?.expectedError, 3)).",
      drawing: plot.drawing([
        plot.guide(from: (0, 0), to: (1, 1)),
        plot.line(bins.map { ($0.predicted, $0.observed) }, series: 1, marks: true),
      ]),
      table: DataTable(
        header: ["range", "songs", "stated", "liked"],
        rows: bins.map {
          [
            "\(Words.decimals($0.low, 1))–\(Words.decimals($0.high, 1))", String($0.rows),
            Words.decimals($0.predicted, 3), Words.decimals($0.observed, 3),
          ]
        }, numbers: [1, 2, 3]))
  }

  /// The number of values in each tenth from 0 to 1.
  static func tenths(_ values: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: 10)
    for value in values { counts[min(9, max(0, Int(value * 10)))] += 1 }
    return counts
  }

  private func distributionFigure(_ model: Model) -> Figure {
    let pairs = zip(model.probabilities, model.liked)
    let good = Self.tenths(pairs.filter(\.1).map(\.0))
    let bad = Self.tenths(pairs.filter { !$0.1 }.map(\.0))
    let plot = Plot(
      horizontal: .share("stated probability"), vertical: .upTo(Double((good + bad).max() ?? 1), "songs"))
    let bars = (0..<10).flatMap { tenth -> [HTML] in
      let from = Double(tenth) / 10
      return [
        plot.bar(
          from: from + 0.008, to: from + 0.048, height: Double(good[tenth]), series: 1, title: "\(good[tenth]) liked"),
        plot.bar(
          from: from + 0.052, to: from + 0.092, height: Double(bad[tenth]), series: 3, title: "\(bad[tenth]) rejected"),
      ]
    }
    return Figure(
      id: "distribution", title: "Scores of judged songs",
      words: """
        How the stated probabilities of liked (left bar, filled) and rejected songs (right bar, outlined) \
        spread. The further apart, the better.
        """,
      summary: "\(good.reduce(0, +)) liked and \(bad.reduce(0, +)) rejected songs by stated probability.",
      drawing: plot.drawing(bars),
      table: DataTable(header: ["range", "liked", "rejected"], rows: Self.rows(good, bad), numbers: [1, 2]))
  }

  private func unheardFigure(_ model: Model) -> Figure {
    let counts = Self.tenths(unheard)
    let plot = Plot(
      horizontal: .share("stated probability"), vertical: .upTo(Double(counts.max() ?? 1), "tracks"))
    let bars = (0..<10).map { tenth in
      plot.bar(
        from: Double(tenth) / 10 + 0.01, to: Double(tenth) / 10 + 0.09, height: Double(counts[tenth]), series: 2,
        title: counted(counts[tenth], "track"))
    }
    let cut = model.figures.entryThreshold
    let words = limits.map { "\($0) The dashed line is the score to come onto it." } ?? ""
    return Figure(
      id: "unheard", title: "Scores of unheard tracks",
      words: "What the model expects of the \(unheard.count) tracks that you have not heard. \(words)",
      summary: "\(unheard.count) unheard tracks by stated probability.",
      drawing: plot.drawing(
        bars + (limits == nil ? [] : [plot.guide(from: (cut, 0), to: (cut, plot.vertical.range.upperBound))])),
      table: DataTable(
        header: ["range", "tracks"],
        rows: counts.enumerated().map { [Self.range($0.offset), String($0.element)] }, numbers: [1]))
  }

  private static func range(_ tenth: Int) -> String {
    "\(Words.decimals(Double(tenth) / 10, 1))–\(Words.decimals(Double(tenth + 1) / 10, 1))"
  }

  private static func rows(_ left: [Int], _ right: [Int]) -> [[String]] {
    left.indices.map { [range($0), String(left[$0]), String(right[$0])] }
  }
}
