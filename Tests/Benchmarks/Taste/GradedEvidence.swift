import Foundation
import Labelling
import Learning
import TasteModel
import Tracks

/// What the optional label rules do to the AUC on songs never heard, for made-up owners whose plays and skips are
/// simulated over five years.
///
/// Each song is added at some time; from then on a shuffle brings it up now and then. A song that the owner likes is
/// skipped one time in seven, another one two times in three; what is liked is also chosen by hand, some songs more than
/// others. Of one liked song in eight the owner tires. Of the songs that came up twice and are not liked the owner removes
/// a share from the active playlist. Three tenths of the songs never came up: on these the models are tested.
struct GradedEvidence {
  var owners = 12
  var threads = 2

  private static let day = 86_400.0
  private static let years = 5.0
  private static let now = 1_700_000_000.0

  /// The rules that are compared.
  private static let rules: [(name: String, change: @Sendable (inout LabelRules) -> Void)] = [
    ("default", { _ in }),
    ("skips: on", { $0.usesSkips = true }),
    (
      "skips: on, skippedTimes: 2, skippedPlays: 2", { ($0.usesSkips, $0.skippedTimes, $0.skippedPlays) = (true, 2, 2) }
    ),
    (
      "skips: on, skippedTimes: 5, skippedPlays: 6", { ($0.usesSkips, $0.skippedTimes, $0.skippedPlays) = (true, 5, 6) }
    ),
    ("neglected: on", { $0.usesNeglect = true }),
    ("frequent: on", { $0.usesFrequency = true }),
    ("faded: on", { $0.usesFading = true }),
    ("skips, frequent: on", { ($0.usesSkips, $0.usesFrequency) = (true, true) }),
    ("all on", { ($0.usesSkips, $0.usesNeglect, $0.usesFrequency, $0.usesFading) = (true, true, true, true) }),
  ]

  private struct Figures {
    var auc: [Double?] = []
    var (good, bad): ([Double], [Double]) = ([], [])
    var (rightGood, rightBad): ([Double], [Double]) = ([], [])
  }

  func print(_ library: MusicLibrary, _ kind: OwnerKind) throws {
    for removed in [0.6, 0.2, 0] {
      var figures = [Figures](repeating: Figures(), count: Self.rules.count)
      for owner in 1...owners {
        let life = Life(library, kind, owner, removed: removed)
        for (number, rule) in Self.rules.enumerated() {
          var rules = LabelRules()
          rule.change(&rules)
          try judge(life, rules, library, owner, &figures[number])
        }
      }
      table(figures, removed)
    }
  }

  /// What one owner did.
  private struct Life {
    var opinions: [Bool]
    var test: [Int]
    var files: [LabellingFile] = []
    var imports = ImportedSets()

    init(_ library: MusicLibrary, _ kind: OwnerKind, _ owner: Int, removed: Double) {
      var random = Numbers(state: UInt64(owner) &* 389 &+ 17)
      opinions = kind.opinions(of: library, owner: owner).map { $0 == true }
      test = Array(random.shuffled(Array(opinions.indices)).prefix(opinions.count * 3 / 10))
      let unheard = Set(test)
      var active: [Int64] = []
      for song in opinions.indices {
        let added = now - random.next() * years * 365 * day
        var history = TrackHistory(plays: 0, added: added, skips: 0)
        let isLiked = opinions[song]
        let tiresAt = isLiked && random.next() < 0.125 ? added + (now - added) * 0.4 : .infinity
        var came = 0
        let keen = isLiked ? 1 + 3 * random.next() : 0.1
        if !unheard.contains(song) {
          var time = added
          while true {
            // The shuffle brings each song up twice a year, the owner chooses liked ones by hand beside.
            time += -log(1 - random.next()) * 365 * day / (2 + keen)
            guard time < now else { break }
            let wants = isLiked && time < tiresAt
            let byHand = random.next() < keen / (2 + keen)
            if byHand, !wants { continue }
            came += 1
            if !byHand, random.next() < (wants ? 0.15 : 0.67) {
              history.skips = (history.skips ?? 0) + 1
              history.lastSkipped = time
            } else {
              history.plays = (history.plays ?? 0) + 1
              history.firstPlayed = history.firstPlayed ?? time
              history.lastPlayed = time
            }
          }
        }
        let isRemoved = !isLiked && came >= 2 && random.next() < removed
        if !isRemoved { active.append(Int64(song + 1)) }
        files.append(
          LabellingFile(
            id: Int64(song + 1), path: FilePath("/m/\(song)"), tags: TrackTags(title: "Song \(song)"), duration: 200,
            arrival: added, history: history))
      }
      let ids = files.map(\.id)
      imports.playlists = [
        PlaylistImport(
          name: "Active", exportedAt: now, importedAt: now, entries: active.count, matched: active.count,
          fileIDs: active
        )
      ]
      imports.statistics = [
        StatisticsImport(
          exportedAt: now, importedAt: now, entries: ids.count, matched: ids.count, unplayed: 1, fileIDs: ids)
      ]
    }
  }

  private func judge(
    _ life: Life, _ rules: LabelRules, _ library: MusicLibrary, _ owner: Int, _ figures: inout Figures
  ) throws {
    var judged = [Bool?](repeating: nil, count: life.opinions.count)
    for label in assignLabels(files: life.files, imports: life.imports, rules: rules).assignments {
      if label.label == .good || label.label == .bad { judged[Int(label.id) - 1] = label.label == .good }
    }
    let (good, bad) = (judged.indices.filter { judged[$0] == true }, judged.indices.filter { judged[$0] == false })
    figures.good.append(Double(good.count))
    figures.bad.append(Double(bad.count))
    if !good.isEmpty { figures.rightGood.append(Double(good.count { life.opinions[$0] }) / Double(good.count)) }
    if !bad.isEmpty { figures.rightBad.append(Double(bad.count { !life.opinions[$0] }) / Double(bad.count)) }
    guard min(good.count, bad.count) >= TrainingSettings.neededLabels else {
      figures.auc.append(nil)
      return
    }
    let model = try TasteTrainer.train(
      library.dataset(judged),
      TrainingSettings(learner: .forest, source: .audio, seed: UInt64(owner), folds: 2, threads: threads), trainedAt: 0)
    let rows = Matrix(
      rows: life.test.count, columns: library.songs[0].summary.count,
      values: life.test.flatMap { library.songs[$0].summary })
    figures.auc.append(
      Ranking(scores: model.probabilities(of: rows), positive: life.test.map { life.opinions[$0] }).auc)
  }

  private func table(_ figures: [Figures], _ removed: Double) {
    Swift.print("\n\(Int(removed * 100))% of the disliked songs that came up are removed from the active playlist")
    Swift.print("| rules | good (right) | bad (right) | owners with a model | AUC | minus the default, same owners |")
    Swift.print("|---|---|---|---|---|---|")
    for (rule, own) in zip(Self.rules, figures) {
      func cell(_ counts: [Double], _ shares: [Double]) -> String {
        "\(Int(Spread(counts).mean.rounded())) (\(Spread.short(Spread(shares).mean)))"
      }
      let both = zip(own.auc, figures[0].auc).compactMap { mine, theirs in
        theirs.flatMap { base in mine.map { $0 - base } }
      }
      Swift.print(
        "| \(rule.name) | \(cell(own.good, own.rightGood)) | \(cell(own.bad, own.rightBad))",
        "| \(own.auc.count { $0 != nil }) of \(own.auc.count) | \(Spread.short(Spread(own.auc.compactMap(\.self)).mean))",
        "| \(both.isEmpty ? "-" : Spread(both).difference) |")
    }
  }
}
