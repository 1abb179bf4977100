/// A model in the index: what it is, how good it is and the bytes it is made of.
public struct StoredModel: Sendable {
  /// The model's number; 0 for one that is not stored yet.
  public var id: Int64
  /// The learner's name.
  public var learner: String
  /// When it was trained, in seconds since 1970.
  public var trainedAt: Double
  /// The version of the dense features it was trained on.
  public var featureVersion: Int
  /// A hash of the labels and settings it was trained on: equal ones need no new training.
  public var labelDigest: [UInt8]
  /// Whether the gate let it take the place of the one before.
  public var isAccepted: Bool
  /// Why, or why not, in a sentence for people.
  public var verdict: String
  /// Its figures as JSON.
  public var figures: String
  /// What `TasteModel` made of it.
  public var bytes: [UInt8]

  /// A model with these values.
  public init(
    id: Int64 = 0, learner: String, trainedAt: Double, featureVersion: Int, labelDigest: [UInt8],
    isAccepted: Bool, verdict: String, figures: String, bytes: [UInt8]
  ) {
    self.id = id
    self.learner = learner
    self.trainedAt = trainedAt
    self.featureVersion = featureVersion
    self.labelDigest = labelDigest
    self.isAccepted = isAccepted
    self.verdict = verdict
    self.figures = figures
    self.bytes = bytes
  }
}
