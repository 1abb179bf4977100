public import Learning

/// Whether the judging itself can be trusted, and whether more labels would help.
public enum Checks {
  /// What a learner finds in opinions that were permuted at random: an AUC of .5 but for chance, if nothing leaks from
  /// the judged songs into the fits.
  public struct Permutation: Sendable, Equatable, Codable {
    /// The AUC of each dealing.
    public let aucs: [Double]
    /// Their mean.
    public var mean: Double { aucs.reduce(0, +) / Double(max(1, aucs.count)) }
    /// The standard error of the mean; 0 for a single dealing.
    public var standardError: Double {
      guard aucs.count > 1 else { return 0 }
      let squares = aucs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(aucs.count - 1) / Double(aucs.count)).squareRoot()
    }
    /// The 95% interval of the mean by Student's t, within 0 to 1; `nil` for a single dealing.
    public var interval: Interval? {
      guard aucs.count > 1 else { return nil }
      let reach = Student.quantile(upperTail: 0.025, freedom: Double(aucs.count - 1)) * standardError
      return Interval(low: max(0, mean - reach), high: min(1, mean + reach))
    }
    /// What it says of the judging, in sentences.
    public var words: String {
      func decimals(_ figure: Double) -> String {
        let digits = String(1_000 + Int((figure * 1_000).rounded()))
        return "\(digits.first == "2" ? "1" : "0").\(digits.suffix(3))"
      }
      let told = "With opinions dealt out at random the AUC is \(decimals(mean)) on average over \(aucs.count) dealings"
      guard let interval else { return told + "." }
      let verdict =
        interval.low > 0.5
        ? "It should hold 0.5: something may leak from the judged songs into the training."
        : interval.high < 0.5
          ? "It should hold 0.5: the judging errs on the low side."
          : "It holds 0.5, as it must where nothing leaks from the judged songs into the training."
      return "\(told), 95% interval \(decimals(interval.low)) to \(decimals(interval.high)). \(verdict)"
    }
  }

  /// Judges a learner `repeats` times on the owner's songs with the opinions permuted: group by group of what the
  /// split keeps whole, so that songs of an album stay as alike as they are and the figures meet what bounds them meet.
  ///
  /// - Throws: `TasteFailure` for too few judged songs, or `CancellationError`.
  public static func permutation(
    _ dataset: TasteDataset, _ settings: TrainingSettings, repeats: Int = 5, split: SplitKind? = nil,
    progress: TasteProgress = { _, _ in }
  ) throws -> Permutation {
    let grouping = try TasteTrainer.division(of: dataset, settings, by: split).0
    var aucs: [Double] = []
    for repetition in 0..<repeats {
      let seed = SplitMix64.seed(settings.seed, for: UInt64(0x2000 + repetition))
      var random = SplitMix64(seed: seed)
      let shuffled = dataset.relabelled(dealt(dataset.liked, grouping, &random))
      var changed = settings
      changed.seed = seed
      let judged = try outOfFold(shuffled, grouping, changed) {
        progress((Double(repetition) + $0) / Double(repeats), "permutation check")
      }
      aucs.append(judged.ranking.auc ?? 0.5)
    }
    return Permutation(aucs: aucs)
  }

  /// The opinions dealt out group by group: the groups in a random order, and their opinions laid over the songs in the
  /// order of the groups. Every opinion is dealt once; where groups differ in size, some are cut in two.
  static func dealt(_ liked: [Bool], _ grouping: Grouping, _ random: inout SplitMix64) -> [Bool] {
    var members = [[Int]](repeating: [], count: grouping.count)
    for (song, group) in grouping.group.enumerated() { members[group].append(song) }
    let opinions = random.permutation(grouping.count).flatMap { group in members[group].map { liked[$0] } }
    var dealt = liked
    for (song, opinion) in zip(members.joined(), opinions) { dealt[song] = opinion }
    return dealt
  }

  /// How good a learner is with so many labels.
  public struct CurvePoint: Sendable, Equatable, Codable {
    /// The number of judged songs.
    public let songs: Int
    /// The AUC on unseen songs, a mean over draws.
    public let auc: Double
    /// The smallest and the largest AUC of the draws.
    public let spread: ClosedRange<Double>

    /// A point of these values.
    public init(songs: Int, auc: Double, spread: ClosedRange<Double>) {
      self.songs = songs
      self.auc = auc
      self.spread = spread
    }
  }

  /// How the AUC grows with the number of judged songs: drawn at random, both opinions in proportion, `draws` times
  /// each but for all songs. All points come from one kind of split, that of all songs, and the same groups are kept whole.
  /// Numbers with fewer than 20 of an opinion are left out, and draws that cannot be divided so.
  ///
  /// - Parameters:
  ///   - sizes: the numbers of songs; `nil` for 60, 100, 150, 250, 400, 600, 1000, 1500, 2500, 4000 and all.
  ///   - split: what is kept whole; `nil` for albums where enough remain, else songs.
  /// - Throws: `TasteFailure` for too few judged songs, or `CancellationError`.
  public static func learningCurve(
    _ dataset: TasteDataset, _ settings: TrainingSettings, sizes: [Int]? = nil, draws: Int = 3,
    split: SplitKind? = nil, progress: TasteProgress = { _, _ in }
  ) throws -> [CurvePoint] {
    let standard = [60, 100, 150, 250, 400, 600, 1000, 1500, 2500, 4000, dataset.count]
    let sizes = Set((sizes ?? standard).filter { $0 <= dataset.count }).sorted()
    let grouping = try TasteTrainer.division(of: dataset, settings, by: split).0
    var points: [CurvePoint] = []
    for (number, size) in sizes.enumerated() {
      var aucs: [Double] = []
      let draws = size == dataset.count ? 1 : draws
      for draw in 0..<draws {
        var random = SplitMix64(seed: SplitMix64.seed(settings.seed, for: UInt64(size * 64 + draw)))
        let chosen = drawn(size, dataset.liked, &random)
        let part = dataset.subset(chosen)
        guard part.good >= TrainingSettings.neededLabels, part.bad >= TrainingSettings.neededLabels else { continue }
        let judged: OutOfFold
        do {
          judged = try outOfFold(part, grouping.restricted(to: chosen), settings) {
            progress((Double(number) + (Double(draw) + $0) / Double(draws)) / Double(sizes.count), "learning curve")
          }
        } catch let failure as TasteFailure where failure.isOfDivision {
          continue
        }
        aucs.append(judged.ranking.auc ?? 0.5)
      }
      guard let low = aucs.min(), let high = aucs.max() else { continue }
      points.append(CurvePoint(songs: size, auc: aucs.reduce(0, +) / Double(aucs.count), spread: low...high))
    }
    return points
  }

  /// So many songs at random, the liked ones in proportion.
  private static func drawn(_ size: Int, _ liked: [Bool], _ random: inout SplitMix64) -> [Int] {
    let order = random.permutation(liked.count)
    let good = order.filter { liked[$0] }
    let bad = order.filter { !liked[$0] }
    let wanted = Int((Double(size) * Double(good.count) / Double(liked.count)).rounded())
    return (good.prefix(wanted) + bad.prefix(size - wanted)).sorted()
  }

  private static func outOfFold(
    _ dataset: TasteDataset, _ grouping: Grouping, _ settings: TrainingSettings, progress: (Double) -> Void
  ) throws -> OutOfFold {
    let folds = try TasteTrainer.folds(dataset, grouping, settings)
    let fitting = Fitting(dataset, grouping, Recipe(settings))
    return try OutOfFold.judge(fitting, folds.divisions, seed: settings.seed, progress: progress)
  }
}
