import Foundation
import TestSupport
import Testing

/// The whole way from a file to what `indexctl features` prints: decoding, mixing, resampling, scaling and measuring,
/// against librosa 0.11; `make_file_golden.py` beside the other golden arrays made the numbers.
@Suite(.blocking) struct FileGoldenTests {
  @Test(arguments: ["study", "dense"]) func featuresOfAFileAreLibrosas(_ variant: String) throws {
    let folder = try TemporaryFolder()
    let rate = 48_000
    func saw(_ place: Int, _ step: Int) -> Float { Float(place * step % 32_768 - 16_384) / 32_767 }
    let samples = (0..<(8 * rate)).flatMap { place in
      [saw(place, 301), place % 24_000 < 2_400 + place / 400 ? saw(place, 1_777) : 0]
    }
    let file = try folder.write(WaveFile.bytes(samples, rate: rate, channels: 2), to: "file.wav")
    let run = try indexctl.run(["features", file, "--start", "1.5", "--variant", variant, "--json"])
    #expect(run.code == 0, "\(run.errors)")
    let made = try #require(try json(run.output) as? [String: Any])
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("AudioFeaturesTests/Golden/file.json")
    let all = try JSONDecoder().decode([String: [String: [Double]]].self, from: Data(contentsOf: golden))
    for (name, expected) in try #require(all[variant]) {
      let values =
        (made[name] as? [[Double]]).map { Array($0.joined()) } ?? made[name] as? [Double]
        ?? (made[name] as? Double).map { [$0] } ?? []
      #expect(values.count == expected.count)
      let apart = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
      let largest = expected.map(abs).max() ?? 0
      // As in GoldenTests: contrast in dB.
      #expect(apart <= (name == "contrast" ? 0.01 : 1e-4 * largest), "\(name): \(apart) of \(largest)")
    }
  }
}
