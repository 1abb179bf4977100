public import Platform
public import TasteModel
import Tracks

/// What a model is made of, as programs and people are told of it.
public enum BreakdownText {
  /// The learners with their weights, as `models --json` and `status --json` give them.
  public static func members(_ breakdown: ModelBreakdown) -> JSONValue {
    .list(
      breakdown.members.map { .object([("learner", .text($0.learner.rawValue)), ("weight", .number($0.weight))]) })
  }

  /// The judgements, the model's own first, as `models --json` and `status --json` give them.
  public static func judgements(_ breakdown: ModelBreakdown) -> JSONValue {
    .list(
      breakdown.judgements.map {
        .object([
          ("source", .text($0.source.rawValue)), ("split", .text($0.split.rawValue)), ("auc", .number($0.auc)),
          ("aucLow", .number($0.aucLow)), ("aucHigh", .number($0.aucHigh)), ("songs", JSONValue($0.songs)),
        ])
      })
  }

  /// The same in words, without full stops: what is weighed how, and the AUC beside the model's own.
  public static func words(_ breakdown: ModelBreakdown) -> [String] {
    var words: [String] = []
    if !breakdown.members.isEmpty {
      let shares = breakdown.shares.map { "\($0.learner.rawValue) \(Int(($0.share * 100).rounded()))%" }
      words.append("weighs " + shares.joined(separator: ", "))
    }
    guard let own = breakdown.judgements.first else { return words }
    for judgement in breakdown.judgements.dropFirst() {
      let evidence =
        judgement.source == own.source
        ? "for artists that were never judged"
        : judgement.source == .audio ? "by the sound alone" : "with your history of artists, albums, genres and years"
      let songs = judgement.songs.flatMap { $0 == own.songs ? nil : ", judged when there were \($0) songs" } ?? ""
      words.append(
        "AUC \(evidence) \(hundredths(judgement.auc)) (\(hundredths(judgement.aucLow)) to "
          + "\(hundredths(judgement.aucHigh)))\(songs)")
    }
    return words
  }

  private static func hundredths(_ figure: Double) -> String {
    let whole = Int((figure * 100).rounded())
    return "\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
  }
}
