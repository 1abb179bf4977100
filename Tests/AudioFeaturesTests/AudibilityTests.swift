import AudioFeatures
import TestSupport
import Testing
import Tracks

/// What counts as nothing to be heard.
struct AudibilityTests {
  private func isHeard(_ samples: [Float]) -> Bool {
    samples.withUnsafeBufferPointer { Audibility($0).isHeard }
  }

  private func noise(_ level: Float, around constant: Float = 0) -> [Float] {
    var generator = SeededGenerator(seed: 4)
    return (0..<Sampling.length).map { _ in
      constant + level * (Float(generator.next() >> 40) / Float(1 << 23) - 1)
    }
  }

  @Test func silenceAndConstantsAreNothing() {
    #expect(!isHeard([Float](repeating: 0, count: Sampling.length)))
    #expect(!isHeard([Float](repeating: 0.5, count: Sampling.length)))
    #expect(!isHeard([Float](repeating: .nan, count: Sampling.length)))
    #expect(!isHeard([Float](repeating: .infinity, count: 10)))
    #expect(!isHeard([]))
    // Dither of 16 bits, also around a constant.
    #expect(!isHeard(noise(1 / 32_768)))
    #expect(!isHeard(noise(1 / 32_768, around: -0.25)))
    // A constant that resampling made ring at both ends.
    var ringing = [Float](repeating: 0.5, count: Sampling.length)
    for index in 0..<300 {
      ringing[index] += index % 2 == 0 ? 0.1 : -0.1
      ringing[Sampling.length - 1 - index] += 0.1
    }
    #expect(!isHeard(ringing))
    // A constant in the scale of whole numbers.
    #expect(!isHeard([Float](repeating: 20_000, count: Sampling.length)))
  }

  @Test func quietMusicIsHeardInEveryScale() {
    let music = TestSignals.signal("music")
    for scale: Float in [1, 0.001, 32_768, 2e9] { #expect(isHeard(music.map { $0 * scale }), "\(scale)") }
    #expect(isHeard(Array(music.prefix(5_000))))
    #expect(isHeard(music.map { $0 * 0.2 + 0.7 }))
  }

  @Test func scalesAreThoseOfWholeNumbers() {
    #expect(Audibility.scale(ofPeak: 0) == 1)
    #expect(Audibility.scale(ofPeak: 1.9) == 1)
    #expect(Audibility.scale(ofPeak: 100) == 128)
    #expect(Audibility.scale(ofPeak: 20_000) == 32_768)
    #expect(Audibility.scale(ofPeak: 8e6) == 8_388_608)
    #expect(Audibility.scale(ofPeak: 2e9) == 2_147_483_648)
    #expect(Audibility.scale(ofPeak: 5e9) == 5e9)
  }

  @Test func loudnessIsToldOfTheScaledAudio() {
    var song = SongSummary()
    song.add(Extraction(TestSignals.signal("music").map { $0 * 32_768 }).statistics)
    song.setScale(32_768)
    var plain = SongSummary()
    plain.add(Extraction(TestSignals.signal("music")).statistics)
    for (first, second) in zip(song.summary, plain.summary) {
      #expect((first - second).magnitude <= 1e-4 * max(1, second.magnitude))
    }
  }

  @Test func aClickDoesNotDecideTheLevel() {
    let music = TestSignals.signal("music").map { $0 * 0.1 }
    var clicked = music
    clicked[100_000] = 1
    let mel = Extraction(music).statistic(.logMel, .mean)
    let moved = zip(mel, Extraction(clicked).statistic(.logMel, .mean)).map { ($0 - $1).magnitude }
    // Over the peak every band would lie 2 lower.
    #expect((moved.max() ?? 9) < 0.5)
  }
}
