public import Tracks

/// Turns samples into features, one after the other, with extractors that it makes once.
///
/// Not to be shared between threads: use one in each.
public final class SampleAnalyser {
  private var study: StudyExtractor?
  private var dense: DenseExtractor?

  /// An analyser; its extractors are made when first needed.
  public init() {}

  /// The features of a song from its samples.
  ///
  /// - Parameters:
  ///   - variant: which features.
  ///   - starts: the samples' starts in seconds, ascending.
  ///   - read: gives the samples' audio, one call for each start in order: it calls its second argument with mono audio
  ///     at `Sampling.rate`, at most `Sampling.length` values in the file's own scale, or throws. The buffer needs to
  ///     live only for that call. A start for which it does not call is left out of the features.
  /// - Returns: the features with the samples that could be read.
  public func song<Failure: Error>(
    _ variant: FeatureVariant, starts: [Double],
    read: (_ start: Double, _ take: (UnsafeBufferPointer<Float>) -> Void) throws(Failure) -> Void
  ) throws(Failure) -> SongFeatures {
    var kept: [Double] = []
    var blocks: [Float16] = []
    blocks.reserveCapacity(starts.count * BlockLayout(variant).count)
    var block = [Float](repeating: 0, count: BlockLayout(variant).count)
    var statistics = [Float](repeating: 0, count: SummaryLayout.statisticsCount)
    var summary = SongSummary()
    for start in starts {
      try read(start) { samples in
        extract(samples, variant, into: &block, &statistics)
        blocks += BlockCoding.encode(block, variant: variant)
        if variant == .dense { summary.add(statistics) }
        kept.append(start)
      }
    }
    return SongFeatures(
      variant: variant, version: variant.version, starts: kept, blocks: blocks,
      summary: variant == .dense ? summary.summary : [])
  }

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
