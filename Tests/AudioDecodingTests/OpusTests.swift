import Foundation
import TestSupport
import Testing
import Tracks

/// Opus sounds as from the decoder of those who made it.
@Suite struct OpusTests {
  /// Bit rates at which the codec uses speech coding, both kinds, and music coding with coupled and separate channels.
  @Test(
    .enabled(if: BuiltProgram.isInstalled("opusenc") && BuiltProgram.isInstalled("opusdec")),
    arguments: [24, 48, 96, 160])
  func isTheMeanOfBothChannels(_ rate: Int) throws {
    let folder = try TemporaryFolder()
    var song = Song(seed: 11)
    var values = song.values(seconds: 24)
    // Noise of opposite phase: left to itself, a decoder of one channel takes that for a fault and repairs it.
    var random = SeededGenerator(seed: 5)
    for frame in 0..<(8 * 44_100) {
      values[2 * frame] = Float.random(in: -0.4...0.4, using: &random)
      values[2 * frame + 1] = -0.6 * values[2 * frame]
    }
    let wave = try folder.write(WaveFile.bytes(values, channels: 2), to: "song.wav")
    let coded = wave + ".opus"
    let decoded = wave + ".decoded.wav"
    try Program.run(["opusenc", "--quiet", "--bitrate", "\(rate)", wave, coded])
    try Program.run(["opusdec", "--quiet", "--float", "--rate", "48000", coded, decoded])
    // From the start, after a jump, and close behind the sample before.
    let starts = [0, 1.5, 9.25, 14.3]
    let mixed = try Fixture.samples(FilePath(coded), from: starts)
    let both = try Fixture.samples(FilePath(decoded), from: starts)
    for index in starts.indices {
      let (got, wanted) = try (#require(mixed[index]), #require(both[index]))
      let peak = wanted.reduce(0) { max($0, abs($1)) }
      let worst = zip(got, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) }
      // Behind a jump the codec needs a while to forget where it was: what is left then is 50 dB below the music.
      #expect(worst <= (index == 2 ? 3e-3 : 1e-3) * peak, "at \(starts[index]): \(worst) of \(peak)")
    }
  }
}
