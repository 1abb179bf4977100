/// A training whose numbers grew beyond what single precision holds.
public struct TrainingFailure: Error, Equatable, CustomStringConvertible {
  /// The epochs it had trained.
  public let epochs: Int

  /// What happened and what to do.
  public var description: String {
    "the network's weights left the range of numbers after \(epochs) epochs; standardise the columns or lower the rate"
  }
}
