import AudioDecoding
import Foundation
import TestSupport
import Testing
import Tracks

/// DSF and DSDIFF files with and without the chunk of a tag, which may be larger than the sound.
@Suite struct DirectStreamTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A cover of noise, and what belongs to a song.
  private static let tag = ID3.tag([
    ID3.text("TIT2", "Rising"), ID3.text("TPE1", "First\u{0}Second"), ID3.user("PLAY_COUNT", "7"),
    ID3.picture(bytes: 900_000),
  ])

  private func check(_ plain: [UInt8], _ covered: [UInt8], _ name: String) throws {
    let known = try AudioFile.probe(FilePath(folder.write(plain, to: "plain." + name)))
    let path = FilePath(try folder.write(covered, to: "covered." + name))
    let probed = try AudioFile.probe(path)
    #expect(known.properties.codec == "dsd" && known.properties.sampleRate == 352_800)
    #expect(abs(known.properties.duration - 3) < 0.02)
    #expect(probed.properties.frames == known.properties.frames)
    #expect(probed.identity == known.identity)
    #expect(known.tags == TrackTags())
    #expect(probed.tags.title == "Rising" && probed.tags.artist == "First, Second")
    #expect(probed.tags.statistics == ["PLAY_COUNT": "7"])
    for start in [0, 1.25] {
      let sample = try Fixture.sample(path, from: start)
      #expect(try sample == Fixture.sample(FilePath(folder["plain." + name]), from: start))
      #expect(abs(Fixture.lag(sample, from: start)) <= 50)
    }
    // Cut off in its middle, in the tag, and behind the header.
    let bytes = try Fixture.bytes(path)
    let half = FilePath(try folder.write(bytes.prefix(plain.count / 2), to: "half." + name))
    #expect(abs(try AudioFile.probe(half).properties.duration - 1.5) < 0.05)
    #expect(abs(Double(try Fixture.sample(half).count) / 44_100 - 1.5) < 0.05)
    let inTag = FilePath(try folder.write(bytes.prefix(plain.count + 9_000), to: "tag." + name))
    #expect(try AudioFile.probe(inTag).properties.frames == known.properties.frames)
    let head = FilePath(try folder.write(bytes.prefix(92), to: "head." + name))
    let failure = #expect(throws: DecodingFailure.self) { try AudioFile.probe(head) }
    #expect(failure?.reason == .noFrames || failure?.reason == .damaged)
  }

  @Test func aCoverIsNoSoundInDSF() throws {
    let plain = DirectStream.file(Fixture.tone)
    var covered = plain + Self.tag
    covered.replaceSubrange(12..<20, with: withUnsafeBytes(of: UInt64(covered.count).littleEndian, Array.init))
    covered.replaceSubrange(20..<28, with: withUnsafeBytes(of: UInt64(plain.count).littleEndian, Array.init))
    try check(plain, covered, "dsf")
  }

  @Test(arguments: [1, 2]) func aCoverIsNoSoundInDSDIFF(_ channels: Int) throws {
    try check(
      DirectStream.chunks(Fixture.tone, channels: channels),
      DirectStream.chunks(Fixture.tone, channels: channels, tag: Self.tag), "\(channels).dff")
  }

  /// The chunk of the tag may stand before the sound.
  @Test func aTagMayComeFirstInDSDIFF() throws {
    let last = DirectStream.chunks(Fixture.tone, channels: 1, tag: Self.tag)
    let first = DirectStream.chunks(Fixture.tone, channels: 1, tag: Self.tag, isTagFirst: true)
    let known = try AudioFile.probe(FilePath(folder.write(last, to: "last.dff")))
    #expect(try AudioFile.probe(FilePath(folder.write(first, to: "first.dff"))) == known)
  }

  /// Both containers hold the same sound.
  @Test func dsdiffSoundsAsDSF() throws {
    let one = try Fixture.sample(
      FilePath(folder.write(DirectStream.chunks(Fixture.tone, channels: 2), to: "a.dff")), from: 0.75)
    let other = try Fixture.sample(FilePath(folder.write(DirectStream.file(Fixture.tone), to: "a.dsf")), from: 0.75)
    #expect(zip(one, other).dropLast(400).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test(.enabled(if: Fixture.hasFFmpeg)) func compressedDSDIFFIsCounted() throws {
    let whole = DirectStream.compressed(seconds: 2, tag: Self.tag)
    let probed = try AudioFile.probe(FilePath(folder.write(whole, to: "whole.dff")))
    #expect(probed.properties.codec == "dst")
    #expect(abs(probed.properties.duration - 2) < 0.02)
    #expect(probed.tags.title == "Rising" && probed.tags.statistics == ["PLAY_COUNT": "7"])
    let half = FilePath(try folder.write(whole.prefix((whole.count - Self.tag.count) / 2), to: "half.dff"))
    #expect(abs(try AudioFile.probe(half).properties.duration - 1) < 0.03)
  }
}

extension Fixture {
  fileprivate static func bytes(_ path: FilePath) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path.display)))
  }
}
