import AudioFeatures
import Foundation
import Testing
import Tracks

/// What the extractors give for a sample, as arrays.
struct Extraction {
  var study: [Float]
  var dense: [Float]
  var statistics: [Float]
  var extras: [Float]

  init(_ samples: [Float], study: StudyExtractor = StudyExtractor(), dense: DenseExtractor = DenseExtractor()) {
    var block = [Float](repeating: .nan, count: BlockLayout(.study).count)
    var denseBlock = [Float](repeating: .nan, count: BlockLayout(.dense).count)
    var statistics = [Float](repeating: .nan, count: SummaryLayout.statisticsCount)
    var extras = [Float](repeating: .nan, count: ExtraDescriptors.count)
    samples.withUnsafeBufferPointer { samples in
      block.withUnsafeMutableBufferPointer { study.extract(samples, into: $0) }
      denseBlock.withUnsafeMutableBufferPointer { block in
        statistics.withUnsafeMutableBufferPointer { dense.extract(samples, block: block, statistics: $0) }
      }
    }
    extras.withUnsafeMutableBufferPointer { dense.extractExtras(into: $0) }
    self.study = block
    self.dense = denseBlock
    self.statistics = statistics
    self.extras = extras
  }

  /// All values, the study block first.
  var all: [Float] { study + dense + statistics + extras }

  /// Whether every value is a finite number.
  var isFinite: Bool { all.allSatisfy { $0.isFinite } }

  /// A feature's rows in a block.
  func rows(_ feature: BlockLayout.Feature, _ variant: FeatureVariant) -> [[Float]] {
    let layout = BlockLayout(variant)
    let values = Array((variant == .study ? study : dense)[layout.range(feature)])
    let width = feature == .tempo ? 1 : BlockLayout.steps
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<($0 + width)]) }
  }

  /// A statistic of a family, one value a band.
  func statistic(_ family: SummaryLayout.Family, _ statistic: SummaryLayout.Statistic) -> [Float] {
    Array(statistics[SummaryLayout.statisticsRange(family, statistic)])
  }
}

/// A file of the folder `Golden`.
func golden(_ name: String) throws -> Data {
  let folder = try #require(Bundle.module.url(forResource: "Golden", withExtension: nil))
  return try Data(contentsOf: folder.appendingPathComponent(name))
}
