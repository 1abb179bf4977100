/// Which of the two feature sets a vector belongs to.
public enum FeatureVariant: String, Sendable, Codable, CaseIterable {
  /// The values of the 2019 study, 7 frames a sample.
  case study
  /// Frames that cover all of the sample, pooled.
  case dense

  /// The version of this variant's values. Vectors of different versions never meet in one model; every change of a
  /// value's meaning raises it.
  public var version: Int {
    switch self {
    case .study: 1
    case .dense: 3
    }
  }
}

/// The numbers that sampling and both variants share.
public enum Sampling {
  /// The rate that every sample is analysed at, in Hz.
  public static let rate = 44_100
  /// The length of a sample in seconds.
  public static let seconds = 5
  /// The length of a sample in values.
  public static let length = rate * seconds
  /// The number of samples a song, where the song is long enough and nothing else is configured.
  public static let count = 30

  /// The number of samples that a track of some seconds gives: as many as fit side by side, at least one.
  public static func number(in seconds: Double, atMost most: Int) -> Int {
    guard seconds > Double(Self.seconds) else { return 1 }
    return min(most, Int(min(seconds / Double(Self.seconds), 1e9)))
  }
}
