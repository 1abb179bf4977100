import MusicIndex
import TasteModel
import Tracks

extension RecommendationRecord {
  /// The judged ones among the tracks recommended last, `counted` of them at most, with the probabilities of models that
  /// had not seen them.
  ///
  /// - Parameter model: the model in use; where it has judged a track out of fold, that counts, else what was stated.
  static func newest(_ transaction: IndexTransaction, _ model: TasteModel) throws -> RecommendationRecord {
    let judged = try RecommendationHistory(transaction).judged.prefix(counted)
    guard !judged.isEmpty else { return RecommendationRecord() }
    let unseen = Dictionary(
      model.outOfFold.map { ($0.identity, $0.probability) }, uniquingKeysWith: { first, _ in first })
    return RecommendationRecord(
      probabilities: judged.map { unseen[$0.identity] ?? $0.stated }, liked: judged.count { $0.liked })
  }
}

/// What became of everything that was recommended, and of what was to teach the model.
struct RecommendationHistory {
  /// A recommended track that the owner has judged.
  struct Judged {
    /// The bytes of the audio's identity.
    var identity: [UInt8]
    var liked: Bool
    /// The probability that was stated for it last.
    var stated: Double
    /// The share that was promised of the list it was on last; `nil` where nothing was.
    var promised: Double?
  }

  /// The number of tracks that were ever recommended.
  let recommended: Int
  /// The judged ones, those recommended last first.
  let judged: [Judged]
  /// The tracks that were there to teach the model: how many, and of how many the owner's opinion became known.
  let explored: (tracks: Int, liked: Int, rejected: Int)

  init(_ transaction: IndexTransaction) throws {
    let told = try transaction.recommendations()
    let all = told.filter { !$0.explores }
    recommended = all.count
    guard !told.isEmpty else {
      judged = []
      explored = (0, 0, 0)
      return
    }
    let labels = try transaction.labelsOfRecommended()
    let teaching = told.filter(\.explores).map { labels[$0.identity] }
    explored = (teaching.count, teaching.count { $0 == .good }, teaching.count { $0 == .bad })
    // Those of one list came at one time: the identity keeps their order the same.
    judged = all.enumerated().sorted { ($1.element.last, $0.offset) < ($0.element.last, $1.offset) }.compactMap {
      _, one in
      switch labels[one.identity] {
      case .good: Judged(identity: one.identity.bytes, liked: true, stated: one.probability, promised: one.promised)
      case .bad: Judged(identity: one.identity.bytes, liked: false, stated: one.probability, promised: one.promised)
      default: nil
      }
    }
  }

  /// What was promised and what was kept, over the judged tracks of lists with a promise; `nil` where there are none.
  var kept: (judged: Int, liked: Int, promised: Double)? {
    let under = judged.compactMap { one in one.promised.map { (liked: one.liked, promised: $0) } }
    guard !under.isEmpty else { return nil }
    return (
      under.count, under.count { $0.liked }, under.reduce(0) { $0 + $1.promised } / Double(under.count)
    )
  }
}
