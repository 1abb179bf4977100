public import Tracks

/// What is to be heard of a file for its acoustic fingerprint.
public struct FingerprintRequest: Sendable, Equatable {
  /// The file.
  public var path: FilePath
  /// What an earlier probe of the file said.
  public var properties: AudioProperties
  /// Where to begin, in seconds from the start of the audio.
  public var from: Double
  /// How much to listen to, in seconds.
  public var seconds: Double

  /// A request for these values.
  public init(path: FilePath, properties: AudioProperties, from: Double, seconds: Double) {
    self.path = path
    self.properties = properties
    self.from = from
    self.seconds = seconds
  }
}
