import Foundation
import TestSupport
import Testing
import Tracks

@testable import AudioDecoding

/// What is decoded is what the decoders give of those who made the formats: as many frames, and the same ones, read on or
/// behind jumps.
@Suite struct ReferenceTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A WAV file of a song.
  private func wave(seconds: Int, rate: Int = 44_100) throws -> String {
    var song = Song(seed: 8)
    return try folder.write(WaveFile.bytes(song.values(seconds: seconds), rate: rate, channels: 2), to: "song.wav")
  }

  /// All frames of a file at its own rate.
  private func frames(_ source: any FrameSource) -> [Float] {
    var values: [Float] = []
    var piece = [Float](repeating: 0, count: 10_000)
    while true {
      let got = source.read(into: &piece, count: piece.count)
      values += piece[..<got]
      if got < piece.count { return values }
    }
  }

  private func open(_ file: String) throws -> (source: any FrameSource, frames: Int64) {
    let properties = try AudioFile.probe(FilePath(file)).properties
    return (try AudioSource.open(FilePath(file), properties: properties, scratch: Scratch()), properties.frames)
  }

  /// Checks that a file holds the frames of a WAV file within `most`, counted as many, and the same behind jumps.
  private func expect(_ file: String, like wave: String, within most: Float) throws {
    let (source, counted) = try open(file)
    let got = frames(source)
    let wanted = frames(try open(wave).source)
    #expect(got.count == wanted.count && counted == Int64(wanted.count), "\(counted) counted, \(got.count) read")
    let farthest = zip(got, wanted).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
    #expect(farthest <= most, "linear: \(farthest)")
    let jumping = try open(file).source
    var random = SeededGenerator(seed: 4)
    var spare = [Float](repeating: 0, count: 4_096)
    var piece = spare
    for _ in 0..<12 {
      let start = Int.random(in: 0..<(wanted.count - piece.count), using: &random)
      #expect(jumping.advance(from: nil, to: Int64(start), spare: &spare, spareCount: spare.count))
      #expect(jumping.read(into: &piece, count: piece.count) == piece.count)
      let apart = zip(piece, wanted[start...]).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
      #expect(apart <= most, "at \(start): \(apart)")
    }
  }

  private static let hasVorbis = ["oggenc", "oggdec", "vcut"].allSatisfy { BuiltProgram.isInstalled($0) }

  /// Rates and qualities with blocks of other lengths; oggdec rounds to 16 bits.
  @Test(
    .enabled(if: hasVorbis), arguments: [("-1", 44_100), ("3", 44_100), ("10", 44_100), ("4", 8_000), ("6", 96_000)])
  func vorbis(_ quality: String, _ rate: Int) throws {
    let coded = folder["song.ogg"]
    try Program.run(["oggenc", "-Q", "-q", quality, "-o", coded, wave(seconds: 20, rate: rate)])
    try Program.run(["oggdec", "-Q", "-o", folder["decoded.wav"], coded])
    try expect(coded, like: folder["decoded.wav"], within: 1e-4)
  }

  /// What was cut out of a stream, by its granule positions, at a frame that is no border of packets.
  @Test(.enabled(if: hasVorbis)) func cutVorbis() throws {
    let coded = folder["song.ogg"]
    try Program.run(["oggenc", "-Q", "-q", "5", "-o", coded, wave(seconds: 20)])
    try Program.run(["vcut", coded, folder["first.ogg"], folder["second.ogg"], "312345"])
    for name in ["first", "second"] {
      try Program.run(["oggdec", "-Q", "-o", folder["\(name).wav"], folder["\(name).ogg"]])
      try expect(folder["\(name).ogg"], like: folder["\(name).wav"], within: 1e-4)
    }
  }

  /// Of streams that lie beside each other the first is heard.
  @Test(.enabled(if: Fixture.hasFFmpeg)) func multiplexedVorbis() throws {
    let input = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", try wave(seconds: 12)]
    try Program.run(input + ["-c:a", "libvorbis", "-q:a", "4", folder["single.ogg"]])
    try Program.run(
      input + ["-map", "0:a", "-map", "0:a", "-c:a", "libvorbis", "-q:a:0", "4", "-q:a:1", "1", folder["both.ogg"]])
    let (single, both) = (try open(folder["single.ogg"]), try open(folder["both.ogg"]))
    #expect(single.frames == both.frames)
    #expect(frames(single.source) == frames(both.source))
  }

  /// Speech coding, music coding and both in turn, which is where the frames of a decoder of its own lie apart.
  @Test(
    .enabled(if: Fixture.hasFFmpeg && BuiltProgram.isInstalled("opusdec")),
    arguments: ["voip -b:a 16k", "voip -b:a 32k", "audio -b:a 24k", "audio -b:a 64k", "audio -b:a 128k"])
  func opus(_ options: String) throws {
    let words = "ffmpeg -v error -nostdin -y -i IN -c:a libopus -application \(options) OUT"
    let coded = try Encoder(name: "Opus", suffix: "opus", command: words).encode(wave(seconds: 20))
    try Program.run(["opusdec", "--quiet", "--float", "--rate", "48000", coded, folder["decoded.wav"]])
    try expect(coded, like: folder["decoded.wav"], within: 0.03)
  }

  /// To the bit what libsndfile makes of it.
  @Test(
    .enabled(if: Fixture.hasFFmpeg),
    arguments: ["", "-sample_fmt s32 -bits_per_raw_sample 24 -ar 96000", "-ac 1", "-ac 6", "-frame_size 192"])
  func flac(_ options: String) throws {
    let words = "ffmpeg -v error -nostdin -y -i IN \(options) -c:a flac OUT"
    let coded = try Encoder(name: "FLAC", suffix: "flac", command: words).encode(wave(seconds: 20))
    let file = try ByteFile.open(FilePath(coded))
    let wanted = frames(try SoundFile(FilePart(file, 0..<file.size), path: FilePath(coded), scratch: Scratch()))
    let (source, counted) = try open(coded)
    #expect(source is FLACFile)
    #expect(counted == Int64(wanted.count))
    #expect(frames(source) == wanted)
    var random = SeededGenerator(seed: 9)
    var spare = [Float](repeating: 0, count: 4_096)
    var piece = spare
    for _ in 0..<40 {
      let start = Int.random(in: 0...(wanted.count - piece.count), using: &random)
      #expect(source.advance(from: nil, to: Int64(start), spare: &spare, spareCount: spare.count))
      #expect(source.read(into: &piece, count: piece.count) == piece.count)
      #expect(piece[...] == wanted[start..<(start + piece.count)], "at \(start)")
    }
  }
}
