import Learning
import Tracks

/// What undoing each defect of the 2019 study is worth, one at a time: the study's tree on the study's features, judged
/// by songs that were kept whole, with one thing changed.
///
/// The study's contrast and energy fraction of complex spectra are no part of it: the features here were always those
/// of magnitudes.
struct DefectsTable {
  let kind: OwnerKind
  let owners: Int
  private static let folds = 5

  /// What a case is learnt from.
  private struct Case {
    let name: String
    let learner: any Learner
    /// The rows of each song.
    let rows: [Matrix]
  }

  /// The AUC and the precision at two cuts of one way of judging.
  private struct Judged {
    var songs: Double
    var samples: Double
    /// The share of liked songs above one half, and above the cut that suited the training songs.
    var atHalf: Double?
    var atCut: Double?
    /// The AUC where the songs called rejected are liked ones too.
    var slipped: Double
  }

  func print(_ library: MusicLibrary) throws {
    let cases = self.cases(library)
    var found: [String: [Judged]] = [:]
    var bySamples: [Double] = []
    for owner in 1...owners {
      let opinions = kind.opinions(of: library, owner: owner)
      let chosen = opinions.indices.filter { opinions[$0] != nil }
      let liked = chosen.map { opinions[$0] ?? false }
      guard liked.count(where: { $0 }) >= 20, liked.count(where: { !$0 }) >= 20 else { continue }
      bySamples.append(try sampleSplit(cases[0], chosen, liked, seed: UInt64(owner)))
      for item in cases { found[item.name, default: []].append(try judge(item, chosen, liked, seed: UInt64(owner))) }
    }
    let base = found[cases[0].name] ?? []
    let songs = base.map(\.songs)
    Swift.print("\(library.songs.count) songs; \(base.count) owners: each \(kind.words)\n")
    Swift.print("| the study's tree on the study's features | AUC | against the line in bold |\n|---|---|---|")
    row("as the study judged it: samples, those of one song on both sides", bySamples, songs)
    row("samples, but no song on both sides", base.map(\.samples), songs)
    Swift.print("| **songs by the mean of their samples, no song on both sides** | \(Spread(songs).words) | |")
    row("the songs called rejected drawn from the liked ones, as by the slip", base.map(\.slipped), songs)
    for item in cases.dropFirst() { row(item.name, (found[item.name] ?? []).map(\.songs), songs) }
    let pairs = base.compactMap { judged in judged.atHalf.flatMap { half in judged.atCut.map { (half, $0) } } }
    Swift.print(
      "\nPrecision at the cut of one half \(Spread(pairs.map(\.0)).words), at the one with the best F0.5 on the",
      "training songs \(Spread(pairs.map(\.1)).words): \(Spread(pairs.map { $0.1 - $0.0 }).difference) over the",
      "\(pairs.count) owners for whom both call a song liked.")
  }

  private func row(_ name: String, _ figures: [Double], _ base: [Double]) {
    Swift.print("| \(name) | \(Spread(figures).words) | \(Spread(zip(figures, base).map { $0 - $1 }).difference) |")
  }

  // MARK: What is tried

  private func cases(_ library: MusicLibrary) -> [Case] {
    let tree = DecisionTreeLearner.study
    func samples(_ change: (inout StudySample) -> Void) -> [Matrix] {
      library.songs.map { song in
        let study = BlockCoding.decode(song.study, variant: .study)
        let dense = BlockCoding.decode(song.dense, variant: .dense)
        let count = song.loudness.count
        var values: [Float] = []
        for number in 0..<count {
          var sample = StudySample(study, dense, number: number, loudness: song.loudness[number])
          change(&sample)
          values += sample.row
        }
        return Matrix(rows: count, columns: values.count / count, values: values)
      }
    }
    let plain = samples { _ in }
    let means = plain.map { rows -> Matrix in
      var sums = [Float](repeating: 0, count: rows.columns)
      for row in 0..<rows.rows { for column in 0..<rows.columns { sums[column] += rows[row, column] } }
      return Matrix(rows: 1, columns: rows.columns, values: sums.map { $0 / Float(rows.rows) })
    }
    let summaries = library.songs.map { Matrix(rows: 1, columns: $0.summary.count, values: $0.summary) }
    let trees = ExtraTreesLearner(
      trees: 500, parameters: TreeParameters(minimumRowsInLeaf: 2, splitColumns: .squareRoot), threads: 2)
    return [
      Case(name: "as it was", learner: tree, rows: plain),
      Case(name: "all of each sample heard, not 13% of it", learner: tree, rows: samples { $0.hearAll() }),
      Case(name: "flux and tempo of true onsets", learner: tree, rows: samples { $0.hearOnsets() }),
      Case(name: "mel as a logarithm", learner: tree, rows: samples { $0.isLogarithmic = true }),
      Case(name: "features not divided by their maxima", learner: tree, rows: samples { $0.isDivided = false }),
      Case(name: "the sample's loudness known", learner: tree, rows: samples { $0.knowsLoudness = true }),
      Case(
        name: "these five together", learner: tree,
        rows: samples {
          $0.hearAll()
          $0.hearOnsets()
          $0.isLogarithmic = true
          $0.isDivided = false
          $0.knowsLoudness = true
        }),
      Case(
        name: "a regular learner: logistic regression on the means over a song's samples",
        learner: LogisticRegressionLearner(penalty: 100, threads: 2), rows: means),
      Case(name: "a regular learner: extra trees on the means over a song's samples", learner: trees, rows: means),
      Case(name: "everything: extra trees on the dense summary", learner: trees, rows: summaries),
    ]
  }

