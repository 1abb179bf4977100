import AudioDecoding
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
    // Noise of opposite phase: of what is left of it in the mean, a decoder that mends the phases makes something else. At
    // the lowest bit rate each decoder makes noise of its own.
    var random = SeededGenerator(seed: 5)
    for frame in 0..<(rate > 24 ? 8 * 44_100 : 0) {
      values[2 * frame] = Float.random(in: -0.4...0.4, using: &random)
      values[2 * frame + 1] = -0.5 * values[2 * frame]
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
      let apart = zip(got, wanted).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      let energy = wanted.reduce(1e-9) { $0 + Double($1 * $1) }
      #expect((apart / energy).squareRoot() <= 0.01, "at \(starts[index]): \((apart / energy).squareRoot())")
    }
  }
}
