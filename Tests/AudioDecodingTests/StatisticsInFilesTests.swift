import AudioDecoding
import Foundation
import TestSupport
import Testing
import Tracks

/// Statistics arrive from the tags of every kind of file.
@Suite(.enabled(if: Fixture.hasFFmpeg)) struct StatisticsInFilesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let statistics = [
    "PLAY_COUNT": "9", "LAST_PLAYED_TIMESTAMP": "130913311506349590", "RATING": "4", "FMPS_PLAYCOUNT": "9.0",
  ]

  private func encode(_ codec: String, _ name: String) throws -> String {
    let wave = try folder.write(WaveFile.bytes(Fixture.tone), to: "tone.wav")
    let words = codec.split(separator: " ").map(String.init)
    try Program.run(
      ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", wave, "-map_metadata", "-1", "-c:a"] + words + [folder[name]])
    return folder[name]
  }

  /// What ffmpeg writes as the container's own tags, whatever they are.
  @Test(arguments: [
    "wmav2:wma", "libopus:mka", "libopus:webm", "flac:mka", "libvorbis:ogg", "libopus:opus", "libspeex:spx", "flac:oga",
    "flac:flac", "wavpack:wv", "libmp3lame:mp3", "tta:tta", "pcm_s16be -write_id3v2 1:aiff",
  ])
  func comeFromOwnTags(_ format: String) throws {
    let parts = format.split(separator: ":").map(String.init)
    let made = try encode(parts[0], "made." + parts[1])
    let copy = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", made, "-c", "copy"]
    let plain = folder["plain." + parts[1]]
    try Program.run(copy + [plain])
    var words = copy
    for (name, value) in Self.statistics.sorted(by: { $0.key < $1.key }) { words += ["-metadata", "\(name)=\(value)"] }
    words += ["-metadata", "title=Rising", "-metadata", "artist=First"]
    if parts[1] == "aiff" { words += ["-write_id3v2", "1"] }
    let file = folder["tagged." + parts[1]]
    try Program.run(words + [file])
    let probed = try AudioFile.probe(FilePath(file))
    #expect(probed.tags.title == "Rising" && probed.tags.artist == "First")
    #expect(probed.tags.statistics == Self.statistics)
    #expect(try probed.identity == AudioFile.probe(FilePath(plain)).identity)
  }

  /// Tags behind and before the sound of formats that have none of their own, with a cover larger than the sound.
  @Test(arguments: [
    "ac3:ac3", "eac3 -f eac3:ac3", "dca -strict -2 -ac 2:dts", "aac:aac", "aac -f latm:latm.aac", "tta:tta",
    "wavpack:wv", "truehd -strict -2 -f truehd:thd.ac3", "libmp3lame -write_xing 0 -id3v2_version 0:mp3",
  ])
  func comeFromAPEv2BehindAnything(_ format: String) throws {
    let parts = format.split(separator: ":").map(String.init)
    let plain = try encode(parts[0], "plain." + parts[1])
    let audio = Array(try Data(contentsOf: URL(fileURLWithPath: plain)))
    let items = Self.statistics.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let tag = ID3.ape([("Title", "Rising"), ("Artist", "First\u{0}Second")] + items, cover: 700_000)
    let known = try AudioFile.probe(FilePath(plain))
    let path = FilePath(try folder.write(audio + tag, to: "tagged." + parts[1]))
    let probed = try AudioFile.probe(path)
    #expect(probed.tags.title == "Rising" && probed.tags.artist == "First, Second")
    #expect(probed.tags.statistics == Self.statistics)
    #expect(probed.identity == known.identity)
    #expect(probed.properties.codec == known.properties.codec)
    #expect(abs(probed.properties.duration - known.properties.duration) < 0.05)
    #expect(try Fixture.sample(path, from: 0.75) == Fixture.sample(FilePath(plain), from: 0.75))
  }

  @Test(arguments: [
    "ac3:ac3", "dca -strict -2 -ac 2:dts", "aac:aac", "aac -f latm:latm.aac", "tta:tta",
    "libmp3lame -id3v2_version 0:mp3",
  ])
  func comeFromID3v2BeforeAnything(_ format: String) throws {
    let parts = format.split(separator: ":").map(String.init)
    let plain = try encode(parts[0], "plain." + parts[1])
    let audio = Array(try Data(contentsOf: URL(fileURLWithPath: plain)))
    let frames = Self.statistics.sorted { $0.key < $1.key }.map { ID3.user($0.key, $0.value) }
    let tag = ID3.tag([ID3.text("TIT2", "Rising"), ID3.text("TPE1", "First\u{0}Second")] + frames)
    let known = try AudioFile.probe(FilePath(plain))
    let path = FilePath(try folder.write(tag + audio, to: "tagged." + parts[1]))
    let probed = try AudioFile.probe(path)
    #expect(probed.tags.title == "Rising" && probed.tags.artist == "First, Second")
    #expect(probed.tags.statistics == Self.statistics)
    #expect(probed.identity == known.identity)
    #expect(probed.properties.frames == known.properties.frames)
  }

  /// Players that count by themselves put the number into a popularimeter or a play counter.
  @Test func comeFromCountersOfID3v2() throws {
    let audio = try Fixture.bytes("untagged.mp3")
    func statistics(_ frames: [[UInt8]]) throws -> [String: String] {
      try AudioFile.probe(FilePath(folder.write(ID3.tag(frames) + audio, to: "counted.mp3"))).tags.statistics
    }
    #expect(try statistics([ID3.popularimeter(196, count: 12)]) == ["RATING": "4", "PLAY_COUNTER": "12"])
    #expect(try statistics([ID3.popularimeter(0, count: 3)]) == ["PLAY_COUNTER": "3"], "a counter without a rating")
    #expect(try statistics([ID3.counter(70_000)]) == ["PLAY_COUNTER": "70000"])
    #expect(try statistics([ID3.popularimeter(255, count: 2), ID3.counter(5)])["PLAY_COUNTER"] == "5")
    #expect(try statistics([ID3.popularimeter(0, count: 0)]).isEmpty)
    #expect(try statistics([ID3.popularimeter(1, count: 0)]) == ["RATING": "1"])
  }

  /// foo_statistics lists the times of all plays.
  @Test func aLongListOfPlaysIsWhole() throws {
    let times = (0..<2_000).map { "\(130_913_311_506_349_590 + $0)" }.joined(separator: ";")
    let tag = ID3.tag([ID3.user("_TIMESTAMPS", times)])
    let path = FilePath(try folder.write(tag + Fixture.bytes("untagged.mp3"), to: "long.mp3"))
    #expect(try AudioFile.probe(path).tags.statistics == ["_TIMESTAMPS": times])
  }

  /// Several atoms of one name, several values in one atom, and statistics in free-form atoms of any owner.
  @Test func everyAtomOfAnMP4FileCounts() throws {
    func atom(_ name: [UInt8], _ body: [UInt8]) -> [UInt8] {
      withUnsafeBytes(of: UInt32(body.count + 8).bigEndian, Array.init) + name + body
    }
    func data(_ text: String) -> [UInt8] { atom(Array("data".utf8), [0, 0, 0, 1, 0, 0, 0, 0] + Array(text.utf8)) }
    func free(_ owner: String, _ name: String, _ value: String) -> [UInt8] {
      atom(
        Array("----".utf8),
        atom(Array("mean".utf8), [0, 0, 0, 0] + Array(owner.utf8))
          + atom(Array("name".utf8), [0, 0, 0, 0] + Array(name.utf8)) + data(value))
    }
    let artist: [UInt8] = [0xA9] + Array("ART".utf8)
    let items =
      atom([0xA9] + Array("nam".utf8), data("Rising")) + atom(artist, data("First")) + atom(artist, data("Second"))
      + atom(artist, data("Third") + data("Fourth")) + free("com.apple.iTunes", "PLAY_COUNT", "9")
      + free("org.other", "last_played_timestamp", "130913311506349590")
    let handler = atom(
      Array("hdlr".utf8), [UInt8](repeating: 0, count: 8) + Array("mdirappl".utf8) + [UInt8](repeating: 0, count: 9))
    let meta = atom(Array("meta".utf8), [0, 0, 0, 0] + handler + atom(Array("ilst".utf8), items))
    let tag = atom(Array("udta".utf8), meta)
    let file = try encode("aac", "plain.m4a")
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    // The index is the last atom, so that nothing moves when it grows.
    let start = try #require(bytes.indices.dropLast(4).last { bytes[$0..<($0 + 4)].elementsEqual("moov".utf8) }) - 4
    let old = try #require(bytes.indices.dropLast(4).last { bytes[$0..<($0 + 4)].elementsEqual("udta".utf8) }) - 4
    bytes.replaceSubrange(old..., with: tag)
    let size = UInt32(bytes.count - start)
    bytes.replaceSubrange(start..<(start + 4), with: withUnsafeBytes(of: size.bigEndian, Array.init))
    let probed = try AudioFile.probe(FilePath(folder.write(bytes, to: "tagged.m4a")))
    #expect(probed.tags.title == "Rising")
    #expect(probed.tags.artist == "First, Second, Third, Fourth")
    #expect(
      probed.tags.statistics == ["PLAY_COUNT": "9", "LAST_PLAYED_TIMESTAMP": "130913311506349590"])
    #expect(try probed.identity == AudioFile.probe(FilePath(file)).identity)
  }

  @Test func namesInCAFAreRead() throws {
    let file = try encode("pcm_s16be -metadata title=Rising -metadata artist=First", "plain.caf")
    let tags = try AudioFile.probe(FilePath(file)).tags
    #expect(tags.title == "Rising" && tags.artist == "First")
  }
}
