import Glibc
import Learning

@testable import TasteModel

/// Made-up owners whose taste is known exactly, to see how often `Promise` promises too much.
///
/// A liked song scores like a draw from a normal distribution that lies `distance` deviations above that of the
/// rejected ones. So the share of liked songs among all those above a threshold is known without any sample of songs.
enum PromiseSimulation {
  /// The owners of one kind.
  struct Owner {
    /// The number of judged songs.
    var songs: Int
    /// The probability that a song is liked, judged or not.
    var share: Double
    /// The AUC of the scores.
    var auc: Double
    /// The promise asked for.
    var promised: Double
    /// The number of songs of an album; 1 for songs without.
    var albumSize = 1
    /// The correlation of the opinions on two songs of an album, from 0 to 1. Half of what spreads the scores of an
    /// album's songs is common to them.
    var correlation = 0.0
  }

  /// How often the promise was kept.
  struct Outcome {
    /// The number of owners.
    var owners = 0
    /// Those for whom some list was promised.
    var promised = 0
    /// Those for whom more was promised than is true.
    var broken = 0

    /// The share of all owners for whom the promise was broken; 0 without owners.
    var brokenShare: Double { owners == 0 ? 0 : Double(broken) / Double(owners) }
    /// The share of those with a list for whom it was broken; 0 where none has a list.
    var brokenShareOfLists: Double { promised == 0 ? 0 : Double(broken) / Double(promised) }

    static func + (left: Outcome, right: Outcome) -> Outcome {
      Outcome(
        owners: left.owners + right.owners, promised: left.promised + right.promised, broken: left.broken + right.broken
      )
    }

  }

  /// The kinds of owners that the promise is tried on: from hopeless to easy, few songs to many.
  static var kinds: [Owner] {
    [200, 800, 2400, 5600].flatMap { songs in
      [0.15, 0.28, 0.45].flatMap { share in
        [0.55, 0.65, 0.75, 0.85].flatMap { auc in
          [0.5, 0.6, 0.8].map { Owner(songs: songs, share: share, auc: auc, promised: $0) }
        }
      }
    }
  }

  /// The kinds of owners whose opinions are alike inside albums of 12 songs.
  static var albumKinds: [Owner] {
    [200, 800, 2400].flatMap { songs in
      [0.28, 0.45].flatMap { share in
        [0.65, 0.75, 0.85].flatMap { auc in
          [0.1, 0.3, 0.5].map {
            Owner(songs: songs, share: share, auc: auc, promised: 0.6, albumSize: 12, correlation: $0)
          }
        }
      }
    }
  }

  /// How far the scores of liked songs lie above those of rejected ones: the AUC of two normal distributions of one width
  /// is Φ(distance / √2).
  private static func distance(_ kind: Owner) -> Double { 2.0.squareRoot() * inverseNormal(kind.auc) }

  /// The judged songs of an owner.
  private static func songs(_ kind: Owner, _ random: inout SplitMix64) -> (liked: [Bool], scores: [Double]) {
    let distance = distance(kind)
    guard kind.albumSize > 1 else {
      let liked = (0..<kind.songs).map { _ in random.unit() < kind.share }
      return (liked, liked.map { random.normal() + ($0 ? distance : 0) })
    }
    var (liked, scores): ([Bool], [Double]) = ([], [])
    while liked.count < kind.songs {
      // Songs that follow their album's opinion with probability √ρ correlate by ρ.
      let (ofAlbum, height) = (random.unit() < kind.share, random.normal())
      for _ in 0..<min(kind.albumSize, kind.songs - liked.count) {
        let follows = random.unit() < kind.correlation.squareRoot()
        let own = random.unit() < kind.share
        let isLiked = follows ? ofAlbum : own
        liked.append(isLiked)
        scores.append(0.5.squareRoot() * (height + random.normal()) + (isLiked ? distance : 0))
      }
    }
    return (liked, scores)
  }

  /// Tries the promise on owners of one kind.
  ///
  /// - Parameter knowsAlbums: whether the counts of a list are divided by its design effect.
  static func run(_ kind: Owner, owners: Int, seed: UInt64, knowsAlbums: Bool = true) -> Outcome {
    precondition(kind.auc >= 0.5 && kind.auc < 1 && kind.share > 0 && kind.share < 1, "an owner that could be")
    let distance = distance(kind)
    var random = SplitMix64(seed: seed)
    var outcome = Outcome()
    for _ in 0..<owners {
      let (liked, scores) = songs(kind, &random)
      let logOdds = log(kind.share / (1 - kind.share)) - distance * distance / 2
      let albums = AlbumCorrelation(
        probabilities: scores.map { 1 / (1 + exp(-(logOdds + distance * $0))) }, liked: liked,
        groups: liked.indices.map { $0 / kind.albumSize })
      let promise = Promise(
        Ranking(scores: scores, positive: liked), promised: kind.promised,
        albums: knowsAlbums && kind.albumSize > 1 ? albums : nil)
      outcome.owners += 1
      guard promise.isMet else { continue }
      outcome.promised += 1
      let good = kind.share * upperNormal(promise.threshold - distance)
      let bad = (1 - kind.share) * upperNormal(promise.threshold)
      if good / (good + bad) < kind.promised { outcome.broken += 1 }
    }
    return outcome
  }

  /// In how many of a number of owners the 95% interval of the AUC holds the true one, where albums are drawn whole and
  /// where single songs are.
  static func coverage(_ kind: Owner, owners: Int, seed: UInt64) -> (byAlbums: Int, bySongs: Int) {
    var random = SplitMix64(seed: seed)
    var covered = (byAlbums: 0, bySongs: 0)
    for owner in 0..<owners {
      let (liked, scores) = songs(kind, &random)
      func holds(_ groups: [Int]?) -> Bool {
        let bootstrap = Bootstrap(resamples: 400, seed: UInt64(owner + 1))
        guard let found = bootstrap.auc(scores: scores, positive: liked, songs: groups) else { return false }
        return found.low <= kind.auc && kind.auc <= found.high
      }
      if holds(liked.indices.map { $0 / kind.albumSize }) { covered.byAlbums += 1 }
      if holds(nil) { covered.bySongs += 1 }
    }
    return covered
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
