import Learning
import TasteModel

extension TasteReport {
  /// How the learner learns; `nil` where nothing was looked at.
  var learningSection: Section? {
    var curve: HTML = ""
    var figures: [HTML] = []
    // Two points are no curve.
    if studies.learningCurve.count > 2 { curve = curveFigure.html }
    if let progress = studies.progress {
      if !progress.epochs.isEmpty {
        figures.append(lossFigure(progress).html)
        if progress.epochs.contains(where: { $0.validation != nil }) { figures.append(epochFigure(progress).html) }
      }
      if progress.rounds.count > 1 { figures.append(roundsFigure(progress).html) }
    }
    var words: [HTML] = []
    if let check = studies.permutation {
      words.append(
        """
        <p id="permutation"><b>A check of the judging itself.</b> \(check.words)</p>
        """)
    }
    guard !curve.text.isEmpty || !figures.isEmpty || !words.isEmpty else { return nil }
    return Section(
      id: "learning", title: "How it learns",
      body: """
        <p>These studies looked at \(studies.songs) judged songs.</p>
        <div class="figures">\(curve)</div>
        \(Self.forExperts("how the learner was checked", id: "learning-experts", "\(words)<div class=\"figures\">\(figures)</div>"))
        """)
  }

  /// What says nothing to most owners, behind a line that opens it.
  static func forExperts(_ title: String, id: String, _ body: HTML) -> HTML {
    "<details class=\"experts\" id=\"\(id)\"><summary>For experts: \(title)</summary>\(body)</details>"
  }

  private var curveFigure: Figure {
    let curve = studies.learningCurve
    let lowest = curve.map(\.spread.lowerBound).min() ?? 0.5
    let floor = min(0.5, (lowest * 10).rounded(.down) / 10)
    let plot = Plot(
      horizontal: .logarithmic(curve.map { Double($0.songs) }, "judged songs"),
      vertical: .between(floor...1, "AUC on unseen songs", places: 2))
    let last = curve[curve.count - 1]
    return Figure(
      id: "curve", title: "Learning curve",
      words: """
        The AUC with only so many of your judged songs, a mean over draws; the upright lines span the draws. \
        While it still rises on the right, judging more songs makes the list better.
        """,
      summary: """
        With \(last.songs) songs the AUC is \(Words.decimals(last.auc, 2)), with \(curve[0].songs) it is \
        \(Words.decimals(curve[0].auc, 2)).
        """,
      drawing: plot.drawing(
        curve.map { plot.whisker(Double($0.songs), $0.spread, series: 1) } + [
          plot.line(curve.map { (Double($0.songs), $0.auc) }, series: 1, marks: true)
        ]),
      table: DataTable(
        header: ["songs", "AUC", "lowest draw", "highest draw"],
        rows: curve.map {
          [
            String($0.songs), Words.decimals($0.auc, 3), Words.decimals($0.spread.lowerBound, 3),
            Words.decimals($0.spread.upperBound, 3),
          ]
        }, numbers: [0, 1, 2, 3]))
  }

  /// Which network the epochs are of.
  private var network: String {
    studies.isProgressOfModel
      ? "the network in use"
      : "a small network that was trained for this report only: the learner in use is not trained in epochs"
  }

  private func lossFigure(_ progress: LearningProgress) -> Figure {
    let epochs = progress.epochs
    let held = epochs.filter { $0.validation != nil }
    let largest = (epochs.map(\.trainingLoss) + held.compactMap(\.validation?.loss)).max() ?? 1
    let plot = Plot(
      horizontal: .upTo(Double(epochs.count), "epoch"), vertical: .upTo(largest, "loss", places: 2))
    return Figure(
      id: "loss", title: "Training of a network: loss",
      words: """
        Passes over the training songs of \(network). Where the loss on songs left out turns upwards, the \
        network begins to learn its songs by heart; the weights of the best epoch are kept.
        """,
      summary: """
        \(epochs.count) epochs; the loss on songs left out is least in epoch \
        \(held.min { ($0.validation?.loss ?? 0) < ($1.validation?.loss ?? 0) }?.number ?? 0).
        """,
      drawing: plot.drawing([
        plot.line(epochs.map { (Double($0.number), $0.trainingLoss) }, series: 1),
        plot.line(held.map { (Double($0.number), $0.validation?.loss ?? 0) }, series: 2),
      ]),
      legend: ["training songs", "songs left out"],
      table: DataTable(
        header: ["epoch", "loss, training", "loss, left out"],
        rows: epochs.map {
          [String($0.number), Words.decimals($0.trainingLoss, 4), Words.decimals($0.validation?.loss, 4)]
        }, numbers: [0, 1, 2]))
  }

  private func epochFigure(_ progress: LearningProgress) -> Figure {
    let epochs = progress.epochs.filter { $0.validation != nil }
    let plot = Plot(
      horizontal: .upTo(Double(progress.epochs.count), "epoch"), vertical: .share("on songs left out"))
    func line(_ series: Int, _ figure: (EpochRecord.Validation) -> Double) -> HTML {
      plot.line(
        epochs.compactMap { epoch in epoch.validation.map { (Double(epoch.number), figure($0)) } }, series: series)
    }
    return Figure(
      id: "epochs", title: "Training of a network: figures",
      words: """
        Precision, recall, accuracy and the study's combined figure (recall × F0.5) after each epoch of the \
        same network, at the cut 0.5.
        """,
      summary: "Four figures over \(epochs.count) epochs.",
      drawing: plot.drawing([
        line(1, \.precision), line(2, \.recall), line(3, \.accuracy), line(4, \.combined),
      ]),
      legend: ["precision", "recall", "accuracy", "combined"],
      table: DataTable(
        header: ["epoch", "precision", "recall", "accuracy", "combined"],
        rows: epochs.map { epoch in
          let figures = epoch.validation.map { [$0.precision, $0.recall, $0.accuracy, $0.combined] } ?? []
          return [String(epoch.number)] + figures.map { Words.decimals($0, 3) }
        }, numbers: [0, 1, 2, 3, 4]))
  }

  private func roundsFigure(_ progress: LearningProgress) -> Figure {
    let rounds = progress.rounds
    let plot = Plot(
      horizontal: .logarithmic(rounds.map { Double($0.trees) }, "trees"),
      vertical: .between(0.4...1, "AUC", places: 2))
    return Figure(
      id: "rounds", title: "Boosted trees, round by round",
      words: """
        Each tree corrects those before it. On the songs it is trained on it soon knows everything; what counts \
        is the line of the songs left out.
        """,
      summary: """
        With \(rounds[rounds.count - 1].trees) trees the AUC on songs left out is \
        \(Words.decimals(rounds[rounds.count - 1].held, 2)).
        """,
      drawing: plot.drawing([
        plot.line(rounds.map { (Double($0.trees), $0.training) }, series: 1, marks: true),
        plot.line(rounds.map { (Double($0.trees), $0.held) }, series: 2, marks: true),
      ]),
      legend: ["training songs", "songs left out"],
      table: DataTable(
        header: ["trees", "AUC, training", "AUC, left out"],
        rows: rounds.map { [String($0.trees), Words.decimals($0.training, 3), Words.decimals($0.held, 3)] },
        numbers: [0, 1, 2]))
  }
}
