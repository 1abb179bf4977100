import Foundation
import TestSupport
import Testing
import Tracks

@testable import AudioDecoding

/// Where the channels cancel each other in their mean, what cancels is heard.
@Suite struct CancellationTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A tone of whole periods in a second; tones of other periods have nothing in common with it.
  private static func tone(_ hertz: Int, _ height: Double = 0.4, seconds: Int = 6) -> [Float] {
    (0..<(seconds * Sampling.rate)).map { index in
      Float(height * sin(2 * .pi * Double(hertz * index % Sampling.rate) / Double(Sampling.rate)))
    }
  }

  private func file(_ channels: [[Float]], rate: Int = Sampling.rate, _ name: String = "a.wav") throws -> FilePath {
    let values = channels[0].indices.flatMap { frame in channels.map { $0[frame] } }
    return FilePath(try folder.write(WaveFile.bytes(values, rate: rate, channels: channels.count), to: name))
  }

  /// The value that a file of 16 bits holds.
  private func coded(_ value: Float) -> Float { (value * 32_767).rounded() / 32_768 }

  private func height(_ sample: [Float], _ hertz: Int, from start: Int = 44_100) -> Double {
    var (real, imaginary) = (0.0, 0.0)
    for (index, value) in sample[start..<(start + Sampling.rate)].enumerated() {
      let angle = 2 * .pi * Double(hertz * index % Sampling.rate) / Double(Sampling.rate)
      real += Double(value) * cos(angle)
      imaginary += Double(value) * sin(angle)
    }
    return 2 * (real * real + imaginary * imaginary).squareRoot() / Double(Sampling.rate)
  }

  /// The border of 12 dB, from both sides: the power of what is apart over that of the mean is the square of the ratio.
  @Test(arguments: [(3.85, false), (3.9, true)]) func theBorderIsTwelveDecibels(_ ratio: Double, _ isApart: Bool) throws
  {
    let (mean, apart) = (Self.tone(440, 0.4 / ratio), Self.tone(997))
    let left = zip(mean, apart).map { $0 + $1 }
    let right = zip(mean, apart).map { $0 - $1 }
    let sample = try Fixture.sample(file([left, right]))
    for index in stride(from: 0, to: sample.count, by: 511) {
      let wanted = isApart ? coded(left[index]) - coded(right[index]) : coded(left[index]) + coded(right[index])
      #expect(sample[index] == wanted / 2)
    }
  }

  /// The mean power of the channels is that of the mean and that of what is apart together.
  @Test func movementIsTheVariance() {
    let values = Self.tone(441, 0.5, seconds: 1).map { $0 + 7 }
    #expect(abs(Cancellation.movement(values, values.count) - 0.125) < 1e-6)
    #expect(Cancellation.movement([Float](repeating: 0.3, count: 9_999), 9_999) == 0)
    #expect(Cancellation.movement([], 0) == 0)
    #expect(Cancellation.movement([1, 3], 2) == 1)
  }

  @Test(arguments: [8_000, 44_100, 48_000]) func aChannelTurnedRoundChangesNothing(_ rate: Int) throws {
    var song = Song(seed: 4)
    let values = song.values(seconds: 12)
    let left = stride(from: 0, to: values.count, by: 2).map { values[$0] }
    let plain = try file([left, left], rate: rate, "plain.wav")
    let turned = try file([left, left.map { -$0 }], rate: rate, "turned.wav")
    let starts = [0, 2.5, 6.25]
    #expect(try Fixture.samples(turned, from: starts) == Fixture.samples(plain, from: starts))
    func fingerprint(_ path: FilePath) throws -> [UInt32] {
      try Fingerprint.compute(path, properties: AudioFile.probe(path).properties)
    }
    #expect(try !fingerprint(plain).isEmpty)
    #expect(try fingerprint(turned) == fingerprint(plain))
  }

  @Test func constantsCountForNothing() throws {
    let (music, constant) = (Self.tone(440, 0.1), [Float](repeating: 0.5, count: 6 * Sampling.rate))
    func sum(_ one: [Float], _ other: [Float], _ sign: Float) -> [Float] { zip(one, other).map { $0 + sign * $1 } }
    // The mean is a constant, the music cancels.
    let cancelling = try Fixture.sample(file([sum(constant, music, 1), sum(constant, music, -1)]))
    #expect(abs(height(cancelling, 440) - 0.1) < 1e-3)
    // A constant cancels, the music is the mean.
    let biased = try Fixture.sample(file([sum(music, constant, 1), sum(music, constant, -1)], "b.wav"))
    #expect(abs(height(biased, 440) - 0.1) < 1e-3)
  }

  @Test func everySampleIsJudgedAlone() throws {
    let (first, second) = (Self.tone(440, seconds: 12), Self.tone(630, seconds: 12))
    let turned = first.enumerated().map { $0.offset < 6 * Sampling.rate ? -$0.element : $0.element }
    let samples = try Fixture.samples(file([first, turned]), from: [0, 0.5, 6.5])
    for sample in samples.values { #expect(abs(height(sample, 440) - 0.4) < 1e-3) }
    // Two voices of which only one cancels do not.
    let both = [zip(first, second).map { ($0 + $1) / 2 }, zip(first, second).map { ($1 - $0) / 2 }]
    let sample = try Fixture.sample(file(both, "both.wav"))
    #expect(abs(height(sample, 630) - 0.2) < 1e-3 && height(sample, 440) < 1e-3)
  }

  /// What each channel has of one tone; all together nothing.
  static let layouts: [[Float]] = [
    [1, 1, -2], [1, -1, 0, 0], [0, 0, 1, -1], [1, 1, -1, -1], [1, -1, 0, 1, -1], [1, -1, 0, 0, 1, -1],
    [1, 1, 0, 0, -1, -1], [0, 1, -1, 0, 0, 0, 1, -1],
  ]

  @Test(arguments: layouts) func anyChannelsThatCancelAreHeard(_ shares: [Float]) throws {
    let tone = Self.tone(440, 0.4)
    let sample = try Fixture.sample(file(shares.map { share in tone.map { $0 * share } }))
    #expect(height(sample, 440) > 0.01, "\(shares)")
    // With as much in the mean as anywhere that is heard.
    let other = Self.tone(630)
    let mixed = shares.map { share in zip(tone, other).map { 0.5 * ($0 * share + $1) } }
    let mean = try Fixture.sample(file(mixed, "mean.wav"))
    #expect(abs(height(mean, 630) - 0.2) < 1e-3 && height(mean, 440) < 1e-3, "\(shares)")
  }

  /// But for Vorbis of low quality, which codes what is high without its phase, so that it does not cancel.
  private static let encoders =
    Encoder.all.filter { $0.name != "Vorbis by ffmpeg" } + [
      Encoder(name: "Opus of 48 kbit/s", suffix: "low.opus", command: "opusenc --quiet --bitrate 48 IN OUT"),
      Encoder(name: "Opus of 160 kbit/s", suffix: "high.opus", command: "opusenc --quiet --bitrate 160 IN OUT"),
    ]

  /// Two parts, how loud the mean and what is apart are in each: a quiet one that does not cancel though its mean is the quieter,
  /// then one that does; one as loud that does not; as both parts of a song that does not. Of Opus, of which the mean alone is
  /// decoded where that will do, the same is heard as of the file it was made of.
  @Test(
    .enabled(if: BuiltProgram.isInstalled("opusenc")),
    arguments: [[0.04, 0.11, 0.1, 0.45], [0.4, 0.1, 0.04, 0.4], [0.4, 0.1, 0.3, 0.2]])
  func opusIsHeardAsOtherFormats(_ heights: [Double]) throws {
    func part(_ hertz: Int, _ first: Double, _ second: Double) -> [Float] {
      Self.tone(hertz, first, seconds: 18) + Self.tone(hertz, second, seconds: 12)
    }
    let (mean, apart) = (part(440, heights[0], heights[2]), part(997, heights[1], heights[3]))
    let wave = try file([zip(mean, apart).map { $0 + $1 }, zip(mean, apart).map { $0 - $1 }])
    let coded = wave.display + ".opus"
    try Program.run(["opusenc", "--quiet", "--bitrate", "160", wave.display, coded])
    let cancels = heights[3] > 4 * heights[2]
    for path in [wave, FilePath(coded)] {
      let samples = try Fixture.samples(path, from: [0, 5, 12, 19, 25])
      #expect(samples.count == 5)
      for (index, sample) in samples {
        let isApart = cancels && index > 2
        #expect(abs(height(sample, 997) - (isApart ? heights[3] : 0)) < 0.02, "\(path.display) \(index)")
        let wanted = isApart ? 0 : heights[index > 2 ? 2 : 0]
        #expect(abs(height(sample, 440) - wanted) < 0.02, "\(path.display) \(index)")
      }
    }
  }

  /// Silence, a song that cancels, and the song as it is: in every format the song is heard twice.
  @Test(.enabled(if: Fixture.hasFFmpeg), arguments: encoders) func isHeardInEveryFormat(_ encoder: Encoder) throws {
    guard encoder.isInstalled else { return }
    var song = Song(seed: 9)
    let values = song.values(seconds: 10)
    let silence = [Float](repeating: 0, count: 10 * Sampling.rate)
    let left = stride(from: 0, to: values.count, by: 2).map { values[$0] * 0.5 }
    let wave = try file([silence + left + left, silence + left.map { -$0 } + left])
    let samples = try Fixture.samples(FilePath(encoder.encode(wave.display)), from: [2, 12, 22])
    func power(_ sample: [Float]) -> Double { Cancellation.movement(sample, sample.count).squareRoot() }
    let (cancelling, plain) = try (#require(samples[1]), #require(samples[2]))
    #expect(power(plain) > 0.01 && abs(power(cancelling) / power(plain) - 1) < 0.1, "\(encoder)")
  }
}
