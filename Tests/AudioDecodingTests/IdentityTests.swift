import AudioDecoding
import Foundation
import TestSupport
import Testing
import Tracks

/// The identity of the audio: it outlives its tags, not itself.
@Suite struct IdentityTests {
  private func identity(_ name: String) throws -> AudioIdentity {
    try AudioFile.probe(Fixture.path(name)).identity
  }

  @Test(arguments: ["tone.flac", "tone.mp3", "tone.ogg", "tone.opus", "tone.wav", "tone.aiff"])
  func outlivesOtherTags(_ name: String) throws {
    #expect(try Fixture.bytes(name) != Fixture.bytes("retagged-" + name))
    #expect(try identity(name) == identity("retagged-" + name))
    #expect(try AudioFile.probe(Fixture.path("retagged-" + name)).tags.title == "Other")
  }

  @Test(.enabled(if: Fixture.hasFFmpeg), arguments: ["tone.m4a", "tone.wma", "tone.wv", "tone.ape"])
  func outlivesOtherTagsInOtherContainers(_ name: String) throws {
    try outlivesOtherTags(name)
  }

  @Test func isNotThatOfOtherAudio() throws {
    var names = ["tone.flac", "tone.mp3", "untagged.mp3", "muxed.mp3", "tone.ogg", "muxed.ogg", "tone.opus"]
    names += ["muxed.opus", "tone.wav", "tone.aiff", "chained.ogg"]
    if Fixture.hasFFmpeg {
      names += ["tone.m4a", "alac.m4a", "tone.wma", "tone.tta", "tone.wv", "tone.aac", "tone.webm", "tone.ape"]
    }
    let identities = Set(try names.map { try identity($0) })
    #expect(identities.count == names.count)
  }

  @Test(arguments: ["tone.mp3", "tone.ogg", "tone.opus", "tone.wav", "tone.aiff"])
  func changesWithOneBitOfTheAudio(_ name: String) throws {
    let folder = try TemporaryFolder()
    var bytes = try Fixture.bytes(name)
    bytes[bytes.count * 3 / 4] ^= 1
    let changed = try AudioFile.probe(FilePath(folder.write(bytes, to: name))).identity
    #expect(try changed != identity(name))
    #expect(try changed.scheme == identity(name).scheme)
  }

  @Test(.enabled(if: Fixture.hasFFmpeg), arguments: ["tone.m4a", "tone.wma", "tone.ape"])
  func changesWithOneBitOfTheAudioInOtherContainers(_ name: String) throws {
    let folder = try TemporaryFolder()
    var bytes = try Fixture.bytes(name)
    bytes[bytes.count / 2] ^= 1
    let changed = try AudioFile.probe(FilePath(folder.write(bytes, to: name))).identity
    #expect(try changed != identity(name) && changed.scheme == identity(name).scheme)
  }

  /// Two encodings of one audio are one FLAC; a single other value makes another.
  @Test(.enabled(if: BuiltProgram.isInstalled("flac"))) func ofFLACIsThatOfItsValues() throws {
    let folder = try TemporaryFolder()
    func identity(_ values: [Float], _ level: String) throws -> AudioIdentity {
      let wave = try folder.write(WaveFile.bytes(values), to: "tone.wav")
      try Program.run(["flac", "-s", "-f", level, "-o", folder["tone.flac"], wave])
      return try AudioFile.probe(FilePath(folder["tone.flac"])).identity
    }
    var other = Fixture.tone
    other[other.count / 2] += 0.001
    #expect(try identity(Fixture.tone, "-0") == identity(Fixture.tone, "-8"))
    #expect(try identity(Fixture.tone, "-8") != identity(other, "-8"))
  }

