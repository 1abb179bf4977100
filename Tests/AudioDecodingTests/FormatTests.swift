import AudioDecoding
import Foundation
import TestSupport
import Testing
import Tracks

/// Every format that is decoded: what it is taken for, and where its music lies.
@Suite struct FormatTests {
  struct Expectation: CustomTestStringConvertible, Sendable {
    var file: String
    var codec: String
    var rate: Int
    var channels: Int
    var title: String?
    var artist: String?

    var testDescription: String { file }
  }

  static let own: [Expectation] = [
    .init(file: "tone.flac", codec: "flac", rate: 8_000, channels: 1, title: "Süßer Ton", artist: "First, Second"),
    .init(file: "tone.mp3", codec: "mp3", rate: 22_050, channels: 2, title: "Rising", artist: "First"),
    .init(file: "untagged.mp3", codec: "mp3", rate: 22_050, channels: 2),
    .init(file: "muxed.mp3", codec: "mp3", rate: 44_100, channels: 2, title: "Süßer Ton", artist: "First"),
    .init(file: "tone.ogg", codec: "vorbis", rate: 16_000, channels: 2, title: "Süßer Ton", artist: "First"),
    .init(file: "muxed.ogg", codec: "vorbis", rate: 44_100, channels: 2, title: "Süßer Ton", artist: "First"),
    .init(file: "tone.opus", codec: "opus", rate: 48_000, channels: 2, title: "Süßer Ton", artist: "First, Second"),
    .init(file: "muxed.opus", codec: "opus", rate: 48_000, channels: 2, title: "Süßer Ton", artist: "First"),
    .init(file: "tone.wav", codec: "pcm", rate: 8_000, channels: 1, title: "Süßer Ton", artist: "First"),
    .init(file: "tone.aiff", codec: "pcm", rate: 8_000, channels: 1, title: nil),
  ]

  static let others: [Expectation] = [
    .init(file: "tone.m4a", codec: "aac", rate: 44_100, channels: 2, title: "Süßer Ton", artist: "First"),
    .init(file: "alac.m4a", codec: "alac", rate: 8_000, channels: 1, title: "Süßer Ton", artist: "First"),
    .init(file: "tone.wma", codec: "wmav2", rate: 44_100, channels: 2, title: "Süßer Ton", artist: "First"),
    .init(file: "tone.ape", codec: "ape", rate: 8_000, channels: 1, title: "Süßer Ton", artist: "First"),
    .init(file: "tone.tta", codec: "tta", rate: 8_000, channels: 1, title: "Süßer Ton", artist: "First"),
    .init(file: "tone.wv", codec: "wavpack", rate: 8_000, channels: 1, title: "Süßer Ton", artist: "First"),
    .init(file: "tone.aac", codec: "aac", rate: 44_100, channels: 2),
    .init(file: "tone.webm", codec: "opus", rate: 48_000, channels: 2, title: "Süßer Ton", artist: "First"),
  ]

  @Test(arguments: own) func isWhatItIs(_ expected: Expectation) throws {
    try check(expected)
  }

  @Test(.enabled(if: Fixture.hasFFmpeg), arguments: others) func isWhatItIsToFFmpeg(_ expected: Expectation) throws {
    try check(expected)
  }

  private func check(_ expected: Expectation) throws {
    let path = Fixture.path(expected.file)
    let probed = try AudioFile.probe(path)
    #expect(probed.properties.codec == expected.codec)
    #expect(probed.properties.sampleRate == expected.rate)
    #expect(probed.properties.channels == expected.channels)
    #expect(abs(probed.properties.duration - 3) < 0.1)
    #expect(probed.tags.title == expected.title)
    #expect(probed.tags.artist == expected.artist)
    let starts = [0.0, 0.5, 0.75, 1.25]
    let samples = try Fixture.samples(path, from: starts)
    #expect(samples.count == starts.count)
    for (index, sample) in samples.sorted(by: { $0.key < $1.key }) {
      #expect(abs(Double(sample.count) / 44_100 - (3 - starts[index])) < 0.1)
      #expect(abs(Fixture.lag(sample, from: starts[index])) <= 50, "from \(starts[index]) s")
      let energy = sample.reduce(0.0) { $0 + Double($1 * $1) } / Double(sample.count)
      #expect(abs(energy.squareRoot() - 0.4 / 2.0.squareRoot()) < 0.03)
    }
  }

  @Test func playsTheLinksOfAChainOneAfterTheOther() throws {
    let probed = try AudioFile.probe(Fixture.path("chained.ogg"))
    #expect(probed.properties.codec == "vorbis")
    // 3 s at 16 kHz, then 3 s at 44.1 kHz, which are brought to the rate of the first.
    #expect(abs(probed.properties.duration - 6) < 0.02)
    for (start, place) in [(0.0, 0.0), (0.5, 0.5), (3.0, 0.0), (3.5, 0.5), (4.25, 1.25)] {
      let sample = try Fixture.sample(Fixture.path("chained.ogg"), from: start)
      #expect(abs(Fixture.lag(Array(sample.prefix(44_100)), from: place)) <= 50, "from \(start) s")
    }
    // One that runs from the first link into the second.
    let both = try Fixture.sample(Fixture.path("chained.ogg"), from: 1)
    #expect(abs(both.count - 5 * 44_100) < 1_000)
    #expect(abs(Fixture.lag(Array(both[(2 * 44_100)..<(3 * 44_100)]), from: 0)) <= 50)
  }

