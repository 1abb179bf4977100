import Foundation
import TestSupport
import Testing
import Tracks

@testable import AudioDecoding

/// What no decoder here opens is told as what it is, never as something to be removed.
@Suite struct ForeignFormatTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func failure(_ bytes: [UInt8], _ name: String) throws -> DecodingFailure? {
    let path = FilePath(try folder.write(bytes, to: name))
    return #expect(throws: DecodingFailure.self) { try AudioFile.probe(path) }
  }

  private static let noise: [UInt8] = {
    var random = SeededGenerator(seed: 5)
    return (0..<40_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }()

  private static let musepack: [UInt8] = {
    // Version 6, 32 bands, blocks of one frame.
    let bits = UInt32(6) << 11 | 31 << 6 | 1
    return withUnsafeBytes(of: bits.littleEndian, Array.init) + [0, 1, 0, 0]
  }()

  static let formats: [(bytes: [UInt8], name: String, format: String)] = [
    (Array("OFR ".utf8), "song.ofr", "OptimFROG"), (Array("OFR ".utf8), "song.mp3", "OptimFROG"),
    (Array("ADIF".utf8), "song.aac", "ADIF"), (Array("MThd".utf8) + [0, 0, 0, 6, 0, 1], "song.mp3", "MIDI"),
    (Array("RIFF".utf8) + [0, 1, 0, 0] + Array("RMIDdata".utf8), "song.wav", "MIDI"),
    (Array("LA04".utf8), "song.wav", "Lossless Audio"), (musepack, "song.mpc", "Musepack of the versions 4 to 6"),
    (musepack, "song.MP+", "Musepack of the versions 4 to 6"),
  ]

  @Test(arguments: formats.indices) func isToldByItsName(_ index: Int) throws {
    let (bytes, name, format) = Self.formats[index]
    for tag in [[], ID3.tag([ID3.text("TIT2", "Rising")])] {
      let failure = try failure(tag + bytes + Self.noise, name)
      #expect(failure?.reason == .unknownFormat)
      let words = failure?.description ?? ""
      #expect(words.contains("this machine's decoders do not know") && words.contains(format), "\(words)")
      #expect(!words.contains("remove"), "\(words)")
    }
    // Such a file may hold nothing but its header.
    #expect(try failure(bytes + [0, 0, 0, 0, 0, 0, 0, 0], name)?.reason == .unknownFormat)
  }

  @Test(.enabled(if: Fixture.hasFFmpeg)) func modulesAreToldWhereNothingPlaysThem() throws {
    var bytes = [UInt8](repeating: 0, count: 1_080) + Array("M.K.".utf8)
    bytes.replaceSubrange(0..<4, with: Array("song".utf8))
    #expect(ForeignFormat.rareName(try ByteFile.open(FilePath(folder.write(bytes, to: "a.mp3"))), at: 0) != nil)
    let path = FilePath(try folder.write(bytes, to: "song.mp3"))
    do {
      _ = try AudioFile.probe(path)
    } catch {
      #expect(error.reason != .notAudio, "\(error)")
    }
  }

  /// The shop's own name for the codec stands where the codec's does.
  @Test(.enabled(if: Fixture.hasFFmpeg), arguments: ["drms", "enca"])
  func encryptedMP4IsToldAsSuch(_ mark: String) throws {
    var bytes = try Fixture.bytes("tone.m4a")
    let entry = try #require(bytes.indices.dropLast(4).first { bytes[$0..<($0 + 4)].elementsEqual("mp4a".utf8) })
    bytes.replaceSubrange(entry..<(entry + 4), with: Array(mark.utf8))
    let failure = try failure(bytes, "song.m4a")
    #expect(failure?.reason == .encrypted)
    #expect(failure?.description.contains("encrypted") == true)
  }

  @Test func encryptedWMAIsToldAsSuch() throws {
    var bytes = try Fixture.bytes("tone.wma")
    // An object of content encryption, the first in the header.
    let object: [UInt8] =
      [0xFB, 0xB3, 0x11, 0x22, 0x23, 0xBD, 0xD2, 0x11, 0xB4, 0xB7, 0x00, 0xA0, 0xC9, 0x55, 0xFC, 0x6E]
      + withUnsafeBytes(of: UInt64(40).littleEndian, Array.init) + [UInt8](repeating: 0, count: 16)
    let size = bytes[16..<24].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    bytes.replaceSubrange(16..<24, with: withUnsafeBytes(of: (size + 40).littleEndian, Array.init))
    bytes.insert(contentsOf: object, at: 30)
    #expect(try failure(bytes, "song.wma")?.reason == .encrypted)
  }

  @Test func tagsAloneAreNoSound() throws {
    let tag = ID3.tag([ID3.text("TIT2", "Rising")])
    for (name, bytes) in [
      ("id3.mp3", tag), ("ape.mp3", ID3.ape([("Title", "Rising")])), ("both.aac", tag + ID3.ape([("Title", "Rising")])),
      ("old.ac3", Array("TAGOther".utf8) + [UInt8](repeating: 0, count: 120)),
    ] {
      #expect(try failure(bytes, name)?.reason == .noFrames, "\(name)")
    }
  }

  /// Headers with no sound behind them.
  @Test(
    .enabled(if: Fixture.hasFFmpeg),
    arguments: [
      "aac:m4a", "alac:m4a", "libopus:mka", "libopus:webm", "wavpack:wv", "tta:tta", "wmav2:wma", "libvorbis:ogg",
      "libopus:opus", "libspeex:spx", "pcm_s16be:aiff", "pcm_s16be:caf", "pcm_s16be:au", "pcm_s16le:w64", "flac:flac",
      "aac:aac", "ac3:ac3", "libmp3lame:mp3",
    ])
  func headersAloneAreNoSound(_ format: String) throws {
    let parts = format.split(separator: ":").map(String.init)
    let wave = try folder.write(WaveFile.bytes([]), to: "silent.wav")
    let file = folder["silent." + parts[1]]
    // Some encoders refuse to write such a file at all.
    let isWritten =
      (try? Program.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", wave, "-c:a", parts[0], file])) != nil
    guard isWritten, let bytes = FileManager.default.contents(atPath: file), !bytes.isEmpty else { return }
    do throws(DecodingFailure) {
      // An encoder's own delay may be all there is.
      #expect(try AudioFile.probe(FilePath(file)).properties.duration < 0.1)
    } catch {
      #expect([.noFrames, .damaged].contains(error.reason), "\(error)")
    }
  }
}
