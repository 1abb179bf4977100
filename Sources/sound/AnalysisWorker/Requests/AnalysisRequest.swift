public import Tracks

/// What is to be measured of one track.
public struct AnalysisRequest: Sendable, Equatable {
  /// The file that holds the track.
  public var path: FilePath
  /// The variants to compute, in the order in which they are answered; all from one pass over the file.
  public var variants: [FeatureVariant]
  /// The number of samples to take, at least 1; a short track gives fewer.
  public var samples: Int
  /// Where the track begins in the file, in seconds.
  public var from: Double
  /// Where the track ends in the file, in seconds; `nil` for the end of the file.
  public var to: Double?
  /// What an earlier probe of the file said.
  public var properties: AudioProperties

  /// A request for these values; the whole of a file by default.
  public init(
    path: FilePath, variants: [FeatureVariant], samples: Int = Sampling.count, from: Double = 0, to: Double? = nil,
    properties: AudioProperties
  ) {
    self.path = path
    self.variants = variants
    self.samples = samples
    self.from = from
    self.to = to
    self.properties = properties
  }
}
