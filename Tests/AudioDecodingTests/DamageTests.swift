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
    let starts = SamplePlan.starts(duration: probed.properties.duration, from: 0, to: nil, count: 4)
    try reader.read(path, properties: probed.properties, starts: starts) { _, values in
      #expect((1...Sampling.length).contains(values.count))
      let isOrdinary = values.allSatisfy { $0.isFinite }
      #expect(isOrdinary)
    }
  }

  private func batter(_ names: [String], rounds: Int, seed: UInt64) throws {
    try batter(names.map { ($0, try Fixture.bytes($0)) }, rounds: rounds, seed: seed)
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
        damage(&bytes, &random)
        let path = FilePath(try folder.write(bytes, to: name))
        if let kept = environment["DAMAGE_KEEP"] { try Data(bytes).write(to: URL(fileURLWithPath: kept)) }
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

  @Test func leavesSamplesOrAReason() throws {
    try batter(
      [
        "tone.flac", "tone.mp3", "untagged.mp3", "muxed.mp3", "tone.ogg", "muxed.ogg", "chained.ogg", "tone.opus",
        "muxed.opus", "tone.wav", "tone.aiff",
      ], rounds: 30, seed: 2_019)
  }

  @Test(.enabled(if: Fixture.hasFFmpeg)) func leavesSamplesOrAReasonOfFFmpeg() throws {
    let names = ["tone.m4a", "alac.m4a", "tone.wma", "tone.wv", "tone.tta", "tone.aac", "tone.webm"]
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
