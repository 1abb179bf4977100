import AudioDecoding
import Foundation
import TestSupport
import Testing
import Tracks

@Suite struct FingerprintTests {
  /// A tune of seeded notes and noise, so that every second of it is different.
  private func tune(seconds: Int, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    let rate = 11_025
    var values: [Float] = []
    values.reserveCapacity(seconds * rate)
    for _ in 0..<(seconds * 4) {
      let pitches = (0..<3).map { _ in 110 * pow(2, Double(Int.random(in: 0..<48, using: &random)) / 12) }
      for index in 0..<(rate / 4) {
        let time = Double(index) / Double(rate)
        values.append(Float(pitches.reduce(0.0) { $0 + 0.2 * sin(2 * .pi * $1 * time) }))
      }
    }
    return values
  }

  private func fingerprint(
    _ values: [Float], from: Double = 0, maxSeconds: Double = 120, in folder: TemporaryFolder
  ) throws -> [UInt32] {
    let path = FilePath(try folder.write(WaveFile.bytes(values, rate: 11_025), to: "tune.wav"))
    return try Fingerprint.compute(
      path, properties: AudioFile.probe(path).properties, from: from, maxSeconds: maxSeconds)
  }

  @Test func findsACutInTheWhole() throws {
    let folder = try TemporaryFolder()
    let whole = tune(seconds: 60, seed: 1)
    let complete = try fingerprint(whole, in: folder)
    let cut = try fingerprint(whole.map { $0 * 0.3 }, from: 20, maxSeconds: 30, in: folder)
    let other = try fingerprint(tune(seconds: 60, seed: 2), in: folder)
    let found = try #require(FingerprintComparison(complete, cut))
    #expect(found.errorRate < 0.1)
    #expect(abs(Double(found.offset) * FingerprintComparison.secondsPerItem - 20) < 0.2)
    #expect(found.overlap == cut.count)
    #expect(found.background > 0.35)
    let strangers = try #require(FingerprintComparison(complete, other))
    #expect(strangers.errorRate > 0.3)
  }

  @Test func isTheSameForEveryFormatOfATone() throws {
    let names = ["tone.flac", "tone.wav", "tone.aiff"]
    let prints = try names.map { name in
      try Fingerprint.compute(Fixture.path(name), properties: AudioFile.probe(Fixture.path(name)).properties)
    }
    #expect(!prints[0].isEmpty)
    #expect(Set(prints).count == 1)
  }

  @Test func hasNoItemsForAnInstant() throws {
    #expect(try fingerprint(tune(seconds: 1, seed: 3), in: TemporaryFolder()).isEmpty)
  }

  @Test func tellsTheBestOffsetLikeItsSlowTwin() throws {
    let seed: UInt64 = 11
    var random = SeededGenerator(seed: seed)
    for round in 0..<60 {
      let left = (0..<Int.random(in: 1...60, using: &random)).map { _ in UInt32.random(in: 0...3, using: &random) }
      let right = (0..<Int.random(in: 1...60, using: &random)).map { _ in UInt32.random(in: 0...3, using: &random) }
      let least = Int.random(in: 1...20, using: &random)
      var candidates: [FingerprintComparison] = []
      for offset in -80...80 {
        let pairs = left.indices.filter { right.indices.contains($0 - offset) }
        guard pairs.count >= least else { continue }
        let bits = pairs.reduce(0) { $0 + (left[$1] ^ right[$1 - offset]).nonzeroBitCount }
        candidates.append(
          FingerprintComparison(
            offset: offset, overlap: pairs.count, errorRate: Double(bits) / Double(32 * pairs.count), background: 0))
      }
      let best = candidates.min { one, other in
        (one.errorRate, abs(one.offset), one.offset) < (other.errorRate, abs(other.offset), other.offset)
      }
      var found = FingerprintComparison(left, right, least: least)
      found?.background = 0
      #expect(found == best, "seed \(seed), round \(round)")
    }
    #expect(FingerprintComparison([], [1]) == nil)
    let uniform = [UInt32](repeating: 7, count: 200)
    #expect(FingerprintComparison(uniform, uniform)?.background == 0, "silence is like itself everywhere")
    #expect(FingerprintComparison(uniform, uniform, farthest: 0)?.offset == 0)
  }
}
