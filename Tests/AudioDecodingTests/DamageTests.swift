import AudioDecoding
import Foundation
import TestSupport
import Testing
import Tracks

/// Damaged files of every format: whatever happens to the bytes, there are samples or there is a reason.
///
/// `DAMAGE_ROUNDS` and `DAMAGE_SEED` in the environment ask for more rounds a file and for other damage. Where
/// `DAMAGE_KEEP` names a file, the one at work is kept there, so that whatever crashes can be found.
@Suite struct DamageTests {
  private let environment = ProcessInfo.processInfo.environment

  private func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
    case 1:
      bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
    case 2:
      bytes.removeFirst(Int.random(in: 1..<bytes.count, using: &random))
    case 3:
      // Headers are where a wrong number hurts most.
      for _ in 0..<8 {
        bytes[Int.random(in: 0..<min(bytes.count, 400), using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
    case 4:
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, start + Int.random(in: 1...4_000, using: &random))
      bytes.replaceSubrange(start..<end, with: repeatElement(random.next() & 1 == 0 ? 0 : 0xFF, count: end - start))
    default:
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let piece = bytes[start..<min(bytes.count, start + Int.random(in: 1...3_000, using: &random))]
      bytes.insert(contentsOf: piece, at: Int.random(in: 0..<bytes.count, using: &random))
    }
  }

  private func read(_ path: FilePath, with reader: SampleReader) throws {
    let probed = try AudioFile.probe(path)
    #expect(probed.properties.frames > 0 && probed.properties.sampleRate > 0 && probed.properties.channels > 0)
    _ = try Fingerprint.compute(path, properties: probed.properties, maxSeconds: 3)
    let starts = SamplePlan.starts(duration: probed.properties.duration, from: 0, to: nil, count: 4)
    try reader.read(path, properties: probed.properties, starts: starts) { _, values in
      #expect((1...Sampling.length).contains(values.count))
      let isOrdinary = values.allSatisfy { $0.isFinite }
      #expect(isOrdinary)
    }
  }

  private func batter(_ files: [(name: String, whole: [UInt8])], rounds: Int, seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let rounds = environment["DAMAGE_ROUNDS"].flatMap { Int($0) } ?? rounds
    let seed = environment["DAMAGE_SEED"].flatMap { UInt64($0) } ?? seed
    var random = SeededGenerator(seed: seed)
    let reader = SampleReader()
    for (name, whole) in files {
      for round in 0..<rounds {
        var bytes = whole
        if Int.random(in: 0..<8, using: &random) == 0, let other = files.randomElement(using: &random) {
          // The head of one file on the body of another.
          let count = Int.random(in: 1...min(bytes.count, other.whole.count, 4_000), using: &random)
          bytes.replaceSubrange(..<count, with: other.whole.prefix(count))
        } else {
          damage(&bytes, &random)
        }
        let path = FilePath(try folder.write(bytes, to: name))
        if let kept = environment["DAMAGE_KEEP"] { try Data(bytes).write(to: URL(fileURLWithPath: kept)) }
        let clock = ContinuousClock()
        let before = clock.now
        defer { #expect(clock.now - before < .seconds(60), "\(name), round \(round), seed \(seed)") }
        do {
          try read(path, with: reader)
        } catch let failure as DecodingFailure {
          #expect(!failure.description.isEmpty)
        } catch {
          Issue.record("\(name), round \(round), seed \(seed): \(error)")
        }
      }
    }
  }

  /// A FLAC file with a cue sheet of two tracks of two indices among its blocks.
  private func cued() throws -> [UInt8] {
    let bytes = try Fixture.bytes("tone.flac")
    let zeros = [UInt8](repeating: 0, count: 400)
    var sheet = zeros[..<395] + [3]
    for track in [1, 2, 170] as [UInt8] {
      sheet += [0, 0, 0, 0, 0, 0, track, 0, track] + zeros[..<26] + [track == 170 ? 0 : 2]
      for index in 0..<(track == 170 ? 0 : 2) as Range<UInt8> { sheet += zeros[..<7] + [index, index] + zeros[..<3] }
    }
    return bytes[..<42] + [5, 0, UInt8(sheet.count >> 8), UInt8(sheet.count & 255)] + sheet + bytes[42...]
  }

  @Test func leavesSamplesOrAReason() throws {
    let names = [
      "tone.flac", "tone.mp3", "untagged.mp3", "muxed.mp3", "tone.ogg", "muxed.ogg", "chained.ogg", "tone.opus",
      "muxed.opus", "tone.wav", "tone.aiff",
    ]
    let cued = (name: "cued.flac", whole: try cued())
    let folder = try TemporaryFolder()
    let path = FilePath(try folder.write(cued.whole, to: cued.name))
    #expect(try AudioFile.probe(path).tags.cueSheet?.contains("TRACK 02 AUDIO") == true)
    try batter(names.map { (name: $0, whole: try Fixture.bytes($0)) } + [cued], rounds: 30, seed: 2_019)
  }

  @Test(.enabled(if: Fixture.hasFFmpeg)) func leavesSamplesOrAReasonOfFFmpeg() throws {
    let names = ["tone.m4a", "alac.m4a", "tone.wma", "tone.wv", "tone.tta", "tone.aac", "tone.webm", "tone.ape"]
    var files = try names.map { (name: $0, whole: try Fixture.bytes($0)) }
    files.append((name: "tone.dsf", whole: DirectStream.file(Array(Fixture.tone[..<22_050]))))
    if BuiltProgram.isInstalled("mpcenc") {
      let folder = try TemporaryFolder()
      let wave = try folder.write(WaveFile.bytes(Fixture.tone), to: "tone.wav")
      try Program.run(["mpcenc", "--silent", "--overwrite", wave, folder["tone.mpc"]])
      files.append((name: "tone.mpc", whole: Array(try Data(contentsOf: URL(fileURLWithPath: folder["tone.mpc"])))))
    }
    try batter(files, rounds: 3, seed: 7)
  }
}
