import Foundation
import Glibc
import TestSupport
import Testing
import Tracks

@testable import AudioDecoding

/// How much of a file is asked of the kernel, and in which order: what lies on a disk that turns, or on a share, is read once
/// and forwards.
@Suite struct BytesAskedTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The bytes that this thread has asked of the kernel by reading.
  private func asked() throws -> Int {
    let text = try String(contentsOfFile: "/proc/thread-self/io", encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("rchar: ") })
    return try #require(Int(line.dropFirst(7)))
  }

  /// Noise of both channels, of which no codec makes little.
  private func noise(seconds: Int) throws -> String {
    var random = SeededGenerator(seed: 3)
    let values = (0..<(2 * seconds * Sampling.rate)).map { _ in Float.random(in: -0.5...0.5, using: &random) }
    return try folder.write(WaveFile.bytes(values, channels: 2), to: "noise.wav")
  }

  /// What analysing asks for: probing, then all samples in one pass; what is kept serves both.
  private func share(_ path: FilePath) throws -> Double {
    let before = try asked()
    let probed = try AudioFile.probe(path)
    let between = try asked()
    let starts = SamplePlan.starts(duration: probed.properties.duration, from: 0, to: nil, count: Sampling.count)
    var samples = 0
    try SampleReader().read(path, properties: probed.properties, starts: starts) { _, _ in samples += 1 }
    #expect(samples == starts.count)
    let size = Double(try FileManager.default.attributesOfItem(atPath: path.display)[.size] as? Int ?? 0)
    // A worker keeps what probing read; here it is read again, so each counts alone.
    return max(Double(between - before), Double(try asked() - between)) / size
  }

  @Test(.enabled(if: Fixture.hasFFmpeg), arguments: Encoder.all)
  func atMostTheFileIsAskedFor(_ encoder: Encoder) throws {
    guard encoder.isInstalled else { return }
    let share = try share(FilePath(encoder.encode(noise(seconds: 40))))
    #expect(share <= 1.05, "\(encoder): \(share)")
  }

  /// Of a file that is too large to be kept only a window is: going back would ask for its bytes again.
  @Test func aLargeFileIsReadForwards() throws {
    let wave = try noise(seconds: 340)
    #expect(try share(FilePath(wave)) <= 1.05)
    guard BuiltProgram.isInstalled("flac") else { return }
    try Program.run(["flac", "-s", "-0", "-o", wave + ".flac", wave])
    #expect(try share(FilePath(wave + ".flac")) <= 1.05)
  }
}
