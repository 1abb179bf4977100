import Foundation
import TestSupport
import Testing

@testable import AudioFeatures

/// The closed form of the mean autocorrelation against its definition.
struct TempoTests {
  private static func envelope(_ frames: Int, seed: UInt64, quietUntil: Int = 0) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<frames).map { frame in
      let beat: Float = frame % 37 == 5 ? 8 : 0
      return (beat + Float.random(in: 0...1, using: &generator)) * (frame < quietUntil ? 1e-6 : 1)
    }
  }

  /// The mean over windows of sum w(k) w(k + l) e(t + k) e(t + k + l) / sum of squares, by the definition.
  private static func defined(_ envelope: [Float], window: Int) -> [Double] {
    let half = window / 2
    let (first, last) = (Double(envelope[0]), Double(envelope[envelope.count - 1]))
    let padded =
      (0..<half).map { Double(Float(first * Double($0) / Double(half))) } + envelope.map(Double.init)
      + (0..<half).map { Double(Float(last * Double(half - 1 - $0) / Double(half))) } + [0]
    let hann = (0..<window).map { 0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(window)) }
    var mean = [Double](repeating: 0, count: window)
    for start in envelope.indices {
      let part = (0..<window).map { padded[start + $0] * hann[$0] }
      let energy = part.reduce(0) { $0 + $1 * $1 }
      guard energy > 0 else { continue }
      for lag in 0..<window {
        var sum = 0.0
        for place in 0..<(window - lag) { sum += part[place] * part[place + lag] }
        mean[lag] += sum / energy / Double(envelope.count)
      }
    }
    return mean
  }

  private func compare(_ estimator: TempoEstimator, _ expected: [Double], _ tolerance: Double) {
    for (lag, value) in expected.enumerated() {
      #expect((estimator.autocorrelation.base[lag] - value).magnitude < tolerance, "lag \(lag)")
    }
  }

  @Test(arguments: [60, 431])
  func closedFormIsTheDefinition(frames: Int) {
    // 8 s hold 172 frames of 2,048 values and 86 of 4,096: windows of both kinds of length, even and odd.
    for hop in [2_048, 1_536, 4_000] {
      let estimator = TempoEstimator(hop: hop, frames: 431)
      let envelope = Self.envelope(frames, seed: 3)
      let expected = Self.defined(envelope, window: estimator.window)
      envelope.withUnsafeBufferPointer { onsets in
        guard let onsets = onsets.baseAddress else { return }
        _ = estimator.prepare(onsets, frames: frames)
      }
      estimator.correlate(frames: frames)
      compare(estimator, expected, 1e-10)
      estimator.transformEveryWindow(frames: frames)
      compare(estimator, expected, 1e-12)
    }
  }

  @Test func aQuietBeginningDoesNotBlurTheRest() {
    let estimator = TempoEstimator(hop: 2_048, frames: 431)
    let envelope = Self.envelope(400, seed: 4, quietUntil: 300)
    let expected = Self.defined(envelope, window: estimator.window)
    let estimate = envelope.withUnsafeBufferPointer { onsets in
      onsets.baseAddress.map { estimator.estimate($0, frames: 400) }
    }
    compare(estimator, expected, 1e-9)
    #expect(estimate.map { $0.tempo > 0 && $0.strength >= 0 && $0.strength <= 1 } == true)
  }
}
