import AnalysisWorker
import AudioDecoding
import AudioFeatures
import Tracks

/// Measures tracks: one pass over the file for all variants, with a reader and extractors that are made once.
final class TrackAnalyser {
  private let reader = SampleReader()
  private lazy var study = StudyExtractor()
  private lazy var dense = DenseExtractor()
  private var statistics = [Float](repeating: 0, count: SummaryLayout.statisticsCount)

  /// The features of the variants asked for, in that order.
  func analyse(_ request: AnalysisRequest) throws -> [SongFeatures] {
    let starts = SamplePlan.starts(
      duration: request.properties.duration, from: request.from, to: request.to, count: request.samples)
    var gatherings = request.variants.map { Gathering(variant: $0) }
    try reader.read(request.path, properties: request.properties, starts: starts) { index, samples in
      for place in gatherings.indices {
        extract(UnsafeBufferPointer(samples), from: starts[index], into: &gatherings[place])
      }
    }
    return gatherings.map(\.features)
  }

  private func extract(_ samples: UnsafeBufferPointer<Float>, from start: Double, into gathering: inout Gathering) {
    gathering.starts.append(start)
    gathering.block.withUnsafeMutableBufferPointer { block in
      switch gathering.variant {
      case .study: study.extract(samples, into: block)
      case .dense: statistics.withUnsafeMutableBufferPointer { dense.extract(samples, block: block, statistics: $0) }
      }
    }
    gathering.blocks += BlockCoding.encode(gathering.block, variant: gathering.variant)
    if gathering.variant == .dense { gathering.summary.add(statistics) }
  }
}

/// What was measured of one track so far for one variant.
private struct Gathering {
  let variant: FeatureVariant
  var starts: [Double] = []
  var blocks: [Float16] = []
  var summary = SongSummary()
  var block: [Float]

  init(variant: FeatureVariant) {
    self.variant = variant
    block = [Float](repeating: 0, count: BlockLayout(variant).count)
  }

  var features: SongFeatures {
    SongFeatures(
      variant: variant, version: variant.version, starts: starts, blocks: blocks,
      summary: variant == .dense ? summary.summary : [])
  }
}
