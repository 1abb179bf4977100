public import Tracks

/// The features of one sample as `features --json` prints them.
///
/// Matrices are rows of bands by columns of time. Units are physical: tempo in BPM, rolloff in Hz, contrast in dB; mel
/// is power for `study` and the mean of log10(max(power, 1e-10)) for `dense`.
public struct SampleFeatures: Sendable, Equatable {
  /// The variant.
  public var variant: FeatureVariant
  /// The sample rate in Hz.
  public var sampleRate: Int
  /// The start in seconds.
  public var start: Double
  /// The tempo in BPM.
  public var tempo: Double
  /// The spectral flux of each time step.
  public var flux: [Double]
  /// The rolloff frequency of each time step, in Hz.
  public var rolloff: [Double]
  /// The share of 100 to 300 Hz in each time step, 0 to 1.
  public var energyFraction: [Double]
  /// The mel spectrogram, 128 bands.
  public var mel: [[Double]]
  /// The spectral contrast in dB, 10 rows (study) or 7 (dense).
  public var contrast: [[Double]]
  /// The chroma, 12 pitch classes from C.
  public var chroma: [[Double]]

  /// The features in a block of physical values, as the extractors write it.
  ///
  /// - Parameters:
  ///   - block: `BlockLayout(variant).count` values.
  ///   - variant: the extractor's variant.
  ///   - sampleRate: the rate to state, in Hz.
  ///   - start: the start to state, in seconds.
  public init(block: [Float], variant: FeatureVariant, sampleRate: Int, start: Double) {
    let layout = BlockLayout(variant)
    precondition(block.count == layout.count, "a block of \(variant.rawValue) has \(layout.count) values")
    func row(_ feature: BlockLayout.Feature) -> [Double] {
      block[layout.range(feature)].map(Double.init)
    }
    func rows(_ feature: BlockLayout.Feature) -> [[Double]] {
      let values = row(feature)
      return stride(from: 0, to: values.count, by: BlockLayout.steps).map {
        Array(values[$0..<($0 + BlockLayout.steps)])
      }
    }
    self.variant = variant
    self.sampleRate = sampleRate
    self.start = start
    tempo = row(.tempo)[0]
    flux = row(.flux)
    rolloff = row(.rolloff)
    energyFraction = row(.energyFraction)
    mel = rows(.mel)
    contrast = rows(.contrast)
    chroma = rows(.chroma)
  }
}
