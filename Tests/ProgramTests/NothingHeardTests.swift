import Foundation
import TestSupport
import Testing

/// Tracks in which there is nothing to be heard, in the whole programs.
@Suite(.blocking) struct NothingHeardTests {
  /// A WAV file of interleaved 32-bit floats at 8 kHz.
  private func floats(_ values: [Float], channels: UInt16 = 1) -> Data {
    func number<Number: FixedWidthInteger>(_ value: Number) -> Data {
      withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
    let bytes = values.reduce(into: Data()) { $0 += number($1.bitPattern) }
    return Data("RIFF".utf8) + number(UInt32(36 + bytes.count)) + Data("WAVEfmt ".utf8) + number(UInt32(16))
      + number(UInt16(3)) + number(channels) + number(UInt32(8_000)) + number(UInt32(channels) * 32_000)
      + number(4 * channels)
      + number(UInt16(32)) + Data("data".utf8) + number(UInt32(bytes.count)) + bytes
  }

  private func tune(_ seconds: Int, scale: Float = 0.5) -> [Float] {
    (0..<(8_000 * seconds)).map { index in
      let time = Float(index) / 8_000
      return scale * (sin(2 * .pi * 220 * time) + sin(2 * .pi * 331 * time) * time.truncatingRemainder(dividingBy: 1))
        / 2
    }
  }

  @Test func aTrackOfNothingHasAReasonAndNoScore() throws {
    let library = try OwnersLibrary()
    let folder = library.folder["music"]
    let cases: [String: [Float]] = [
      "silence": [Float](repeating: 0, count: 240_000), "constant": [Float](repeating: 0.25, count: 240_000),
      "nan": [Float](repeating: .nan, count: 240_000), "infinite": [Float](repeating: -.infinity, count: 240_000),
      "beyond": tune(30, scale: 3e20),
      "mostly": tune(10) + [Float](repeating: 0, count: 8_000 * 30),
      "every-other": tune(30).enumerated().map { $0.offset % 3 == 0 ? $0.element : .nan },
    ]
    for (name, values) in cases { try floats(values).write(to: URL(fileURLWithPath: "\(folder)/zz-\(name).wav")) }
    let heard: [String: [Float]] = [
      "whole-numbers": tune(30, scale: 2_000_000_000),
      "spiked": tune(30).enumerated().map { $0.offset == 99 ? 1e30 : $0.element },
      "partly": tune(30) + [Float](repeating: 0, count: 8_000 * 10),
    ]
    for (name, values) in heard { try floats(values).write(to: URL(fileURLWithPath: "\(folder)/yy-\(name).wav")) }
    try floats(tune(30).flatMap { [$0, -$0] }, channels: 2)
      .write(to: URL(fileURLWithPath: "\(folder)/yy-cancelling.wav"))
    let run = try library.tryOnce()
    #expect(run.code == 3, "\(run.errors)")
    let labels = try #require(try library.answer(["labels", "--json"]) as? [[String: Any]])
    let scores = try #require(try library.answer(["scores", "--json"]) as? [[String: Any]])
    let failures = try #require(try library.answer(["failures", "--json"]) as? [[String: Any]])
    func row(_ rows: [[String: Any]], _ name: String) -> [String: Any]? {
      rows.first { ($0["path"] as? String)?.hasSuffix("\(name).wav") == true }
    }
    for name in cases.keys {
      let label = try #require(row(labels, "zz-\(name)"))
      #expect(
        label["label"] as? String == "excluded" && label["reason"] as? String == "nothingHeard", "\(name): \(label)")
      #expect(row(failures, "zz-\(name)")?["reason"] as? String == "nothingHeard", "\(name)")
      #expect(row(scores, "zz-\(name)")?["probability"] as? Double == nil, "\(name)")
    }
    for name in heard.keys + ["cancelling"] {
      #expect(row(labels, "yy-\(name)")?["label"] as? String != "excluded", "\(name)")
      #expect(row(scores, "yy-\(name)")?["probability"] as? Double != nil, "\(name)")
    }
    let text = try String(contentsOfFile: try library.playlist(), encoding: .utf8)
    #expect(!text.contains("zz-"))
    let told = try library.command(["explain", "\(folder)/yy-partly.wav"])
    #expect(told.output.contains("Of its 8 samples 2 could not be heard"), "\(told.output)")
  }
}
