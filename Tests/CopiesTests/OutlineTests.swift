import Copies
import TestSupport
import Testing
import Tracks

@Suite struct OutlineTests {
  /// What a made-up track sounds like at a step of time, found by its number alone.
  private struct Sound {
    let seed: UInt64

    func band(_ band: Int, at step: Int) -> Float {
      var random = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(bitPattern: Int64(step * 151 + band)))
      return Float.random(in: 0...1, using: &random)
    }
  }

  /// The outline of `seconds` of a sound from a step on, as the analysis would have made it: 30 samples at most.
  private func outline(
    _ sound: Sound, from first: Int = 0, seconds: Double = 200, gain: Float = 0, tilt: Float = 0
  ) throws -> SoundOutline {
    let layout = BlockLayout(.dense)
    let count = min(30, Int(seconds / 5))
    let starts = (0..<count).map { (Double($0) + 0.5) * seconds / Double(count) - 2.5 }
    var blocks: [Float16] = []
    for start in starts {
      var block = [Float](repeating: 0, count: layout.count)
      for step in 0..<7 {
        // Linear between the sound's own steps, so that a shift by half a step is heard as one.
        let time = start / (5.0 / 7) + Double(step)
        let whole = Int(time.rounded(.down))
        let part = Float(time - Double(whole))
        func value(_ band: Int) -> Float {
          sound.band(band, at: first + whole) * (1 - part) + sound.band(band, at: first + whole + 1) * part
        }
        for pitch in 0..<12 { block[layout.range(.chroma).lowerBound + pitch * 7 + step] = value(pitch) }
        for band in 0..<128 {
          let level = 3 * value(12 + band / 5) - 2 + gain + tilt * Float(band) / 128
          block[layout.range(.mel).lowerBound + band * 7 + step] = level
        }
      }
      blocks += block.map { Float16($0) }
    }
    return try #require(SoundOutline(blocks: blocks, starts: starts, duration: seconds))
  }

  private func alignment(_ left: SoundOutline, _ right: SoundOutline) throws -> OutlineAlignment {
    let rough = try #require(RoughAlignment(RoughOutline(left), RoughOutline(right)))
    return try #require(OutlineAlignment(left, right, near: rough))
  }

  @Test func findsACopyThroughGainAndEqualiser() throws {
    let sound = Sound(seed: 1)
    let found = try alignment(outline(sound), outline(sound, gain: 0.6, tilt: -1))
    #expect(found.offset == 0)
    #expect(found.likeness > 0.99)
  }

  @Test(arguments: [28, 70, 126])
  func findsAPartWhereItIs(step: Int) throws {
    let sound = Sound(seed: 2)
    let found = try alignment(outline(sound), outline(sound, from: step, seconds: 90))
    #expect(abs(found.offset - Double(step) * 5 / 7) < 0.4)
    #expect(found.likeness > 0.85)
    let other = try alignment(outline(sound, from: step, seconds: 90), outline(sound))
    #expect(abs(other.offset + found.offset) < 0.4)
  }

  @Test func strangersRunNowhereAlike() throws {
    for seed in UInt64(10)..<16 {
      let found = try alignment(outline(Sound(seed: seed)), outline(Sound(seed: seed + 100), seconds: 150))
      #expect(found.likeness < 0.5, "seed \(seed)")
    }
  }

  @Test func refusesWhatIsTooShortOrNotThere() throws {
    #expect(SoundOutline(blocks: [], starts: [], duration: 10) == nil)
    #expect(SoundOutline(blocks: [1, 2], starts: [0], duration: 10) == nil)
    let short = RoughOutline(try outline(Sound(seed: 3), seconds: 6))
    #expect(RoughAlignment(short, short) == nil)
  }
}
