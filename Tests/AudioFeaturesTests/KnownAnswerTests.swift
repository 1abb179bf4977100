import AudioFeatures
import Foundation
import Testing
import Tracks

/// Signals whose features can be told without any program.
struct KnownAnswerTests {
  @Test func silenceIsSilence() {
    let made = Extraction(TestSignals.signal("silence"))
    for variant in FeatureVariant.allCases {
      for feature in [BlockLayout.Feature.chroma, .contrast, .flux, .rolloff, .energyFraction] {
        #expect(made.rows(feature, variant).joined().allSatisfy { $0 == 0 }, "\(variant) \(feature)")
      }
    }
    #expect(made.rows(.mel, .study).joined().allSatisfy { $0 == 0 })
    #expect(made.rows(.mel, .dense).joined().allSatisfy { ($0 + 10).magnitude < 1e-5 })
    #expect(made.statistic(.loudness, .mean) == [-5])
    #expect(made.statistic(.flatness, .mean).allSatisfy { ($0 - 1).magnitude < 1e-5 })
    #expect(made.statistic(.tempoStrength, .value) == [0])
    // The lag whose tempo lies nearest to 120 in octaves.
    #expect(made.rows(.tempo, .dense) == [[Float(60 * 44_100.0 / 512 / 43)]])
  }

  @Test func aToneIsWhereItIs() throws {
    let made = Extraction(TestSignals.signal("tone"))
    // 440 Hz lies 3% of a semitone from a bin, and A is the tenth pitch class from C.
    for variant in FeatureVariant.allCases {
      let chroma = made.rows(.chroma, variant)
      for step in 0..<BlockLayout.steps {
        let strongest = try #require(chroma.indices.max { chroma[$0][step] < chroma[$1][step] })
        #expect(strongest == 9)
      }
      #expect(made.rows(.rolloff, variant)[0][3] > 400 && made.rows(.rolloff, variant)[0][3] < 480)
      #expect(made.rows(.energyFraction, variant)[0][3] < 0.01)
    }
    #expect((made.statistic(.centroid, .mean)[0] - 440).magnitude < 30)
    // A full-scale sine has an RMS of 1 / sqrt 2, and a Hann window takes sqrt(3 / 8) of it.
    #expect(
      (made.statistic(.loudness, .mean)[0] - Float(log10(0.5.squareRoot() * 0.375.squareRoot()))).magnitude < 2e-3)
  }

  @Test func energyFractionTellsBassFromTreble() {
    let bass = Extraction(TestSignals.floats(TestSignals.tone(millihertz: 200_000)))
    let treble = Extraction(TestSignals.floats(TestSignals.tone(millihertz: 3_000_000)))
    for variant in FeatureVariant.allCases {
      #expect(bass.rows(.energyFraction, variant)[0][3] > 0.99)
      #expect(treble.rows(.energyFraction, variant)[0][3] < 0.01)
    }
  }

  @Test func noiseIsFlatAndATonePeaks() {
    let noise = Extraction(TestSignals.signal("noise"))
    let tone = Extraction(TestSignals.signal("tone"))
    // The geometric mean of exponentially distributed powers is exp(-Euler's constant) of the arithmetic one.
    #expect((noise.statistic(.flatness, .mean)[0] - 0.5615).magnitude < 0.02)
    #expect(tone.statistic(.flatness, .mean)[0] < 0.001)
    #expect((noise.rows(.rolloff, .dense)[0][3] / 22_050 - 0.85).magnitude < 0.01)
    #expect((noise.statistic(.centroid, .mean)[0] / 11_025 - 1).magnitude < 0.02)
  }

  @Test func scaleChangesOnlyTheLoudness() {
    let loud = TestSignals.signal("music")
    let first = Extraction(loud)
    let second = Extraction(loud.map { $0 / 64 })
    #expect(first.study == second.study)
    #expect(first.dense == second.dense)
    let loudness = SummaryLayout.statisticsRange(.loudness, .mean)
    for index in first.statistics.indices where !SummaryLayout.statisticsRange(.loudness).contains(index) {
      #expect(first.statistics[index] == second.statistics[index], "\(SummaryLayout.name(of: index))")
    }
    let fall = first.statistics[loudness.lowerBound] - second.statistics[loudness.lowerBound]
    #expect((fall - Float(log10(64.0))).magnitude < 1e-2)
  }
}
