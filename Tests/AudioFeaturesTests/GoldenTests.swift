import AudioFeatures
import Foundation
import Testing
import Tracks

/// Every feature against librosa 0.11 at equal parameters; `Golden/make_golden.py` makes the arrays.
struct GoldenTests {
  @Test(arguments: TestSignals.names)
  func agreesWithLibrosa(name: String) throws {
    let made = Extraction(TestSignals.signal(name))
    let expected = try golden("\(name).f32").withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    try #require(expected.count == made.all.count)
    try #require(made.isFinite)
    let study = BlockLayout(.study)
    let dense = BlockLayout(.dense)
    for feature in BlockLayout.Feature.allCases {
      compare(
        made.study[study.range(feature)], expected[study.range(feature)], name: "study \(feature)",
        decibels: feature == .contrast)
      compare(
        made.dense[dense.range(feature)],
        expected[study.count...][(study.count + dense.range(feature).lowerBound)...]
          .prefix(dense.count(feature)), name: "dense \(feature)", decibels: feature == .contrast)
    }
    for family in ExtraDescriptors.Family.allCases {
      // scipy's median filter goes astray where the sequence is much shorter than the window; it has two frames here.
      if family == .percussion && name == "shorterThanAWindow" { continue }
      let range = ExtraDescriptors.range(family)
      let end = expected.count - ExtraDescriptors.count
      compare(
        made.extras[range], expected[(end + range.lowerBound)..<(end + range.upperBound)], name: family.rawValue,
        decibels: false)
    }
    let statistics = expected[(study.count + dense.count)...]
    for family in SummaryLayout.sampled {
      // Where nothing changes a deviation is rounding, and the mean says how large that may be.
      let whole = SummaryLayout.statisticsRange(family)
      for statistic in family.overFrames {
        let range = SummaryLayout.statisticsRange(family, statistic)
        compare(
          made.statistics[range], statistics[(statistics.startIndex + range.lowerBound)...].prefix(range.count),
          name: "\(family) \(statistic)", decibels: family == .contrast,
          scale: statistics[(statistics.startIndex + whole.lowerBound)...].prefix(whole.count))
      }
    }
  }

  /// The largest difference over the largest reference value (of `scale`, where given); contrast in dB, 0.01 of them.
  private func compare(
    _ made: ArraySlice<Float>, _ expected: ArraySlice<Float>, name: String, decibels: Bool,
    scale: ArraySlice<Float>? = nil
  ) {
    let apart = zip(made, expected).map { ($0 - $1).magnitude }.max() ?? 0
    let largest = (scale ?? expected).map(\.magnitude).max() ?? 0
    // Rounding makes librosa's zeros 1e-17; where nothing is larger, all of it is rounding.
    let allowed = decibels ? 0.01 : 1e-4 * max(largest, 1e-6)
    #expect(made.count == expected.count && apart <= allowed, "\(name): \(apart) of \(largest)")
  }

  @Test func tempoOfClickTracksIsLibrosas() throws {
    let tempi = try JSONDecoder().decode([String: Double].self, from: golden("tempi.json"))
    try #require(tempi.count >= 10)
    let extractor = DenseExtractor()
    let study = StudyExtractor()
    for (name, expected) in tempi.sorted(by: { $0.key < $1.key }) {
      let tempo = try #require(Int(name))
      let made = Extraction(TestSignals.floats(TestSignals.clicks(tempo: tempo)), study: study, dense: extractor)
      let estimate = Double(made.rows(.tempo, .dense)[0][0])
      #expect((estimate - expected).magnitude < 1e-4 * expected, "\(tempo) BPM: \(estimate), librosa \(expected)")
      if tempo <= 160 { #expect((estimate / Double(tempo) - 1).magnitude < 0.02, "\(tempo) BPM: \(estimate)") }
    }
  }

  @Test func theScriptNamesItsVersions() throws {
    let versions = try JSONDecoder().decode([String: String].self, from: golden("versions.json"))
    #expect(versions["librosa"] == "0.11.0")
    #expect(Set(versions.keys).isSuperset(of: ["numpy", "scipy", "python"]))
  }
}
