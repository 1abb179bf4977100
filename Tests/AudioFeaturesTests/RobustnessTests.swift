import AudioFeatures
import Foundation
import Synchronization
import TestSupport
import Testing
import Tracks

/// What must hold for any audio.
struct RobustnessTests {
  @Test func everyValueIsFiniteForEveryInput() {
    let study = StudyExtractor()
    let dense = DenseExtractor()
    let noise = TestSignals.signal("noise")
    var inputs: [String: [Float]] = [
      "nothing": [], "one value": [0.5], "smallest": noise.map { $0 > 0 ? Float.leastNonzeroMagnitude : 0 },
      "huge": noise.map { $0 * .greatestFiniteMagnitude }, "subnormal": noise.map { $0 * .leastNormalMagnitude },
      "alternating": noise.indices.map { $0 % 2 == 0 ? 1 : -1 },
    ]
    inputs["with holes"] = noise.enumerated().map { $0 % 1_000 == 7 ? .nan : $0 % 1_000 == 8 ? .infinity : $1 }
    inputs["not a number"] = [Float](repeating: .nan, count: 10_000)
    for (name, input) in inputs.sorted(by: { $0.key < $1.key }) {
      let made = Extraction(input, study: study, dense: dense)
      #expect(made.isFinite, "\(name)")
    }
  }

  @Test func valuesThatAreNoNumbersCountAsSilence() {
    var holes = TestSignals.signal("music")
    var silent = holes
    for place in stride(from: 50, to: holes.count, by: 999) {
      holes[place] = place % 2 == 0 ? .nan : -.infinity
      silent[place] = 0
    }
    #expect(Extraction(holes).all == Extraction(silent).all)
  }

  @Test func theSameAudioGivesTheSameBitsWhateverCameBefore() {
    let study = StudyExtractor()
    let dense = DenseExtractor()
    let music = TestSignals.signal("music")
    let first = Extraction(music, study: study, dense: dense)
    for name in ["noise", "shorterThanAWindow", "silence", "clipped"] {
      _ = Extraction(TestSignals.signal(name), study: study, dense: dense)
      let short = Extraction(TestSignals.signal("beginning"), study: study, dense: dense)
      #expect(short.all == Extraction(TestSignals.signal("beginning")).all, "after \(name)")
      #expect(Extraction(music, study: study, dense: dense).all == first.all, "after \(name)")
    }
    // In digital silence the contrast hangs on the loudest frame of all, and none of those may be an earlier sample's.
    let mostlySilent = Array(TestSignals.signal("noiseAfterSilence")[..<120_000])
    _ = Extraction(TestSignals.signal("tone"), study: study, dense: dense)
    #expect(Extraction(mostlySilent, study: study, dense: dense).all == Extraction(mostlySilent).all)
  }

  @Test func extractorsOfManyThreadsAgree() {
    let music = TestSignals.signal("beginning")
    let expected = Extraction(music).all
    let agreeing = Mutex(0)
    // Extractors are made at the same time on purpose: the planner has state that all of them share.
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      if Extraction(music).all == expected { agreeing.withLock { $0 += 1 } }
    }
    #expect(agreeing.withLock { $0 } == 8)
  }

  @Test func everyLengthHasItsFrames() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let study = StudyExtractor()
    let dense = DenseExtractor()
    let noise = TestSignals.signal("noise")
    for _ in 0..<40 {
      let count = Int.random(in: 0...20_000, using: &generator)
      let made = Extraction(Array(noise[..<count]), study: study, dense: dense)
      #expect(made.isFinite, "\(count) values, seed \(seed)")
    }
  }
}
