import TestSupport
import Testing
import Tracks

@testable import AnalysisWorker

/// The bytes of the conversation.
@Suite struct MessagesTests {
  private let properties = AudioProperties(
    codec: "flac", sampleRate: 48_000, channels: 2, frames: 123_456_789_012, subsongs: 3, bitRate: 900_000)

  @Test func pathsKeepTheirBytes() throws {
    let path = FilePath(bytes: [0x2F, 0xFF, 0xC3, 0x0A, 0x65, 0xCC, 0x81])
    #expect(try Messages.decodePath(Messages.encode(path)) == path)
  }

  @Test(arguments: [nil, 217.25]) func requestsComeBack(to: Double?) throws {
    let request = AnalysisRequest(
      path: FilePath("/music/a.flac"), variants: [.dense, .study], samples: 7, from: 1.5, to: to, properties: properties
    )
    #expect(try Messages.decodeRequest(Messages.encode(request)) == request)
  }

  @Test func fingerprintRequestsComeBack() throws {
    let request = FingerprintRequest(path: FilePath("/a"), properties: properties, from: 0.5, seconds: 120)
    #expect(try Messages.decodeFingerprintRequest(Messages.encode(request)) == request)
  }

  @Test func probedAudioComesBackWithEveryTag() throws {
    let tags = TrackTags(
      title: "t", artist: "ä, b", album: "", albumArtist: nil, genre: "g", date: "2001", trackNumber: "3",
      discNumber: "1", cueSheet: "FILE\r\n", statistics: ["PLAY_COUNT": "7", "ADDED_TIMESTAMP": "1"])
    let audio = ProbedAudio(
      properties: properties, tags: tags, identity: AudioIdentity(scheme: .mpegFrames, digest: Array(1...16)))
    #expect(try Messages.decodeAudio(Messages.encode(audio)) == audio)
  }

  @Test func featuresComeBackToTheBit() throws {
    var random = SeededGenerator(seed: 11)
    let features = FeatureVariant.allCases.map { variant in
      SongFeatures(
        variant: variant, version: 4, starts: [0, 17.125],
        blocks: (0..<2 * BlockLayout(variant).count).map { _ in Float16.random(in: -9...9, using: &random) },
        summary: (0..<(variant == .dense ? 100 : 0)).map { _ in Float.random(in: -9...9, using: &random) })
    }
    #expect(try Messages.decodeFeatures(Messages.encode(features)) == features)
  }

  @Test func failuresComeBack() throws {
    let failure = WorkerFailure(reason: "damaged", detail: "größer")
    #expect(try Messages.decodeFailure(Messages.encode(failure)) == failure)
  }

  /// Whatever is cut off or appended, decoding throws and never traps.
  @Test func everyCutIsRefused() throws {
    let whole = Messages.encode(
      AnalysisRequest(path: FilePath("/a"), variants: [.dense], samples: 30, from: 0, to: 9, properties: properties))
    for length in whole.indices {
      #expect(throws: WireFailure.self) { try Messages.decodeRequest(Array(whole[..<length])) }
    }
    #expect(throws: WireFailure.self) { try Messages.decodeRequest(whole + [0]) }
  }

  @Test func damagedMessagesNeverTrap() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    let features = SongFeatures(
      variant: .study, version: 1, starts: [1], blocks: Array(repeating: 1, count: BlockLayout(.study).count),
      summary: [])
    for _ in 0..<500 {
      var bytes = Messages.encode([features])
      bytes[Int.random(in: 0..<min(60, bytes.count), using: &random)] = UInt8.random(in: 0...255, using: &random)
      do {
        _ = try Messages.decodeFeatures(bytes)
      } catch {
        #expect(!error.description.isEmpty, "seed \(seed)")
      }
    }
  }

  @Test func headersComeBackAndNothingElseIsOne() throws {
    let header = FrameHeader(kind: .analyse, length: 1 << 33)
    #expect(header.bytes.count == FrameHeader.size)
    #expect(try FrameHeader(bytes: header.bytes) == header)
    for place in 0..<8 {
      var bytes = header.bytes
      bytes[place] ^= 0x80
      #expect(throws: WireFailure.self) { try FrameHeader(bytes: bytes) }
    }
  }
}
