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
  ///
  /// Samples in which nothing is to be heard are left out: silence, constants, and those of which most values are none.
  /// - Throws: `WorkerFailure` with `nothingHeard` where that is more than half of the samples, `DecodingFailure`.
  func analyse(_ request: AnalysisRequest) throws -> [SongFeatures] {
    let starts = SamplePlan.starts(
      duration: request.properties.duration, from: request.from, to: request.to, count: request.samples)
    var gatherings = request.variants.map { Gathering(variant: $0) }
    var heard = (samples: 0, of: 0)
    var peak: Float = 0
    try reader.read(request.path, properties: request.properties, starts: starts) { index, values in
      let sample = UnsafeBufferPointer(values)
      let audibility = Audibility(sample)
      heard.of += 1
      guard audibility.isHeard, reader.unfitShare <= 0.5 else { return }
      heard.samples += 1
      peak = max(peak, audibility.peak)
      for place in gatherings.indices { extract(sample, from: starts[index], into: &gatherings[place]) }
    }
    guard 2 * heard.samples >= heard.of, heard.samples > 0 else {
      throw WorkerFailure(
        reason: WorkerFailure.nothingHeard,
        detail:
          "\(request.path.display): in \(heard.of - heard.samples) of \(heard.of) samples there is nothing to be heard, "
          + "only silence, a constant or values that are no audio")
    }
    for place in gatherings.indices where gatherings[place].variant == .dense {
      gatherings[place].summary.setScale(Audibility.scale(ofPeak: peak))
    }
    return gatherings.map(\.features)
  }

  /// The percussive shares of a song's samples: the means over the samples, then the deviations.
  func percussion(_ order: PercussionOrder) throws -> [Float] {
    let properties = try AudioFile.probe(order.path).properties
    let starts = SamplePlan.starts(duration: properties.duration, from: 0, to: nil, count: order.samples)
    let range = ExtraDescriptors.range(.percussion)
    var block = [Float](repeating: 0, count: BlockLayout(.dense).count)
    var extras = [Float](repeating: 0, count: ExtraDescriptors.count)
    var sums = [Double](repeating: 0, count: range.count)
    var squares = sums
    var count = 0.0
    try reader.read(order.path, properties: properties, starts: starts) { _, samples in
      block.withUnsafeMutableBufferPointer { block in
        statistics.withUnsafeMutableBufferPointer {
          dense.extract(UnsafeBufferPointer(samples), block: block, statistics: $0)
        }
      }
      extras.withUnsafeMutableBufferPointer { dense.extractExtras(into: $0) }
      for (place, value) in extras[range].enumerated() {
        sums[place] += Double(value)
        squares[place] += Double(value) * Double(value)
      }
      count += 1
    }
    let means = sums.map { $0 / max(1, count) }
    let deviations = zip(squares, means).map { max(0, $0 / max(1, count) - $1 * $1).squareRoot() }
    return (means + deviations).map { Float($0) }
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
