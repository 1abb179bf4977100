import Foundation
import TestSupport
import Testing
import Tracks

@testable import AudioDecoding

/// What is read behind a jump is what is read on the way there, of every format.
@Suite(.enabled(if: Fixture.hasFFmpeg)) struct SeekTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let seconds = 30

  static let formats = Encoder.all + CountedLengthTests.formats + CountedLengthTests.indexedLast

  /// All frames from the first to the last.
  private func linear(_ source: any FrameSource) -> [Float] {
    var values: [Float] = []
    var piece = [Float](repeating: 0, count: 4_096)
    while true {
      let got = source.read(into: &piece, count: piece.count)
      values += piece[..<got]
      if got < piece.count { return values }
    }
  }

  /// Jumps forwards, backwards, near and far, to places out of a seed that a failure prints.
  @Test(arguments: formats) func readsTheSameBehindAJump(_ encoder: Encoder) throws {
    guard encoder.isInstalled else { return }
    let seed = UInt64.random(in: 0..<1_000_000)
    var random = SeededGenerator(seed: seed)
    var song = Song(seed: 3)
    let wave = try folder.write(WaveFile.bytes(song.values(seconds: Self.seconds), channels: 2), to: "song.wav")
    let path = FilePath(try encoder.encode(wave))
    let properties = try AudioFile.probe(path).properties
    let all = linear(try AudioSource.open(path, properties: properties, scratch: Scratch()))
    let source = try AudioSource.open(path, properties: properties, scratch: Scratch())
    let length = properties.sampleRate / 4
    var spare = [Float](repeating: 0, count: 4_096)
    var piece = [Float](repeating: 0, count: length)
    var position: Int64?
    for jump in 0..<24 {
      // Some start where the last one ended, or a little behind that.
      let near = position.map { Int($0) + Int.random(in: 0...length, using: &random) }
      let anywhere = Int.random(in: 0..<(all.count - length), using: &random)
      let wanted = min(jump % 4 == 3 ? near ?? anywhere : anywhere, all.count - length)
      let isThere = source.advance(from: position, to: Int64(wanted), spare: &spare, spareCount: spare.count)
      #expect(isThere, "seed \(seed), to \(wanted)")
      let got = source.read(into: &piece, count: length)
      #expect(got == length, "seed \(seed), to \(wanted)")
      position = Int64(wanted + got)
      let pairs = zip(piece, all[wanted..<(wanted + length)])
      let apart = pairs.reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      let energy = pairs.reduce(1e-9) { $0 + Double($1.1 * $1.1) }
      // The decoder of AAC makes noise of its own for what was coded as noise, other noise each time.
      let most = encoder.name.contains("AAC") ? 0.25 : 0.01
      #expect((apart / energy).squareRoot() <= most, "seed \(seed), to \(wanted): \((apart / energy).squareRoot())")
    }
  }
}
