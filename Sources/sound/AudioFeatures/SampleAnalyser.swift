public import Tracks

/// Gives the features of single samples as `features --json` prints them, with extractors that it makes once.
///
/// Not to be shared between threads: use one in each.
public final class SampleAnalyser {
  private var study: StudyExtractor?
  private var dense: DenseExtractor?

  /// An analyser; its extractors are made when first needed.
  public init() {}

  /// The features of one sample in physical units.
  ///
  /// - Parameters:
  ///   - samples: mono at `Sampling.rate`, at most `Sampling.length` values.
  ///   - variant: which features.
  ///   - sampleRate: the rate to state in the result, in Hz.
  ///   - start: the start to state in the result, in seconds.
  public func sample(
    _ samples: UnsafeBufferPointer<Float>, variant: FeatureVariant, sampleRate: Int, start: Double
  ) -> SampleFeatures {
    var block = [Float](repeating: 0, count: BlockLayout(variant).count)
    var statistics = [Float](repeating: 0, count: SummaryLayout.statisticsCount)
    extract(samples, variant, into: &block, &statistics)
    return SampleFeatures(block: block, variant: variant, sampleRate: sampleRate, start: start)
  }

  private func extract(
    _ samples: UnsafeBufferPointer<Float>, _ variant: FeatureVariant, into block: inout [Float],
    _ statistics: inout [Float]
  ) {
    block.withUnsafeMutableBufferPointer { block in
      switch variant {
      case .study:
        let extractor = study ?? StudyExtractor()
        study = extractor
        extractor.extract(samples, into: block)
      case .dense:
        let extractor = dense ?? DenseExtractor()
        dense = extractor
        statistics.withUnsafeMutableBufferPointer { extractor.extract(samples, block: block, statistics: $0) }
      }
    }
  }
}