  // MARK: Judging

  private func judge(_ item: Case, _ chosen: [Int], _ liked: [Bool], seed: UInt64) throws -> Judged {
    let fold = Self.folds(liked, seed: seed)
    var answers = [[Double]](repeating: [], count: chosen.count)
    var called: [(half: Bool, cut: Bool)] = Array(repeating: (false, false), count: chosen.count)
    for number in 0..<Self.folds {
      let training = chosen.indices.filter { fold[$0] != number }
      let judged = chosen.indices.filter { fold[$0] == number }
      for (place, song) in zip(judged, try self.answers(item, chosen, liked, training, judged, seed)) {
        answers[place] = song
      }
      // The cut comes from a part of the training songs that a fit on the others had not seen.
      let held = training.filter { fold[$0] == (number + 1) % Self.folds }
      let rest = training.filter { fold[$0] != (number + 1) % Self.folds }
      let unseen = try self.answers(item, chosen, liked, rest, held, seed).map(Self.mean)
      let cut = Self.bestCut(unseen, held.map { liked[$0] })
      for place in judged {
        let score = Self.mean(answers[place])
        called[place] = (score >= 0.5, score >= cut)
      }
    }
    let scores = answers.map(Self.mean)
    var random = Numbers(state: seed)
    let good = chosen.indices.filter { liked[$0] }
    let rejected = Set(random.shuffled(good).prefix(good.count / 2))
    let ofSamples = zip(answers, liked).flatMap { answers, isLiked in answers.map { ($0, isLiked) } }
    func precision(_ isCalled: (Int) -> Bool) -> Double? {
      let hits = chosen.indices.filter { isCalled($0) }
      return hits.isEmpty ? nil : Double(hits.count { liked[$0] }) / Double(hits.count)
    }
    return Judged(
      songs: Self.auc(scores, liked), samples: Self.auc(ofSamples.map(\.0), ofSamples.map(\.1)),
      atHalf: precision { called[$0].half }, atCut: precision { called[$0].cut },
      slipped: Self.auc(good.map { scores[$0] }, good.map { !rejected.contains($0) }))
  }

  /// The answers for the samples of the judged songs by a fit on the training songs.
  private func answers(
    _ item: Case, _ chosen: [Int], _ liked: [Bool], _ training: [Int], _ judged: [Int], _ seed: UInt64
  ) throws -> [[Double]] {
    let rows = Self.joined(training.map { item.rows[chosen[$0]] })
    let opinions = training.flatMap { place in
      [Bool](repeating: liked[place], count: item.rows[chosen[place]].rows)
    }
    let classifier = try item.learner.fit(rows, opinions, weights: nil, seed: seed) { _ in }
    return judged.map { classifier.probabilities(of: item.rows[chosen[$0]]) }
  }

  /// The AUC of single samples where three tenths of all samples are held out.
  private func sampleSplit(_ item: Case, _ chosen: [Int], _ liked: [Bool], seed: UInt64) throws -> Double {
    let rows = Self.joined(chosen.map { item.rows[$0] })
    let opinions = chosen.indices.flatMap { [Bool](repeating: liked[$0], count: item.rows[chosen[$0]].rows) }
    var random = Numbers(state: seed)
    let order = random.shuffled(Array(0..<rows.rows))
    let held = order.prefix(order.count * 3 / 10).sorted()
    let rest = order.dropFirst(order.count * 3 / 10).sorted()
    let classifier = try item.learner.fit(
      rows.rows(rest), rest.map { opinions[$0] }, weights: nil, seed: seed
    ) { _ in }
    return Self.auc(classifier.probabilities(of: rows.rows(held)), held.map { opinions[$0] })
  }

  static func folds(_ liked: [Bool], _ count: Int = folds, seed: UInt64) -> [Int] {
    var random = Numbers(state: seed)
    var fold = [Int](repeating: 0, count: liked.count)
    for opinion in [true, false] {
      for (place, song) in random.shuffled(liked.indices.filter { liked[$0] == opinion }).enumerated() {
        fold[song] = place % count
      }
    }
    return fold
  }

  static func joined(_ parts: [Matrix]) -> Matrix {
    Matrix(rows: parts.reduce(0) { $0 + $1.rows }, columns: parts[0].columns, values: parts.flatMap(\.values))
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

  private static func auc(_ scores: [Double], _ liked: [Bool]) -> Double {
    Ranking(scores: scores, positive: liked).auc ?? 0.5
  }

  private static func bestCut(_ scores: [Double], _ liked: [Bool]) -> Double {
    let ranking = Ranking(scores: scores, positive: liked)
    func value(_ cut: Ranking.Cut) -> Double {
      1.25 * Double(cut.hits) / (Double(cut.answered) + 0.25 * Double(ranking.positives))
    }
    return ranking.cuts.max { value($0) < value($1) }?.threshold ?? 0.5
  }
}
