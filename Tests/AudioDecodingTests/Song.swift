import Foundation
import TestSupport

/// Made-up music: chords, a bass, a melody and drums, so that songs of different seeds have another tempo, key, sound and
/// loudness, and no two seconds of one song are alike.
struct Song {
  private var random: SeededGenerator
  private let beat: Double
  private let root: Double
  private let brightness: Double
  private let noise: Double
  private let hiss: Float
  private let octave: Double
  private let isMinor: Bool

  /// The song of a seed.
  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    beat = 60 / Double.random(in: 70...150, using: &random)
    root = 55 * pow(2, Double(Int.random(in: 0..<12, using: &random)) / 12)
    brightness = Double.random(in: 0.25...0.85, using: &random)
    noise = Double.random(in: 0.02...0.6, using: &random)
    hiss = Float.random(in: 0.002...0.02, using: &random)
    octave = [1, 2, 3].randomElement(using: &random)!
    isMinor = Bool.random(using: &random)
  }

  /// Interleaved stereo values at 44.1 kHz.
  mutating func values(seconds: Int) -> [Float] {
    let rate = 44_100
    var values = [Float](repeating: 0, count: seconds * rate * 2)
    let scale = isMinor ? [0, 2, 3, 5, 7, 8, 10] : [0, 2, 4, 5, 7, 9, 11]
    var start = 0.0
    while start < Double(seconds) {
      let length = beat * [0.5, 1, 1, 2].randomElement(using: &random)!
      for octave in [1.0, octave, 2 * octave] {
        let step = scale.randomElement(using: &random)!
        add(root * octave * pow(2, Double(step) / 12), from: start, length: length, rate: rate, to: &values)
      }
      addDrum(from: start, rate: rate, to: &values)
      start += length
    }
    // Real music is never silent: what codecs do to silence is not what they do to music.
    for index in values.indices { values[index] += Float.random(in: -hiss...hiss, using: &random) }
    let peak = values.reduce(0) { max($0, abs($1)) }
    let level = Float.random(in: 0.4...0.9, using: &random) / max(peak, 1e-9)
    return values.map { $0 * level }
  }

  private mutating func add(_ hertz: Double, from start: Double, length: Double, rate: Int, to values: inout [Float]) {
    let left = Float.random(in: 0.3...1, using: &random)
    let right = Float.random(in: 0.3...1, using: &random)
    let first = Int(start * Double(rate))
    for index in 0..<min(Int(length * Double(rate)), values.count / 2 - first) {
      let time = Double(index) / Double(rate)
      var sum = 0.0
      var weight = 1.0
      for partial in 1...6 where hertz * Double(partial) < 16_000 {
        sum += weight * sin(2 * .pi * hertz * Double(partial) * time)
        weight *= brightness
      }
      let value = Float(sum * exp(-3 * time / length) * min(1, time * 200))
      values[2 * (first + index)] += left * value
      values[2 * (first + index) + 1] += right * value
    }
  }

  private mutating func addDrum(from start: Double, rate: Int, to values: inout [Float]) {
    let first = Int(start * Double(rate))
    for index in 0..<min(rate / 8, values.count / 2 - first) {
      let value = Float(4 * noise * exp(-30 * Double(index) / Double(rate)) * Double.random(in: -1...1, using: &random))
      values[2 * (first + index)] += value
      values[2 * (first + index) + 1] += value
    }
  }
}
