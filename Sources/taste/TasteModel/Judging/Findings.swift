import Learning
import Tracks

/// What can be asked of the owner's data beside how good a model is: the study's open questions.
public enum Findings {
  /// How much a trait matters to a learner.
  public struct Importance: Sendable, Equatable, Codable {
    /// The trait.
    public let trait: SoundTrait
    /// By how much the AUC on unseen songs falls when the trait's values are permuted among them (Breiman 2001);
    /// about 0 for a trait that does not matter, or one that other traits replace.
    public let aucLoss: Double
    /// The smallest and the largest loss of the repetitions.
    public let spread: ClosedRange<Double>
  }

  /// How much each trait matters to a learner, on songs that its fits had not seen; the most important first.
  ///
  /// Only for learners over summaries of `SummaryLayout`; a learner over blocks gives an empty list.
  ///
  /// - Throws: `TasteFailure` for too few judged songs, or `CancellationError`.
  public static func importance(
    _ dataset: TasteDataset, _ settings: TrainingSettings, repeats: Int = 5, progress: TasteProgress = { _, _ in }
  ) throws -> [Importance] {
    guard !settings.learner.needsBlocks, dataset.summaryLength == SummaryLayout.count else { return [] }
    let (grouping, folds) = try TasteTrainer.division(of: dataset, settings)
    let fitting = Fitting(dataset, grouping, Recipe(settings))
    let liked = dataset.liked
    var plain = [Double](repeating: 0, count: dataset.count)
    var dealt = [[Double]](repeating: plain, count: SoundTrait.allCases.count * repeats)
    var random = SplitMix64(seed: SplitMix64.seed(settings.seed, for: 0x6465_616C))
    for (number, division) in folds.divisions.enumerated() {
      let judged = try fitting.judged(division.training, seed: SplitMix64.seed(settings.seed, for: UInt64(number))) {
        progress((Double(number) + $0) / Double(folds.count), "importance of traits")
      }
      let batch = dataset.batch(division.judged)
      for (song, probability) in zip(division.judged, try judged.probabilities(of: batch)) { plain[song] = probability }
      for (place, trait) in SoundTrait.allCases.enumerated() {
        for repetition in 0..<repeats {
          let order = random.permutation(batch.count)
          var summaries = batch.summaries
          for column in trait.columns {
            for row in 0..<batch.count { summaries[row, column] = batch.summaries[order[row], column] }
          }
          let changed = SongBatch(
            summaries: summaries, tags: batch.tags, folders: batch.folders, blocks: batch.blocks)
          for (song, probability) in zip(division.judged, try judged.probabilities(of: changed)) {
            dealt[place * repeats + repetition][song] = probability
          }
        }
      }
    }
    let whole = Ranking(scores: plain, positive: liked).auc ?? 0.5
    let found = SoundTrait.allCases.enumerated().map { place, trait in
      let losses = (0..<repeats).map { repetition in
        whole - (Ranking(scores: dealt[place * repeats + repetition], positive: liked).auc ?? 0.5)
      }
      return Importance(
        trait: trait, aucLoss: losses.reduce(0, +) / Double(repeats),
        spread: (losses.min() ?? 0)...(losses.max() ?? 0))
    }
    return found.sorted { $0.aucLoss > $1.aucLoss }
  }

  /// The number of songs that `redundancy` looks at, spread evenly over the dataset: correlations need no more.
  private static let correlatedSongs = 1_000

  /// How much traits correlate: for each pair, in the order of `SoundTrait.allCases`, the mean over the values of
  /// both of the absolute correlation across the songs; 1 for values that always go together, about 0 for unrelated
  /// ones.
  ///
  /// The diagonal is how much the values of one trait repeat each other. Empty for summaries of another layout.
  public static func redundancy(_ dataset: TasteDataset) -> [[Double]] {
    guard dataset.summaryLength == SummaryLayout.count, dataset.count > 1 else { return [] }
    let count = min(dataset.count, correlatedSongs)
    let rows = dataset.summaries(of: (0..<count).map { $0 * dataset.count / count })
    let scaled = ColumnScaling(rows).scaled(rows, limit: 20)
    let columns = (0..<scaled.columns).map { column in (0..<scaled.rows).map { scaled[$0, column] }[...] }
    let isConstant = columns.map { column in column.allSatisfy { $0 == 0 } }
    func correlation(_ left: Int, _ right: Int) -> Double {
      isConstant[left] || isConstant[right] ? 0 : meanProduct(columns[left], columns[right])
    }
    let traits = SoundTrait.allCases
    var table = [[Double]](repeating: [Double](repeating: 1, count: traits.count), count: traits.count)
    for first in traits.indices {
      for second in first..<traits.count {
        var sum = 0.0
        var pairs = 0
        for left in traits[first].columns {
          for right in traits[second].columns where left != right {
            sum += abs(correlation(left, right))
            pairs += 1
          }
        }
        let mean = pairs == 0 ? 1 : min(1, sum / Double(pairs))
        table[first][second] = mean
        table[second][first] = mean
      }
    }
    return table
  }

