import Glibc
import Learning

/// Made-up owners whose taste is known exactly, to see how often `Promise` promises too much.
///
/// A liked song scores like a draw from a normal distribution that lies `distance` deviations above that of the
/// rejected ones. So the share of liked songs among all those above a threshold is known without any sample of songs.
public struct PromiseSimulation: Sendable {
  /// The owners of one kind.
  public struct Owner: Sendable, Equatable {
    /// The number of judged songs.
    public var songs: Int
    /// The probability that a song is liked, judged or not.
    public var share: Double
    /// The AUC of the scores.
    public var auc: Double
    /// The promise asked for.
    public var promised: Double

    /// An owner with these values.
    public init(songs: Int, share: Double, auc: Double, promised: Double) {
      self.songs = songs
      self.share = share
      self.auc = auc
      self.promised = promised
    }
  }

  /// How often the promise was kept.
  public struct Outcome: Sendable, Equatable {
    /// The number of owners.
    public var owners = 0
    /// Those for whom some list was promised.
    public var promised = 0
    /// Those for whom more was promised than is true.
    public var broken = 0

    /// The share of all owners for whom the promise was broken; 0 without owners.
    public var brokenShare: Double { owners == 0 ? 0 : Double(broken) / Double(owners) }
    /// The share of those with a list for whom it was broken; 0 where none has a list.
    public var brokenShareOfLists: Double { promised == 0 ? 0 : Double(broken) / Double(promised) }

    /// An outcome of no owners.
    public init() {}
  }

  /// The kinds of owners that the promise is tried on: from hopeless to easy, few songs to many.
  public static var kinds: [Owner] {
    [200, 800, 2400, 5600].flatMap { songs in
      [0.15, 0.28, 0.45].flatMap { share in
        [0.55, 0.65, 0.75, 0.85].flatMap { auc in
          [0.5, 0.6, 0.8].map { Owner(songs: songs, share: share, auc: auc, promised: $0) }
        }
      }
    }
  }

  /// Tries the promise on owners of one kind.
  public static func run(_ kind: Owner, owners: Int, seed: UInt64) -> Outcome {
    precondition(kind.auc >= 0.5 && kind.auc < 1 && kind.share > 0 && kind.share < 1, "an owner that could be")
    // The AUC of two normal distributions of one width is Φ(distance / √2).
    let distance = 2.0.squareRoot() * inverseNormal(kind.auc)
    var random = SeededRandom(seed: seed)
    var outcome = Outcome()
    for _ in 0..<owners {
      let liked = (0..<kind.songs).map { _ in random.unit() < kind.share }
      let scores = liked.map { random.normal() + ($0 ? distance : 0) }
      let promise = Promise(Ranking(scores: scores, positive: liked), promised: kind.promised)
      outcome.owners += 1
      guard promise.isMet else { continue }
      outcome.promised += 1
      let good = kind.share * upperNormal(promise.threshold - distance)
      let bad = (1 - kind.share) * upperNormal(promise.threshold)
      if good / (good + bad) < kind.promised { outcome.broken += 1 }
    }
    return outcome
  }

  /// The probability of a draw from the standard normal distribution above `height`.
  static func upperNormal(_ height: Double) -> Double {
    erfc(height / 2.0.squareRoot()) / 2
  }

  /// The height below which a draw from the standard normal distribution lies with a probability.
  static func inverseNormal(_ probability: Double) -> Double {
    var low = -10.0
    var high = 10.0
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if 1 - upperNormal(middle) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