  @Test func playsTheLinksOfAChainOfOpus() throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixture.bytes("tone.opus")
    // Two streams of one chain have different numbers.
    let path = FilePath(try folder.write(bytes + Fixture.bytes("muxed.opus"), to: "chained.opus"))
    #expect(abs(try AudioFile.probe(path).properties.duration - 6) < 0.1)
    #expect(abs(Fixture.lag(try Fixture.sample(path, from: 0.5), from: 0.5)) <= 50)
    #expect(abs(Fixture.lag(try Fixture.sample(path, from: 3.5), from: 0.5)) <= 50)
  }

  /// What the fixtures do not have.
  static let made = [
    Encoder(
      name: "FLAC of 24 bits", suffix: "wide.flac", command: ffmpeg("flac -sample_fmt s32 -bits_per_raw_sample 24")),
    Encoder(name: "FLAC of 192 kHz", suffix: "fast.flac", command: ffmpeg("flac -ar 192000")),
    Encoder(name: "FLAC in Ogg", suffix: "oga", command: "flac -s --ogg -o OUT IN"),
    Encoder(name: "AU", suffix: "au", command: ffmpeg("pcm_s16be")),
    Encoder(name: "Wave64", suffix: "w64", command: ffmpeg("pcm_s16le")),
    Encoder(name: "RF64", suffix: "rf64.wav", command: ffmpeg("pcm_s24le -rf64 always")),
    Encoder(name: "CAF", suffix: "caf", command: ffmpeg("pcm_s16be")),
    Encoder(name: "ALAC in CAF", suffix: "alac.caf", command: ffmpeg("alac")),
  ]

  private static func ffmpeg(_ codec: String) -> String {
    "ffmpeg -v error -nostdin -y -i IN -map_metadata -1 -c:a \(codec) OUT"
  }

  @Test(.enabled(if: Fixture.hasFFmpeg), arguments: made) func isHeardInItsPlace(_ encoder: Encoder) throws {
    guard encoder.isInstalled else { return }
    let folder = try TemporaryFolder()
    let wave = try folder.write(WaveFile.bytes(Fixture.tone), to: "tone.wav")
    let path = FilePath(try encoder.encode(wave))
    let samples = try Fixture.samples(path, from: [0, 0.75, 1.25])
    #expect(samples.count == 3)
    for (index, start) in [0, 0.75, 1.25].enumerated() {
      let sample = try #require(samples[index])
      #expect(abs(Double(sample.count) / 44_100 - (3 - start)) < 0.1)
      #expect(abs(Fixture.lag(sample, from: start)) <= 50)
      let energy = sample.reduce(0.0) { $0 + Double($1 * $1) } / Double(sample.count)
      #expect(abs(energy.squareRoot() - 0.4 / 2.0.squareRoot()) < 0.03)
    }
  }

  @Test func readsStatisticsAndNumbers() throws {
    #expect(try AudioFile.probe(Fixture.path("tone.flac")).tags.statistics == ["PLAY_COUNT": "7"])
    let appended = try AudioFile.probe(Fixture.path("muxed.mp3")).tags
    #expect(appended.statistics == ["LAST_PLAYED_TIMESTAMP": "132174539906814579"])
    #expect(appended.title == "Süßer Ton", "the ID3v2 tag counts more than the APEv2 tag")
  }

  @Test func readsAFileThatIsLongerThanItsTagSays() throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixture.bytes("tone.mp3")
    let path = FilePath(try folder.write(bytes + bytes, to: "joined.mp3"))
    let probed = try AudioFile.probe(path)
    let single = try AudioFile.probe(Fixture.path("tone.mp3"))
    #expect(abs(probed.properties.duration - 2 * single.properties.duration) < 0.1)
    let sample = try Fixture.sample(path, from: single.properties.duration)
    #expect(sample.count > 2 * Sampling.rate)
    #expect(abs(Fixture.lag(sample, from: 0)) < 110, "the second file's own silence lies between the two")
  }

  @Test func readsAFLACFileBehindAForeignTag() throws {
    let folder = try TemporaryFolder()
    let tag = Array("ID3".utf8) + [4, 0, 0, 0, 0, 7, 104] + [UInt8](repeating: 0x41, count: 1_000)
    let path = FilePath(try folder.write(tag + Fixture.bytes("tone.flac"), to: "tagged.flac"))
    #expect(try AudioFile.probe(path) == AudioFile.probe(Fixture.path("tone.flac")))
    #expect(try Fixture.sample(path) == Fixture.sample(Fixture.path("tone.flac")))
  }

  @Test(arguments: ["tone.flac", "tone.mp3", "untagged.mp3", "muxed.ogg", "tone.opus", "muxed.opus", "tone.aiff"])
  func seeksToWhatReadingOnFinds(_ name: String) throws {
    let whole = try Fixture.sample(Fixture.path(name))
    let late = try Fixture.sample(Fixture.path(name), from: 1.5)
    // The edges of a sample of another rate are resampled without what lies behind them.
    let edge = 200
    for index in stride(from: edge, to: late.count - 5_000, by: 101) {
      #expect(abs(late[index] - whole[66_150 + index]) < 5e-3)
    }
  }
}