  /// Taggers lay an MP4 file out anew: the index before the media data or behind it, of any length.
  @Test(.enabled(if: Fixture.hasFFmpeg)) func outlivesOtherPlacesOfTheIndex() throws {
    let folder = try TemporaryFolder()
    var places: [Bool] = []
    for (place, options) in [[], ["-movflags", "+faststart"]].enumerated() {
      let file = folder["\(place).m4a"]
      let input = ["-i", Fixture.path("tone.m4a").display, "-c", "copy", "-metadata", "title=Other"]
      try Program.run(["ffmpeg", "-v", "error", "-nostdin", "-y"] + input + options + [file])
      #expect(try AudioFile.probe(FilePath(file)).identity == identity("tone.m4a"))
      #expect(try AudioFile.probe(FilePath(file)).tags.title == "Other")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      let index = try #require(bytes.range(of: Data("moov".utf8)))
      places.append(index.lowerBound < (bytes.range(of: Data("mdat".utf8))?.lowerBound ?? 0))
    }
    #expect(places == [false, true])
  }

  @Test func outlivesEveryTagAroundMPEGFrames() throws {
    let folder = try TemporaryFolder()
    let audio = try Fixture.bytes("untagged.mp3")
    let known = try identity("untagged.mp3")
    let id3v1 = Array("TAG".utf8) + [UInt8](repeating: 0x41, count: 125)
    // The cover holds what looks like a frame header.
    let cover = [UInt8]([0xFF, 0xFB, 0x90, 0x64]) + [UInt8](repeating: 0xFF, count: 70_000)
    let id3v2 = Array("ID3".utf8) + [4, 0, 0, 0, 4, 34, 116] + cover
    let item: [UInt8] = [4, 0, 0, 0, 0, 0, 0, 0] + Array("Title".utf8) + [0] + Array("Song".utf8)
    func frame(_ flags: UInt8) -> [UInt8] {
      Array("APETAGEX".utf8) + [0xD0, 7, 0, 0, UInt8(item.count + 32), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, flags]
        + [UInt8](repeating: 0, count: 8)
    }
    let ape = frame(0xA0) + item + frame(0x80)
    let lyrics = Array("LYRICSBEGININD0000200LYR00003abc".utf8)
    let lyricsTag = lyrics + Array(String(format: "%06d", lyrics.count).utf8) + Array("LYRICS200".utf8)
    let variants: [(String, [UInt8])] = [
      ("ID3v1", audio + id3v1), ("ID3v2", id3v2 + audio), ("APEv2", audio + ape), ("both", id3v2 + audio + ape + id3v1),
      ("Lyrics3", audio + lyricsTag + id3v1), ("junk before", Array("junk, not audio".utf8) + audio),
      ("junk behind", audio + [UInt8](repeating: 0x55, count: 3_000)), ("zeros", id3v2 + [0, 0, 0, 0, 0] + audio),
    ]
    for (name, bytes) in variants {
      let path = FilePath(try folder.write(bytes, to: name + ".mp3"))
      #expect(try AudioFile.probe(path).identity == known, "\(name)")
      #expect(try Fixture.sample(path) == Fixture.sample(Fixture.path("untagged.mp3")), "\(name)")
    }
  }

  @Test func ofACutFLACIsAnotherThanThatOfTheWhole() throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixture.bytes("tone.flac")
    let whole = try AudioFile.probe(Fixture.path("tone.flac"))
    let cut = try AudioFile.probe(FilePath(folder.write(bytes.prefix(bytes.count / 2), to: "cut.flac")))
    #expect(whole.identity.scheme == .flacMD5)
    #expect(cut.identity.scheme == .flacFrames)
    #expect((1...whole.properties.frames * 3 / 4).contains(cut.properties.frames))
    // Without its MD5 the frames are hashed.
    var bare = bytes
    for index in 26..<42 { bare[index] = 0 }
    let unsigned = try AudioFile.probe(FilePath(folder.write(bare, to: "bare.flac")))
    #expect(unsigned.identity.scheme == .flacFrames)
    #expect(unsigned.properties.frames == whole.properties.frames)
    // So is the length, where the encoder could not go back to write it.
    for index in 21..<26 { bare[index] &= index == 21 ? 0xF0 : 0 }
    let streamed = try AudioFile.probe(FilePath(folder.write(bare, to: "streamed.flac")))
    #expect(streamed.properties.frames == whole.properties.frames)
    #expect(streamed.identity == unsigned.identity)
  }

  @Test func ofOggPacketsDoesNotKnowPages() throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixture.bytes("tone.ogg")
    let laidOut = FilePath(try folder.write(OggPages.oneSegmentEach(bytes), to: "laid-out.ogg"))
    #expect(try AudioFile.probe(laidOut).identity == identity("tone.ogg"))
    #expect(
      try AudioFile.probe(laidOut).properties.frames == AudioFile.probe(Fixture.path("tone.ogg")).properties.frames)
    #expect(try Fixture.sample(laidOut) == Fixture.sample(Fixture.path("tone.ogg")))
  }
}

