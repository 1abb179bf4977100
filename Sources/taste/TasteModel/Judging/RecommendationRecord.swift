import Glibc
import Learning

/// What became of the recommended tracks that the owner has judged since: evidence about unheard tracks for which nothing
/// has to be assumed of how often heard and unheard ones are liked.
///
/// A new list is no draw from the tracks of the old ones: these took the best. So the record is carried over by the
/// probabilities: it is assumed that unheard tracks are liked more or less often than their probabilities say by one
/// difference of the log-odds for all of them. The exact bound of the record bounds the difference, and that the list.
public struct RecommendationRecord: Sendable, Equatable {
  /// The number of judged tracks from which on the record bounds a promise.
  public static let needed = 20
  /// The number of tracks, those recommended last, that bound a promise: tastes change.
  public static let counted = 100

  /// The probability of each recommended track that was judged.
  public let probabilities: [Double]
  /// The number of liked ones among them.
  public let liked: Int

  /// A record of these tracks, of which so many are liked.
  public init(probabilities: [Double] = [], liked: Int = 0) {
    precondition(liked >= 0 && liked <= probabilities.count, "liked ones are among the judged")
    self.probabilities = probabilities
    self.liked = liked
  }

  /// The number of recommended tracks that were judged.
  public var judged: Int { probabilities.count }

  /// The lower end of the one-sided 95% interval of the share of liked ones on a list; `nil` where too few are judged.
  ///
  /// - Parameter list: the probabilities of its tracks, at least one.
  public func lowerBound(of list: some Collection<Double>) -> Double? {
    guard judged >= Self.needed, !list.isEmpty else { return nil }
    let proved = Binomial.lowerBound(successes: Double(liked), trials: Double(judged), confidence: 1 - Promise.error)
    guard proved > 0 else { return 0 }
    let (own, others) = (probabilities.map(Calibration.logOdds), list.map(Calibration.logOdds))
    var low = -30.0
    var high = 30.0
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if Self.share(own, shift: middle) < proved { low = middle } else { high = middle }
    }
    return Self.share(others, shift: low)
  }

  private static func share(_ logOdds: [Double], shift: Double) -> Double {
    logOdds.reduce(0) { $0 + 1 / (1 + exp(-($1 + shift))) } / Double(logOdds.count)
  }
}
