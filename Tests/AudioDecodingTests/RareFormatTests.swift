import AudioDecoding
import Foundation
import TestSupport
import Testing
import Tracks

/// Formats whose files are made by hand, and tags around those that no tool here rewrites.
@Suite(.enabled(if: Fixture.hasFFmpeg)) struct RareFormatTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private let id3v2: [UInt8] = {
    let text = [UInt8(3)] + Array("Other".utf8)
    let frame = Array("TIT2".utf8) + [0, 0, 0, UInt8(text.count), 0, 0] + text
    return Array("ID3".utf8) + [4, 0, 0, 0, 0, 7, 104] + frame + [UInt8](repeating: 0, count: 1_000 - frame.count)
  }()

  private let id3v1 = Array("TAGOther".utf8) + [UInt8](repeating: 0, count: 120)

  private let ape: [UInt8] = {
    let item: [UInt8] = [5, 0, 0, 0, 0, 0, 0, 0] + Array("Title".utf8) + [0] + Array("Other".utf8)
    func frame(_ flags: UInt8) -> [UInt8] {
      Array("APETAGEX".utf8) + [0xD0, 7, 0, 0, UInt8(item.count + 32), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, flags]
        + [UInt8](repeating: 0, count: 8)
    }
    return frame(0xA0) + item + frame(0x80)
  }()

  @Test func dsfIsRead() throws {
    let path = FilePath(try folder.write(DirectStream.file(Fixture.tone), to: "tone.dsf"))
    let probed = try AudioFile.probe(path)
    #expect(probed.properties.codec == "dsd")
    #expect(abs(probed.properties.duration - 3) < 0.01)
    for start in [0, 0.75, 1.25] {
      let sample = try Fixture.sample(path, from: start)
      #expect(abs(Double(sample.count) / 44_100 - (3 - start)) < 0.1)
      #expect(abs(Fixture.lag(sample, from: start)) <= 50)
      let energy = sample.reduce(0.0) { $0 + Double($1 * $1) } / Double(sample.count)
      #expect(abs(energy.squareRoot() - 0.4 / 2.0.squareRoot()) < 0.03)
    }
  }

  /// Two channels lie in turns, a block each; the higher of two samples in a byte may come first.
  @Test(arguments: [1, 8] as [UInt8]) func dsfOfTwoChannelsIsTheirMean(_ bits: UInt8) throws {
    let mono = DirectStream.file(Fixture.tone)
    let blocks = (mono.count - 92) / 4_096
    var bytes = Array(mono[..<92])
    bytes[48] = 2
    bytes[52] = 2
    bytes[60] = bits
    for block in 0..<blocks {
      let own = mono[(92 + block * 4_096)..<(92 + (block + 1) * 4_096)]
      bytes += own + [UInt8](repeating: 0x69, count: 4_096)
    }
    if bits == 8 {
      for index in 92..<bytes.count {
        bytes[index] = (0..<8).reduce(0) { $0 | (bytes[index] >> UInt8($1) & 1) << UInt8(7 - $1) }
      }
    }
    bytes.replaceSubrange(12..<20, with: withUnsafeBytes(of: UInt64(bytes.count).littleEndian, Array.init))
    bytes.replaceSubrange(84..<92, with: withUnsafeBytes(of: UInt64(bytes.count - 80).littleEndian, Array.init))
    let path = FilePath(try folder.write(bytes, to: "two.dsf"))
    let sample = try Fixture.sample(path, from: 0.75)
    let single = try Fixture.sample(FilePath(try folder.write(mono, to: "one.dsf")), from: 0.75)
    #expect(sample.count == single.count)
    for index in stride(from: 500, to: sample.count - 500, by: 101) {
      #expect(abs(sample[index] - single[index] / 2) < 0.003)
    }
  }

  @Test func dsfOutlivesItsTag() throws {
    let plain = DirectStream.file(Array(Fixture.tone[..<44_100]))
    var tagged = plain + id3v2
    tagged.replaceSubrange(12..<20, with: withUnsafeBytes(of: UInt64(tagged.count).littleEndian, Array.init))
    tagged.replaceSubrange(20..<28, with: withUnsafeBytes(of: UInt64(plain.count).littleEndian, Array.init))
    var other = plain
    other[plain.count / 2] ^= 1
    let files = try [plain, tagged, other].enumerated().map { try folder.write($1, to: "\($0).dsf") }
    let identities = try files.map { try AudioFile.probe(FilePath($0)).identity }
    #expect(identities[0] == identities[1])
    #expect(identities[0] != identities[2])
    #expect(try AudioFile.probe(FilePath(files[1])).tags.title == "Other")
  }

  @Test(arguments: ["tone.tta", "tone.aac", "tone.wv"]) func everyTagAroundIsForgotten(_ name: String) throws {
    let audio = try Fixture.bytes(name)
    let known = try AudioFile.probe(Fixture.path(name))
    let sample = try Fixture.sample(Fixture.path(name))
    // WavPack takes no tag before its first block.
    let before = name.hasSuffix(".wv") ? [] : id3v2
    let all = [
      ("behind", audio + id3v1), ("APEv2", audio + ape), ("both", audio + ape + id3v1), ("before", before + audio),
    ]
    for (place, bytes) in all {
      let path = FilePath(try folder.write(bytes, to: "\(place)-\(name)"))
      let probed = try AudioFile.probe(path)
      #expect(probed.identity == known.identity, "\(place)")
      #expect(probed.properties.frames == known.properties.frames, "\(place)")
      #expect(try Fixture.sample(path) == sample, "\(place)")
    }
    var changed = audio
    changed[audio.count * 3 / 4] ^= 1
    #expect(try AudioFile.probe(FilePath(folder.write(changed, to: name))).identity != known.identity)
  }

  @Test(arguments: ["alac.m4a", "tone.webm"]) func otherAtomsAndElementsAreForgotten(_ name: String) throws {
    let file = folder[name]
    try Program.run([
      "ffmpeg", "-v", "error", "-nostdin", "-y", "-i", Fixture.path(name).display, "-map", "0:a", "-c", "copy",
      "-map_metadata", "-1", "-metadata", "title=Other", "-metadata", "comment=" + String(repeating: "7", count: 900),
      file,
    ])
    let known = try AudioFile.probe(Fixture.path(name))
    let probed = try AudioFile.probe(FilePath(file))
    #expect(known.tags.title == "Süßer Ton" && probed.tags.title == "Other")
    #expect(probed.identity == known.identity)
    #expect(try Fixture.sample(FilePath(file)) == Fixture.sample(Fixture.path(name)))
    var changed = try Fixture.bytes(name)
    changed[changed.count * 3 / 4] ^= 1
    #expect(try AudioFile.probe(FilePath(folder.write(changed, to: "changed-" + name))).identity != known.identity)
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("mpcenc")), arguments: [[], ["--quality", "3"]])
  func musepackIsReadAndOutlivesItsTags(_ options: [String]) throws {
    let wave = try folder.write(WaveFile.bytes(Fixture.tone), to: "tone.wav")
    let file = folder["tone.mpc"]
    try Program.run(["mpcenc", "--silent", "--overwrite", "--title", "Rising"] + options + [wave, file])
    let known = try AudioFile.probe(FilePath(file))
    #expect(known.tags.title == "Rising")
    #expect(abs(known.properties.duration - 3) < 0.1)
    for start in [0, 0.75, 1.25] {
      #expect(abs(Fixture.lag(try Fixture.sample(FilePath(file), from: start), from: start)) <= 50)
    }
    let bare = folder["bare.mpc"]
    try Program.run(["mpcenc", "--silent", "--overwrite"] + options + [wave, bare])
    let plain = Array(try Data(contentsOf: URL(fileURLWithPath: bare)))
    #expect(try AudioFile.probe(FilePath(bare)).identity == known.identity)
    let retagged = FilePath(try folder.write(plain + ape, to: "retagged.mpc"))
    #expect(try AudioFile.probe(retagged).identity == known.identity)
    #expect(try AudioFile.probe(retagged).tags.title == "Other")
    #expect(try Fixture.sample(retagged) == Fixture.sample(FilePath(bare)))
  }
}
