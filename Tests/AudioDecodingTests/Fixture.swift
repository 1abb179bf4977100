import AudioDecoding
import Foundation
import TestSupport
import Tracks

/// The files of `Fixtures` and what is in them: 3 s of a tone that rises from 300 to 2,700 Hz, 0.4 of full scale.
enum Fixture {
  /// Where a fixture lies.
  static func path(_ name: String) -> FilePath {
    // The folder is part of the test bundle, so it has a path.
    FilePath(Bundle.module.resourcePath! + "/Fixtures/" + name)
  }

  /// The bytes of a fixture.
  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path(name).display)))
  }

  /// Whether the programs of FFmpeg are there.
  static var hasFFmpeg: Bool {
    ["ffmpeg", "ffprobe"].allSatisfy { BuiltProgram.isInstalled($0) }
  }

  /// The values of the tone at the rate of the analysis.
  static let tone: [Float] = (0..<(3 * Sampling.rate)).map { index in
    let time = Double(index) / Double(Sampling.rate)
    return Float(0.4 * sin(2 * .pi * (300 * time + 400 * time * time)))
  }

  /// The first sample of a file from `start`, as it comes.
  static func sample(_ path: FilePath, from start: Double = 0) throws -> [Float] {
    try samples(path, from: [start])[0] ?? []
  }

  /// The samples of a file from these starts.
  static func samples(_ path: FilePath, from starts: [Double]) throws -> [Int: [Float]] {
    var samples: [Int: [Float]] = [:]
    let probed = try AudioFile.probe(path)
    try SampleReader().read(path, properties: probed.properties, starts: starts) { samples[$0] = Array($1) }
    return samples
  }

  /// By how many milliseconds a sample that begins at `start` lies behind the tone, looked for within 120 ms.
  static func lag(_ sample: [Float], from start: Double) -> Double {
    // A stretch in which the tone passes 400 Hz is told apart from its neighbours to a fraction of a millisecond.
    let stretch = 8_820..<min(sample.count, 66_150) - 8_820
    let first = Int((start * Double(Sampling.rate)).rounded())
    var best = (likeness: -Float.infinity, shift: 0)
    for shift in stride(from: -5_292, through: 5_292, by: 6) {
      var likeness: Float = 0
      for index in stride(from: stretch.lowerBound, to: stretch.upperBound, by: 7) {
        let other = first + index - shift
        if tone.indices.contains(other) { likeness += sample[index] * tone[other] }
      }
      if likeness > best.likeness { best = (likeness, shift) }
    }
    return Double(best.shift) / Double(Sampling.rate) * 1_000
  }
}