  /// The mean product of the values of two columns: of mean 0 and deviation 1, their correlation.
  private static func meanProduct(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Double {
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        // Eight sums side by side are what the processor can add at once.
        var sums = SIMD8<Float>.zero
        var place = 0
        while place + 8 <= left.count {
          for lane in 0..<8 { sums[lane] += left[place + lane] * right[place + lane] }
          place += 8
        }
        var rest: Float = 0
        while place < left.count {
          rest += left[place] * right[place]
          place += 1
        }
        return Double(sums.sum() + rest) / Double(left.count)
      }
    }
  }

  /// How far apart songs lie in the `SongSpace`.
  public struct Separation: Sendable, Equatable {
    /// The mean distance of two liked songs.
    public let withinGood: Double
    /// The mean distance of two rejected songs.
    public let withinBad: Double
    /// The mean distance of a liked and a rejected song.
    public let between: Double
    /// The probability that a song's nearest other song, no copy or version of it, is judged the same.
    public let nearestAgrees: Double
    /// The probability to expect of that if nearness said nothing.
    public let nearestByChance: Double
    /// For each pair of versions of one recording that were judged differently, as a vocal-less version and its
    /// original: the share of all pairs of songs that lie nearer together.
    public let versionRanks: [Double]
  }

  /// How far apart liked and rejected songs lie, over all pairs; memory stays that of the songs.
  public static func separation(_ dataset: TasteDataset) -> Separation {
    let rows = dataset.summaries(of: Array(0..<dataset.count))
    let places = SongSpace(rows).places(of: rows)
    let liked = dataset.liked
    let versions = Grouping(dataset.tracks, by: .song).group
    var sums = (good: 0.0, bad: 0.0, between: 0.0)
    var counts = (good: 0, bad: 0, between: 0)
    var nearest = [(distance: Double, song: Int)](repeating: (.infinity, -1), count: dataset.count)
    // The distances are counted in fine steps, so that ranks need no list of all pairs.
    let step = 0.001
    var histogram: [Int] = []
    var differing: [Double] = []
    for left in 0..<dataset.count {
      for right in 0..<left {
        let distance = SongSpace.distance(places.row(left), places.row(right))
        switch (liked[left], liked[right]) {
        case (true, true):
          sums.good += distance
          counts.good += 1
        case (false, false):
          sums.bad += distance
          counts.bad += 1
        default:
          sums.between += distance
          counts.between += 1
          if versions[left] == versions[right] { differing.append(distance) }
        }
        let bin = Int(distance / step)
        if bin >= histogram.count { histogram += [Int](repeating: 0, count: bin + 1 - histogram.count) }
        histogram[bin] += 1
        if versions[left] != versions[right] {
          if distance < nearest[left].distance { nearest[left] = (distance, right) }
          if distance < nearest[right].distance { nearest[right] = (distance, left) }
        }
      }
    }
    let pairs = max(1, counts.good + counts.bad + counts.between)
    let share = Double(dataset.good) / Double(max(1, dataset.count))
    let neighbours = nearest.indices.filter { nearest[$0].song >= 0 }
    let agreeing = neighbours.count { liked[$0] == liked[nearest[$0].song] }
    return Separation(
      withinGood: sums.good / Double(max(1, counts.good)), withinBad: sums.bad / Double(max(1, counts.bad)),
      between: sums.between / Double(max(1, counts.between)),
      nearestAgrees: Double(agreeing) / Double(max(1, neighbours.count)),
      nearestByChance: share * share + (1 - share) * (1 - share),
      versionRanks: differing.sorted().map { distance in
        Double(histogram.prefix(Int(distance / step)).reduce(0, +)) / Double(pairs)
      })
  }
}
