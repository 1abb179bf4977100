import AudioFeatures
import Foundation
import Testing
import Tracks

/// From samples to a song's features, and the forms they are kept and printed in.
struct SongTests {
  @Test func summaryIsMeanAndDeviation() {
    var song = SongSummary()
    #expect(song.summary == [Float](repeating: 0, count: SummaryLayout.count))
    let rows: [[Float]] = [2, 4, 9].map { [Float](repeating: $0, count: SummaryLayout.statisticsCount) }
    for row in rows { song.add(row) }
    #expect(song.samples == 3)
    #expect(song.summary.prefix(SummaryLayout.statisticsCount).allSatisfy { $0 == 5 })
    let deviation = Float((26.0 / 3).squareRoot())
    let deviations = song.summary[SummaryLayout.statisticsCount..<(2 * SummaryLayout.statisticsCount)]
    #expect(deviations.allSatisfy { ($0 - deviation).magnitude < 1e-6 })
    // What the trained network says is set for the song as a whole.
    #expect(song.summary[SummaryLayout.range(.ear, overSamples: .mean)].allSatisfy { $0 == 0 })
    song.setEar((0..<200).map(Float.init))
    #expect(song.summary[SummaryLayout.range(.ear, overSamples: .mean)].elementsEqual((0..<200).map(Float.init)))
  }

  @Test func summaryDoesNotDependOnTheOrder() {
    var forward = SongSummary()
    var backward = SongSummary()
    let rows = ["music", "noise", "tone", "silence"].map { Extraction(TestSignals.signal($0)).statistics }
    for row in rows { forward.add(row) }
    for row in rows.reversed() { backward.add(row) }
    for (first, second) in zip(forward.summary, backward.summary) {
      #expect((first - second).magnitude <= 1e-5 * max(first.magnitude, 1e-3))
    }
  }

  @Test func printedFeaturesHoldToTheirContract() throws {
    let analyser = SampleAnalyser()
    for (variant, rows) in [(FeatureVariant.study, 10), (.dense, 7)] {
      let features = TestSignals.signal("music").withUnsafeBufferPointer {
        analyser.sample($0, variant: variant, sampleRate: 48_000, start: 1.5)
      }
      let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(features)) as? [String: Any]
      let object = try #require(json)
      #expect(
        object.keys.sorted() == [
          "chroma", "contrast", "energyFraction", "flux", "mel", "rolloff", "sampleRate", "start", "tempo", "variant",
        ])
      #expect(object["variant"] as? String == variant.rawValue)
      #expect(object["sampleRate"] as? Int == 48_000)
      #expect(object["start"] as? Double == 1.5)
      #expect(features.mel.map(\.count) == [Int](repeating: 7, count: 128))
      #expect(features.contrast.map(\.count) == [Int](repeating: 7, count: rows))
      #expect(features.chroma.map(\.count) == [Int](repeating: 7, count: 12))
      for row in [features.flux, features.rolloff, features.energyFraction] {
        #expect(row.count == 7)
      }
      let made = Extraction(TestSignals.signal("music"))
      #expect(features.mel[5][2] == Double(made.rows(.mel, variant)[5][2]))
      #expect(features.contrast[3][6] == Double(made.rows(.contrast, variant)[3][6]))
      #expect(features.tempo == Double(made.rows(.tempo, variant)[0][0]))
    }
  }

  @Test func halfPrecisionKeepsTheStudysQuietBands() {
    let layout = BlockLayout(.study)
    var block = [Float](repeating: 1, count: layout.count)
    let powers: [Float] = [1e-8, 1e-6, 1e-3, 1, 1e3, 1e6]
    for (index, power) in powers.enumerated() { block[index] = power }
    let back = BlockCoding.decode(BlockCoding.encode(block, variant: .study), variant: .study)
    for (index, power) in powers.enumerated() { #expect((back[index] / power - 1).magnitude < 2e-3, "\(power)") }
    #expect(back[layout.range(.tempo).lowerBound] == 1)
    let dense = [Float](repeating: -3.5, count: BlockLayout(.dense).count)
    #expect(BlockCoding.decode(BlockCoding.encode(dense, variant: .dense), variant: .dense) == dense)
    block[0] = .nan
    block[1] = 1e20
    let odd = BlockCoding.encode(block, variant: .study)
    #expect(odd[0] == 0 && odd[1] == Float16.greatestFiniteMagnitude)
  }
}
