import AudioDecoding
import Foundation
import TestSupport
import Testing
import Tracks

/// Samples out of uncompressed files, whose every value is known.
@Suite struct SampleReaderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A value that no other frame and channel near it has.
  private func value(_ frame: Int, _ channel: Int) -> Float {
    Float((frame * 7 + channel * 1_013) % 20_011 - 10_000) / 32_768
  }

  private func write(seconds: Double, rate: Int, channels: Int, named name: String = "a.wav") throws -> FilePath {
    let frames = Int(seconds * Double(rate))
    var bytes = WaveFile.bytes([], rate: rate, channels: channels)
    let size = UInt32(frames * channels * 2)
    bytes.replaceSubrange(40..<44, with: withUnsafeBytes(of: size.littleEndian, Array.init))
    bytes.reserveCapacity(44 + Int(size))
    for frame in 0..<frames {
      for channel in 0..<channels {
        withUnsafeBytes(of: Int16(value(frame, channel) * 32_768).littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    return FilePath(try folder.write(bytes, to: name))
  }

  @Test(arguments: [1, 2, 3, 6, 8]) func averagesAllChannels(_ channels: Int) throws {
    let path = try write(seconds: 6, rate: 44_100, channels: channels)
    let sample = try Fixture.sample(path, from: 0.5)
    #expect(sample.count == Sampling.length)
    for index in stride(from: 0, to: sample.count, by: 977) {
      let mean = (0..<channels).reduce(Float(0)) { $0 + value(22_050 + index, $1) } / Float(channels)
      #expect(abs(sample[index] - mean) < 1e-6)
    }
  }

  @Test func beginsAtTheRoundedFrame() throws {
    let path = try write(seconds: 12, rate: 44_100, channels: 1)
    let starts = [0, 1.00001, 1.00002, 3.7, 6.999]
    let samples = try Fixture.samples(path, from: starts)
    for (index, start) in starts.enumerated() {
      let frame = Int((start * 44_100).rounded())
      #expect(samples[index]?.count == Sampling.length)
      #expect(samples[index]?.first == value(frame, 0))
      #expect(samples[index]?.last == value(frame + Sampling.length - 1, 0))
    }
  }

  @Test(arguments: [8_000, 22_050, 44_100, 48_000, 96_000]) func isTheSameHoweverItIsReached(_ rate: Int) throws {
    let path = try write(seconds: 30, rate: rate, channels: 2)
    let seed: UInt64 = 7
    var random = SeededGenerator(seed: seed)
    // Overlapping, adjoining, apart and out of order, one of them twice.
    let starts = [20, 3, 3, 8, 8.25, 13.25] + (0..<8).map { _ in Double.random(in: 0...25, using: &random) }
    var together: [Int: [Float]] = [:]
    var order: [Int] = []
    try SampleReader().read(path, properties: AudioFile.probe(path).properties, starts: starts) { index, values in
      together[index] = Array(values)
      order.append(index)
      // The reader lends its own memory; what is done to it must not reach the next sample.
      values.update(repeating: 9)
    }
    #expect(order.map { starts[$0] } == starts.sorted())
    for (index, start) in starts.enumerated() {
      #expect(try together[index] == Fixture.sample(path, from: start), "seed \(seed), start \(start)")
    }
  }

  @Test(arguments: [8_000, 11_025, 22_050, 32_000, 48_000, 88_200, 96_000, 192_000]) func resamplesATone(_ rate: Int)
    throws
  {
    let tone = (0..<(6 * rate)).map { Float(0.5 * sin(2 * .pi * 997 * Double($0) / Double(rate))) }
    let path = FilePath(try folder.write(WaveFile.bytes(tone, rate: rate), to: "tone.wav"))
    let sample = try Fixture.sample(path, from: 0.25)
    #expect(sample.count == Sampling.length)
    for index in stride(from: 2_000, to: sample.count - 2_000, by: 211) {
      let begin = (0.25 * Double(rate)).rounded() / Double(rate)
      let expected = 0.5 * sin(2 * .pi * 997 * (begin + Double(index) / 44_100))
      #expect(abs(Double(sample[index]) - expected) < 2e-4)
    }
  }

  @Test func endsWhereTheAudioEnds() throws {
    let path = try write(seconds: 7, rate: 44_100, channels: 2)
    let samples = try Fixture.samples(path, from: [1.5, 4, 6.5, 7, 9_000])
    #expect(samples[0]?.count == Sampling.length)
    #expect(samples[1]?.count == 3 * 44_100)
    #expect(samples[2] == nil, "less than a second is no sample")
    #expect(samples.count == 2)
    let short = try write(seconds: 0.25, rate: 44_100, channels: 2, named: "short.wav")
    #expect(try Fixture.sample(short).count == 11_025)
  }

  @Test func readsNumbersOfEveryKind() throws {
    // 24-bit, 32-bit, float and double, of the same three values.
    let values = [0.5, -0.25, 0.125]
    let kinds: [(code: Int, bits: Int, data: (Double) -> [UInt8])] = [
      (1, 8, { [UInt8($0 * 128 + 128)] }),
      (1, 24, { number in withUnsafeBytes(of: Int32(number * 8_388_608).littleEndian) { Array($0.prefix(3)) } }),
      (1, 32, { number in withUnsafeBytes(of: Int32(number * 2_147_483_648).littleEndian, Array.init) }),
      (3, 32, { number in withUnsafeBytes(of: Float(number).bitPattern.littleEndian, Array.init) }),
      (3, 64, { number in withUnsafeBytes(of: number.bitPattern.littleEndian, Array.init) }),
    ]
    for kind in kinds {
      let data = values.flatMap(kind.data)
      var bytes = WaveFile.bytes([], rate: 44_100)
      bytes[20] = UInt8(kind.code)
      bytes[32] = UInt8(kind.bits / 8)
      bytes[34] = UInt8(kind.bits)
      bytes.replaceSubrange(40..<44, with: withUnsafeBytes(of: UInt32(data.count).littleEndian, Array.init))
      let path = FilePath(try folder.write(bytes + data, to: "kind.wav"))
      #expect(try Fixture.sample(path) == values.map { Float($0) }, "\(kind.code), \(kind.bits) bits")
    }
  }

  @Test func letsNothingOutThatIsNoNumber() throws {
    let wild: [Float] = [0.5, .nan, .infinity, -.infinity, 1e30, -0.5]
    let data = wild.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
    var bytes = WaveFile.bytes([], rate: 44_100)
    bytes[20] = 3
    bytes[32] = 4
    bytes[34] = 32
    bytes.replaceSubrange(40..<44, with: withUnsafeBytes(of: UInt32(data.count).littleEndian, Array.init))
    let path = FilePath(try folder.write(bytes + data, to: "wild.wav"))
    #expect(try Fixture.sample(path) == [0.5, 0, 0, 0, 0, -0.5])
  }

  @Test func handsOnWhatTheBodyThrows() throws {
    struct Stop: Error {}
    let path = try write(seconds: 12, rate: 44_100, channels: 1)
    let properties = try AudioFile.probe(path).properties
    let reader = SampleReader()
    var count = 0
    #expect(throws: Stop.self) {
      try reader.read(path, properties: properties, starts: [0, 5]) { _, _ in
        count += 1
        throw Stop()
      }
    }
    #expect(count == 1)
  }
}
