import Learning
import TasteModel
import Tracks

/// The study's search for the settings of its decision tree: every combination by folds of whole songs, the best by recall
/// times F0.5 on single samples first.
struct TreeSearch {
  let kind: OwnerKind
  let owners: Int

  private struct Setting {
    var depth: Int?
    /// What a sample of a rejected song weighs where one of a liked song weighs 1.
    var weight: Float
    var columns: SplitColumns
    var combined = 0.0
    var auc = 0.0

    var isStudys: Bool { depth == 30 && weight == 0.125 && columns == .squareRoot }
  }

  func print(_ library: MusicLibrary) throws {
    let rows = library.songs.map { song -> Matrix in
      let study = BlockCoding.decode(song.study, variant: .study)
      let dense = BlockCoding.decode(song.dense, variant: .dense)
      let values = song.loudness.indices.flatMap {
        StudySample(study, dense, number: $0, loudness: song.loudness[$0]).row
      }
      return Matrix(rows: song.loudness.count, columns: values.count / song.loudness.count, values: values)
    }
    var settings = [5, 10, 20, 30, nil].flatMap { (depth: Int?) in
      [0.125, 0.4, 1].flatMap { (weight: Float) in
        [.squareRoot, .logarithm, .all].map { Setting(depth: depth, weight: weight, columns: $0) }
      }
    }
    for owner in 1...owners {
      let opinions = kind.opinions(of: library, owner: owner)
      let songs = opinions.indices.filter { opinions[$0] != nil }
      let liked = songs.map { opinions[$0] ?? false }
      let fold = DefectsTable.folds(liked, 3, seed: UInt64(owner))
      for place in settings.indices {
        var (scores, truth): ([Double], [Bool]) = ([], [])
        for number in 0..<3 {
          func samples(_ isChosen: (Int) -> Bool) -> (rows: Matrix, liked: [Bool]) {
            let chosen = songs.indices.filter { isChosen(fold[$0]) }
            return (
              DefectsTable.joined(chosen.map { rows[songs[$0]] }),
              chosen.flatMap { [Bool](repeating: liked[$0], count: rows[songs[$0]].rows) }
            )
          }
          let (training, judged) = (samples { $0 != number }, samples { $0 == number })
          let learner = DecisionTreeLearner(
            parameters: TreeParameters(
              maximumDepth: settings[place].depth, splitColumns: settings[place].columns),
            classWeighting: .fixed(negative: settings[place].weight, positive: 1))
          let tree = try learner.fit(training.rows, training.liked, weights: nil, seed: UInt64(owner)) { _ in }
          scores += tree.probabilities(of: judged.rows)
          truth += judged.liked
        }
        let confusion = Confusion(scores: scores, positive: truth, threshold: 0.5)
        settings[place].combined += (confusion.combined ?? 0) / Double(owners)
        settings[place].auc += (Ranking(scores: scores, positive: truth).auc ?? 0.5) / Double(owners)
      }
    }
    Swift.print("\(owners) owners (\(kind.words)); the study chose the marked one")
    for (place, setting) in settings.sorted(by: { $0.combined > $1.combined }).enumerated() {
      let depth = setting.depth.map { "\($0)" } ?? "any"
      Swift.print(
        "\(setting.isStudys ? "*" : " ") \(place + 1). depth \(depth), rejected weigh \(setting.weight), columns",
        "\(setting.columns): recall x F0.5 \(Spread.short(setting.combined)), AUC \(Spread.short(setting.auc))")
    }
  }
}
