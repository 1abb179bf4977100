/// Where each feature lies in the block of values that a sample has for the networks and the study's learners.
///
/// A block is the concatenation of its features in the order of `Feature.allCases`; a feature of several bands is
/// stored band by band, each band's time steps together (row-major, bands x steps).
public struct BlockLayout: Sendable, Equatable {
  /// A feature of a block.
  public enum Feature: String, Sendable, Codable, CaseIterable {
    /// Mel spectrogram, 128 bands.
    case mel
    /// Chroma, 12 pitch classes.
    case chroma
    /// Spectral contrast: 10 rows (study) or 7 (dense).
    case contrast
    /// Spectral flux (onset strength).
    case flux
    /// Rolloff frequency in Hz.
    case rolloff
    /// RMS of the bins from 100 to 300 Hz over the RMS of all.
    case energyFraction
    /// Tempo in BPM: one value.
    case tempo
  }

  /// The variant this is the layout of.
  public let variant: FeatureVariant
  /// The number of time steps of every feature but the tempo.
  public static let steps = 7

  /// The layout of a variant's blocks.
  public init(_ variant: FeatureVariant) {
    self.variant = variant
  }

  /// The number of bands of a feature: 1 where it is one row, also for the tempo.
  public func bands(_ feature: Feature) -> Int {
    switch feature {
    case .mel: 128
    case .chroma: 12
    case .contrast: variant == .study ? 10 : 7
    case .flux, .rolloff, .energyFraction, .tempo: 1
    }
  }

  /// The number of values of a feature.
  public func count(_ feature: Feature) -> Int {
    feature == .tempo ? 1 : bands(feature) * Self.steps
  }

  /// Where a feature's values lie in the block.
  public func range(_ feature: Feature) -> Range<Int> {
    var start = 0
    for other in Feature.allCases {
      if other == feature { break }
      start += count(other)
    }
    return start..<(start + count(feature))
  }

  /// The number of values of a block: 1,072 for `study`, 1,051 for `dense`.
  public var count: Int {
    Feature.allCases.reduce(0) { $0 + count($1) }
  }
}
