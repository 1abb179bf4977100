import Foundation
import Testing
import Tracks

@testable import AudioFeatures

/// The trained network against the authors' own graph, and what it is shown against librosa;
/// `Sources/CMusiCNN/make-weights.py` makes the golden outputs.
struct MusiCNNTests {
  private struct Golden: Decodable {
    struct Net: Decodable {
      let rounded: [[Float]]
      let original: [[Float]]
    }
    let versions: [String: String]
    let net: Net

    enum CodingKeys: String, CodingKey {
      case versions
      case net = "MSD"
    }
  }

  private static let step = 16_000.0

  /// The sounds of the script, made again.
  private func signal(_ kind: Int) -> [Float] {
    var state = 12_345
    return (0..<MusiCNNSpectrogram.length + 256).map { index -> Float in
      let time = Double(index) / Self.step
      switch kind {
      case 0:
        let fall = exp(-4 * time.truncatingRemainder(dividingBy: 0.5))
        return Float([220.0, 277.2, 329.6, 1_760.0].reduce(0) { $0 + 0.2 * fall * sin(2 * .pi * $1 * time) })
      case 1:
        let fall = exp(-30 * time.truncatingRemainder(dividingBy: 0.25))
        let sweep = 0.3 * sin(2 * .pi * (100 * time + 900 * time * time))
        return Float(sweep + 0.4 * fall * sin(2 * .pi * 60 * time))
      default:
        state = (state * 1_103_515_245 + 12_345) % (1 << 31)
        return Float((Double(state) / Double(1 << 30) - 1) * 0.1 * (1 + sin(2 * .pi * 0.7 * time)))
      }
    }
  }

  private func patch(_ kind: Int) -> [Float] {
    var powers = [Float](repeating: 0, count: MusiCNN.frames * MusiCNN.bands)
    powers.withUnsafeMutableBufferPointer { powers in
      signal(kind).withUnsafeBufferPointer { values in
        guard let source = values.baseAddress, let target = powers.baseAddress else { return }
        MusiCNNSpectrogram().powers(atRate: source, into: target)
      }
    }
    return powers.map { log10(10_000 * $0 + 1) }
  }

  private func floats(_ name: String) throws -> [Float] {
    try golden(name).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  @Test func patchesAreLibrosas() throws {
    let expected = try floats("musicnn-patch.f32")
    let made = patch(0)
    try #require(made.count == expected.count)
    let apart = zip(made, expected).map { ($0 - $1).magnitude }.max() ?? 0
    #expect(apart < 1e-4 * (expected.max() ?? 0), "\(apart)")
  }

  @Test func embeddingsAreThoseOfTheAuthorsGraph() throws {
    let expected = try JSONDecoder().decode(Golden.self, from: golden("musicnn.json"))
    #expect(expected.versions["musicnn"] == "0.1.0" && expected.versions["tensorflow"] == "2.21.0")
    let network = MusiCNN()
    for kind in 0..<3 {
      let made = patch(kind).withUnsafeBufferPointer { patch in patch.baseAddress.map { network.embedding(of: $0) } }
      let embedding = try #require(made)
      let (rounded, original) = (expected.net.rounded[kind], expected.net.original[kind])
      try #require(embedding.count == rounded.count && rounded.count == MusiCNN.outputs)
      let largest = rounded.map(\.magnitude).max() ?? 0
      let apart = zip(embedding, rounded).map { ($0 - $1).magnitude }.max() ?? 0
      #expect(apart < 1e-4 * largest, "signal \(kind): \(apart) of \(largest)")
      // What half precision does to the authors' weights.
      let rounding = zip(embedding, original).map { ($0 - $1).magnitude }.max() ?? 0
      #expect(rounding < 1e-2 * largest, "signal \(kind): \(rounding) of \(largest)")
    }
  }

  @Test func theRateIsChangedAsByLibsoxr() throws {
    let expected = try floats("musicnn-resampled.f32")
    let tones = (0..<44_100).map { index -> Float in
      Float([440.0, 3_000, 6_500].reduce(0) { $0 + sin(2 * .pi * $1 * Double(index) / 44_100) } / 3)
    }
    // The first value made lies 159 values behind the first that is read.
    let start = 4_000 * 441 / 160 - 159
    #expect(4_000 * 441 % 160 == 0)
    var made = [Float](repeating: 0, count: expected.count)
    tones.withUnsafeBufferPointer { tones in
      made.withUnsafeMutableBufferPointer { made in
        guard let source = tones.baseAddress, let target = made.baseAddress else { return }
        RateChange().convert(source + start, into: target, count: expected.count)
      }
    }
    let apart = zip(made, expected).map { ($0 - $1).magnitude }.max() ?? 1
    #expect(apart < 1e-3, "\(apart)")
  }

  @Test func loudnessDoesNotMatterAndShortSoundsAreRepeated() {
    let music = TestSignals.signal("music")
    let ear = LearnedEar()
    func heard(_ samples: [Float]) -> [Float] {
      samples.withUnsafeBufferPointer { ear.hear($0, isShown: true) }
      return ear.finish()
    }
    let loud = heard(music)
    let quiet = heard(music.map { $0 * 0.01 })
    let far = heard(music.map { $0 * 32_768 })
    #expect(loud.count == SummaryLayout.earCount && loud.contains { $0 != 0 })
    for other in [quiet, far] {
      #expect(zip(loud, other).allSatisfy { ($0 - $1).magnitude < 1e-3 })
    }
    #expect(heard(music) == loud)
    #expect(heard([0.5, -0.25, .nan]).allSatisfy { $0.isFinite })
    #expect(heard([Float](repeating: 0, count: 500)).allSatisfy { $0.isFinite })
    #expect(ear.finish().allSatisfy { $0 == 0 })
  }

  @Test func patchesAreSpreadOverTheSong() {
    #expect(LearnedEar.chosen(of: 30) == [5, 15, 25])
    #expect(LearnedEar.chosen(of: 2) == [0, 1])
    #expect(LearnedEar.chosen(of: 0).isEmpty)
  }
}
