public import Tracks

/// An order for the worker: the features of five seconds of a file as JSON.
public struct FeaturesRequest: Sendable, Equatable {
  /// The name of the worker's job that carries the order out.
  public static let jobName = "features"

  /// The file.
  public var path: FilePath
  /// Where the five seconds begin, in seconds.
  public var start: Double
  /// The feature set.
  public var variant: FeatureVariant

  /// An order of these parts.
  public init(path: FilePath, start: Double, variant: FeatureVariant) {
    self.path = path
    self.start = start
    self.variant = variant
  }

  /// The order as bytes.
  public func encode() -> [UInt8] {
    Array("\(variant.rawValue) \(start.bitPattern) ".utf8) + path.bytes
  }

  /// The order that `encode()` wrote, `nil` for other bytes.
  public init?(bytes: [UInt8]) {
    let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let variant = FeatureVariant(rawValue: String(decoding: parts[0], as: UTF8.self)),
      let pattern = UInt64(String(decoding: parts[1], as: UTF8.self))
    else { return nil }
    self.init(path: FilePath(bytes: Array(parts[2])), start: Double(bitPattern: pattern), variant: variant)
  }
}
