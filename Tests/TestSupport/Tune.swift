import Foundation

/// A tune of seeded notes, every second of it different, that can be played in several ways.
public struct Tune: Sendable {
  /// The rate of the samples in Hz.
  public static let rate = 22_050

  private let notes: [(pitches: [Double], level: Double)]

  /// A tune for a seed, long enough for `seconds`.
  public init(seed: UInt64, seconds: Double) {
    var random = SeededGenerator(seed: seed)
    notes = (0..<Int(seconds * 1.2 + 1)).map { _ in
      let pitches = (0..<3).map { _ in 110 * pow(2, Double(Int.random(in: 0..<40, using: &random)) / 12) }
      return (pitches, Double.random(in: 0.03...0.12, using: &random))
    }
  }

  /// The tune as a band plays it.
  /// - Parameter tempo: How much faster it is played; the pitches stay.
  public func played(seconds: Double, tempo: Double = 1) -> [Float] {
    (0..<Int(seconds * Double(Self.rate))).map { index in
      let time = Double(index) / Double(Self.rate)
      let place = time * 1.1 * tempo
      let note = notes[min(Int(place), notes.count - 1)]
      let fade = exp(-1.2 * place.truncatingRemainder(dividingBy: 1))
      let tone = note.pitches.reduce(0.0) { sum, pitch in
        sum + sin(2 * .pi * pitch * time) + 0.5 * sin(4 * .pi * pitch * time) + 0.3 * sin(6 * .pi * pitch * time)
      }
      return Float(note.level * fade * tone)
    }
  }

  /// What somebody sings to it: other notes of its own, about as loud.
  public func sung(seconds: Double, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    let melody = (0..<Int(seconds * 1.5 + 1)).map { _ in
      let pitch = 220 * pow(2, Double(Int.random(in: 0..<18, using: &random)) / 12)
      return (pitch: pitch, isRest: Int.random(in: 0..<4, using: &random) == 0)
    }
    return (0..<Int(seconds * Double(Self.rate))).map { index in
      let time = Double(index) / Double(Self.rate)
      let note = melody[Int(time * 1.5)]
      guard !note.isRest else { return 0 }
      let phase = 2 * .pi * note.pitch * time + 3 * sin(2 * .pi * 5 * time)
      return Float((1...8).reduce(0.0) { $0 + 0.12 / Double($1).squareRoot() * sin(Double($1) * phase) })
    }
  }
}
