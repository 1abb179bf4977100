import AudioDecoding
import AudioFeatures
import Foundation
import Tracks

/// The samples of a song in memory, all of full length.
final class Samples {
  /// The samples' values, one sample after the other.
  let values: [Float]
  private let study = StudyExtractor()
  private let dense = DenseExtractor()
  private var studyBlock = [Float](repeating: 0, count: BlockLayout(.study).count)
  private var denseBlock = [Float](repeating: 0, count: BlockLayout(.dense).count)
  private var statistics = [Float](repeating: 0, count: SummaryLayout.statisticsCount)
  private var extras = [Float](repeating: 0, count: ExtraDescriptors.count)

  init(values: [Float]) {
    self.values = values
  }

  /// Samples that `write` wrote.
  convenience init(file: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    self.init(values: data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) })
  }

  /// The samples of an audio file.
  static func of(_ path: FilePath) throws -> Samples {
    let properties = try AudioFile.probe(path).properties
    var values: [Float] = []
    try SampleReader().read(path, properties: properties, starts: starts(properties)) { _, samples in
      if samples.count == Sampling.length { values += samples }
    }
    return Samples(values: values)
  }

  /// Where the samples of a file lie.
  static func starts(_ properties: AudioProperties) -> [Double] {
    SamplePlan.starts(duration: properties.duration, from: 0, to: nil, count: Sampling.count)
  }

  /// The number of samples.
  var count: Int { values.count / Sampling.length }

  func write(to file: String) throws {
    try values.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: file)) }
  }

  /// Extracts the features of every sample and forgets them.
  func analyse(_ variant: FeatureVariant) {
    values.withUnsafeBufferPointer { values in
      for index in 0..<count {
        let start = index * Sampling.length
        let sample = UnsafeBufferPointer(rebasing: values[start..<(start + Sampling.length)])
        extract(sample, variant)
      }
    }
  }

  /// Extracts the features of one sample and forgets them.
  func extract(_ sample: UnsafeBufferPointer<Float>, _ variant: FeatureVariant) {
    switch variant {
    case .study:
      studyBlock.withUnsafeMutableBufferPointer { study.extract(sample, into: $0) }
    case .dense:
      denseBlock.withUnsafeMutableBufferPointer { block in
        statistics.withUnsafeMutableBufferPointer { dense.extract(sample, block: block, statistics: $0) }
      }
    }
  }

  /// Computes the extra descriptors of the sample that was extracted last.
  func extractExtras() {
    extras.withUnsafeMutableBufferPointer { dense.extractExtras(into: $0) }
  }

  /// The statistics of every sample, each followed by its extra descriptors.
  func statisticsAndExtras() -> [Float] {
    var result: [Float] = []
    for index in 0..<count {
      values.withUnsafeBufferPointer { values in
        let start = index * Sampling.length
        extract(UnsafeBufferPointer(rebasing: values[start..<(start + Sampling.length)]), .dense)
      }
      extractExtras()
      result += statistics + extras
    }
    return result
  }

  /// Where each family lies in a sample's part of `statisticsAndExtras`: first place and count.
  static var layout: [String: [Int]] {
    var layout: [String: [Int]] = [:]
    for family in SummaryLayout.sampled {
      let range = SummaryLayout.statisticsRange(family)
      layout[family.rawValue] = [range.lowerBound, range.count]
    }
    for family in ExtraDescriptors.Family.allCases {
      let range = ExtraDescriptors.range(family)
      layout[family.rawValue] = [SummaryLayout.statisticsCount + range.lowerBound, range.count]
    }
    return layout
  }

  /// The features of every sample.
  func features(_ variant: FeatureVariant) -> [SampleFeatures] {
    let analyser = SampleAnalyser()
    return values.withUnsafeBufferPointer { values in
      (0..<count).map { index in
        let start = index * Sampling.length
        return analyser.sample(
          UnsafeBufferPointer(rebasing: values[start..<(start + Sampling.length)]), variant: variant,
          sampleRate: Sampling.rate, start: Double(start) / Double(Sampling.rate))
      }
    }
  }
}
