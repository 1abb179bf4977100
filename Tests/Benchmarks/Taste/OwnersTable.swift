import Foundation
import TasteModel
import Tracks

/// Judges learners on made-up owners of real music and tells the means over the owners.
struct OwnersTable {
  var kind = OwnerKind.styles
  var owners = 1...12
  var splits: [SplitKind] = [.song, .album, .artist]
  var learners = LearnerName.allCases
  /// Each learner on the same three tenths of the songs, so that they can be compared pair by pair with networks.
  var once = false
  /// Also as the study judged.
  var study = false
  var epochs = 20
  var threads = 2
  /// The only variant of features that learners over samples get; `nil` for both.
  var hears: FeatureVariant?
  var sources = EvidenceSource.allCases

  /// What a row of the table stands for.
  private struct Line: Hashable {
    let learner: String
    let hears: String
    let judged: String
    let split: SplitKind

    init(_ row: EvaluationRow) {
      learner = row.learner.rawValue
      hears = row.features.rawValue + (row.source == .audioAndTags ? " and tags" : "")
      judged = row.level == .sample ? "samples" : row.aggregate.map { "songs, \($0.rawValue)" } ?? "songs"
      split = row.split
    }
  }

  func print(_ library: MusicLibrary) throws {
    var lines: [Line] = []
    var figures: [Line: [Int: EvaluationRow]] = [:]
    var judged: [Int] = []
    for owner in owners {
      let dataset = library.dataset(kind.opinions(of: library, owner: owner), hears: hears)
      guard dataset.good >= TrainingSettings.neededLabels, dataset.bad >= TrainingSettings.neededLabels else {
        continue
      }
      judged.append(owner)
      var options = Evaluation.Options()
      options.learners = learners
      options.sources = sources
      options.once = once
      options.splits = once ? [.song] : splits
      options.study = study
      options.epochs = epochs
      options.seed = UInt64(owner)
      options.threads = threads
      for row in try Evaluation.run(dataset, options) {
        let line = Line(row)
        if figures[line] == nil { lines.append(line) }
        figures[line, default: [:]][owner] = row
      }
      tell("owner \(owner): \(dataset.good) liked, \(dataset.bad) rejected: " + told(lines, figures, owner))
    }
    Swift.print("\n\(library.songs.count) songs; \(judged.count) owners: each \(kind.words)")
    Swift.print(
      once ? "All judged on the same 30% of the songs.\n" : "Out of fold, 5 folds; networks on 30% of the songs.\n")
    tables(lines, figures)
    differences(lines, figures)
  }

  private func tables(_ lines: [Line], _ figures: [Line: [Int: EvaluationRow]]) {
    Swift.print("| learner | hears | judged | split | AUC | precision | recall | Brier | seconds |")
    Swift.print("|---|---|---|---|---|---|---|---|---|")
    for line in lines {
      let rows = Array((figures[line] ?? [:]).values)
      func spread(_ figure: KeyPath<EvaluationRow, Double?>) -> Spread {
        Spread(rows.compactMap { $0[keyPath: figure] })
      }
      let seconds = spread(\.seconds).mean
      Swift.print(
        "| \(line.learner) | \(line.hears) | \(line.judged) | \(line.split.rawValue) | \(spread(\.auc).words)",
        "| \(Spread.short(spread(\.precision).mean)) | \(Spread.short(spread(\.recall).mean))",
        "| \(Spread.short(spread(\.brier).mean)) | \((seconds * 10).rounded() / 10) |")
    }
  }

  /// How much higher the default's AUC is than that of every other line of the same split, owner by owner.
  private func differences(_ lines: [Line], _ figures: [Line: [Int: EvaluationRow]]) {
    Swift.print(
      "\n| \(TrainingSettings().learner.rawValue) minus | split | AUC, 95% over owners | owners for whom it is higher |"
    )
    Swift.print("|---|---|---|---|")
    for split in splits {
      let compared = lines.filter { $0.split == split && $0.judged != "samples" }
      // The default hears the tags too, where they were not left out.
      let ours = compared.last {
        $0.learner == TrainingSettings().learner.rawValue && $0.hears.hasPrefix("dense") && $0.judged == "songs"
      }
      guard let ours, let own = figures[ours] else { continue }
      for line in compared where line != ours {
        let pairs = (figures[line] ?? [:]).compactMap { owner, row -> Double? in
          guard let high = own[owner]?.auc, let low = row.auc else { return nil }
          return high - low
        }
        Swift.print(
          "| \(line.learner) (\(line.hears), \(line.judged)) | \(split.rawValue) | \(Spread(pairs).difference)",
          "| \(pairs.count { $0 > 0 }) of \(pairs.count) |")
      }
    }
  }

  private func told(_ lines: [Line], _ figures: [Line: [Int: EvaluationRow]], _ owner: Int) -> String {
    lines.filter { $0.split == .song }.compactMap { line in
      figures[line]?[owner]?.auc.map { "\(line.learner) \(line.hears) \(line.judged) \(Spread.short($0))" }
    }.joined(separator: "; ")
  }

  private func tell(_ words: String) {
    FileHandle.standardError.write(Data((words + "\n").utf8))
  }
}
