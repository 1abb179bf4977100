public import Tracks

/// Why there is no model, or no figure.
public struct TasteFailure: Error, Equatable, CustomStringConvertible {
  /// What is missing or wrong.
  public enum Reason: Equatable, Sendable {
    /// Fewer judged songs of one kind than a model needs.
    case tooFewLabels(good: Int, bad: Int, needed: Int)
    /// A song without the blocks that the learner works on.
    case missingBlocks(FeatureVariant)
    /// Folds of whole groups would leave a training side without good or without bad songs.
    case cannotSplit(SplitKind)
    /// The bytes of a stored model cannot be read; the text says why.
    case unreadableModel(String)
  }

  /// What is missing or wrong.
  public let reason: Reason

  /// A failure with its reason.
  public init(_ reason: Reason) {
    self.reason = reason
  }

  /// Whether songs could not be divided so that both opinions are where they are needed.
  var isOfDivision: Bool {
    if case .cannotSplit = reason { true } else { false }
  }

  /// What is missing and what to do about it, for the owner.
  public var description: String {
    switch reason {
    case .tooFewLabels(let good, let bad, let needed):
      return "no model yet: it needs " + Self.needs(good: good, bad: bad, needed: needed)
    case .missingBlocks(let variant):
      return "a judged song has no \(variant.rawValue) blocks: analyse the library again, or choose another learner"
    case .cannotSplit(let kind):
      return "the judged songs cannot be split by \(kind.rawValue) with liked and rejected songs on both sides"
    case .unreadableModel(let why):
      return "the stored model cannot be read (\(why)): train a new one"
    }
  }

  /// What a model needs, and what of it is missing.
  public static func needs(good: Int, bad: Int, needed: Int) -> String {
    var missing: [String] = []
    if good < needed { missing.append("\(needed - good) more liked songs (there are \(good))") }
    if bad < needed { missing.append("\(needed - bad) more rejected songs (there are \(bad))") }
    return "\(needed) liked and \(needed) rejected songs; missing are " + missing.joined(separator: " and ")
  }
}