/// Lays an Ogg stream out anew: two packets a page instead of as many as the encoder liked.
enum OggPages {
  static func oneSegmentEach(_ bytes: [UInt8]) -> [UInt8] {
    var packets: [(data: [UInt8], granule: UInt64?)] = []
    var partial: [UInt8] = []
    var position = 0
    var serial: [UInt8] = []
    while position + 27 <= bytes.count {
      let segments = Int(bytes[position + 26])
      let granule = bytes[(position + 6)..<(position + 14)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      serial = Array(bytes[(position + 14)..<(position + 18)])
      let table = bytes[(position + 27)..<(position + 27 + segments)]
      position += 27 + segments
      for length in table {
        partial += bytes[position..<(position + Int(length))]
        position += Int(length)
        if length < 255 {
          packets.append((partial, nil))
          partial = []
        }
      }
      if !packets.isEmpty, partial.isEmpty || table.contains(where: { $0 < 255 }) {
        packets[packets.count - 1].granule = granule
      }
    }
    var result: [UInt8] = []
    var sequence: UInt32 = 0
    var pending: [[UInt8]] = []
    for (index, packet) in packets.enumerated() {
      pending.append(packet.data)
      // Only where the granule position is known can a page end.
      guard let granule = packet.granule else { continue }
      let isLast = index == packets.count - 1
      let lengths = pending.flatMap { [UInt8](repeating: 255, count: $0.count / 255) + [UInt8($0.count % 255)] }
      var consumed = 0
      while consumed < lengths.count {
        let part = lengths[consumed..<min(consumed + 13, lengths.count)]
        let skipped = lengths[..<consumed].reduce(0) { $0 + Int($1) }
        let body = Array(pending.joined())[skipped..<(skipped + part.reduce(0) { $0 + Int($1) })]
        let isEnd = consumed + part.count == lengths.count
        let finishes = part.contains { $0 < 255 }
        let flags: UInt8 =
          (consumed > 0 && lengths[consumed - 1] == 255 ? 1 : 0) | (sequence == 0 ? 2 : 0)
          | (isLast && isEnd ? 4 : 0)
        result += page(
          flags, isEnd ? granule : finishes && granule == 0 ? 0 : .max, serial, sequence, Array(part), Array(body))
        sequence += 1
        consumed += part.count
      }
      pending = []
    }
    return result
  }

  private static func page(
    _ flags: UInt8, _ granule: UInt64, _ serial: [UInt8], _ sequence: UInt32, _ table: [UInt8], _ body: [UInt8]
  ) -> [UInt8] {
    func little(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.littleEndian, Array.init) }
    var page = Array("OggS".utf8) + [0, flags] + little(granule) + serial + little(sequence) + [0, 0, 0, 0]
    page += [UInt8(table.count)] + table + body
    var crc: UInt32 = 0
    for byte in page {
      crc ^= UInt32(byte) << 24
      for _ in 0..<8 { crc = crc & 0x8000_0000 != 0 ? crc << 1 ^ 0x04C1_1DB7 : crc << 1 }
    }
    page.replaceSubrange(22..<26, with: little(crc))
    return page
  }
}
