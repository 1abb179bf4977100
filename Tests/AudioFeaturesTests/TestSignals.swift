import Foundation
import TestSupport
import Tracks

/// The signals of `Golden/make_golden.py`, made of the same whole numbers.
enum TestSignals {
  static let length = Sampling.length
  static let rate = Sampling.rate

  private static let table: [Int] = (0..<4_096).map {
    Int((32_767 * sin(2 * Double.pi * Double($0) / 4_096)).rounded())
  }

  /// The upper 16 bits of a seeded generator's numbers, as signed numbers.
  static func noise(_ count: Int, seed: UInt64) -> [Int] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Int(generator.next() >> 48) - 32_768 }
  }

  /// A sine by table.
  static func tone(millihertz: Int, count: Int = length) -> [Int] {
    let step = (millihertz << 32) / (rate * 1_000)
    return (0..<count).map { table[(($0 &* step) & 0xFFFF_FFFF) >> 20] }
  }

  /// Falls from 32767 to 0 over `length` values, again in every period.
  static func ramp(_ count: Int, period: Int, length: Int) -> [Int] {
    (0..<count).map { max(0, length - $0 % period) * 32_767 / length }
  }

  /// Chords that change every second, a kick on the beat and a hat off it.
  static let music: [Int] = {
    let chords = [
      [130_813, 164_814, 195_998], [110_000, 130_813, 164_814], [87_307, 110_000, 130_813], [97_999, 123_471, 146_832],
    ]
    var total = [Int](repeating: 0, count: length)
    for second in 0..<5 {
      for note in chords[second % 4] {
        for partial in 1..<9 {
          let voice = tone(millihertz: note * partial)
          let divisor = partial * partial
          for place in (second * rate)..<((second + 1) * rate) {
            total[place] += Int((Double(voice[place]) / Double(divisor)).rounded(.down))
          }
        }
      }
    }
    let chord = ramp(length, period: 22_050, length: 30_000)
    let kick = zip(tone(millihertz: 55_000), ramp(length, period: 22_050, length: 4_000)).map { ($0 * $1) >> 16 }
    let fall = ramp(length, period: 11_025, length: 900)
    let hiss = noise(length, seed: 7)
    return (0..<length).map { place in
      let hat = (hiss[place] * fall[(place + length - 5_512) % length]) >> 18
      return clip(((total[place] * chord[place]) >> 17) + kick[place] + hat)
    }
  }()

  /// A click of 64 values of noise on every beat.
  static func clicks(tempo: Int) -> [Int] {
    var signal = [Int](repeating: 0, count: length)
    let burst = noise(64, seed: 11)
    var beat = 0
    while beat * 60 * rate / tempo + 64 <= length {
      let start = beat * 60 * rate / tempo
      signal.replaceSubrange(start..<(start + 64), with: burst)
      beat += 1
    }
    return signal
  }

  /// The signals with golden arrays.
  static let names = [
    "silence", "click", "clickOnGrid", "constant", "tone", "clipped", "square", "noise", "noiseAfterSilence", "music",
    "quietMusic", "beginning", "fewFrames", "shorterThanAWindow", "oneValue",
  ]

  /// A signal by name, from -1 to 1.
  static func signal(_ name: String) -> [Float] {
    func one(_ place: Int) -> [Int] { (0..<length).map { $0 == place ? 32_767 : 0 } }
    let whole: [Int]
    switch name {
    case "silence": whole = [Int](repeating: 0, count: length)
    case "click": whole = one(100_000)
    case "clickOnGrid": whole = one(512 * 200)
    case "constant": whole = [Int](repeating: 16_384, count: length)
    case "tone": whole = tone(millihertz: 440_000)
    case "clipped": whole = tone(millihertz: 220_000).map { clip($0 * 3) }
    case "square": whole = tone(millihertz: 100_000).map { $0 >= 0 ? 20_000 : -20_000 }
    case "noise": whole = noise(length, seed: 1)
    case "noiseAfterSilence": whole = noise(length, seed: 2).enumerated().map { $0 < 110_250 ? 0 : $1 }
    case "music": whole = music
    case "quietMusic": whole = music.map { $0 >> 9 }
    case "beginning": whole = Array(music[..<70_000])
    case "fewFrames": whole = Array(music[..<2_500])
    case "shorterThanAWindow": whole = noise(1_000, seed: 3)
    case "oneValue": whole = [1_000]
    default: preconditionFailure("no signal is called \(name)")
    }
    return floats(whole)
  }

  /// 16-bit numbers as values from -1 to 1.
  static func floats(_ whole: [Int]) -> [Float] { whole.map { Float($0) / 32_768 } }

  private static func clip(_ value: Int) -> Int { max(-32_768, min(32_767, value)) }
}
