import AudioDecoding
import Foundation
import TestSupport
import Testing
import Tracks

/// Files of many channels: each has as large a share in the mean as every other, whatever loudspeaker it is meant for.
@Suite(.enabled(if: Fixture.hasFFmpeg)) struct ChannelTests {
  struct Layout: CustomTestStringConvertible, Sendable {
    var name: String
    /// What each channel plays, in Hz; the one for low sounds comes fourth where there are seven.
    var tones: [Int]

    var testDescription: String { name }
  }

  struct Format: CustomTestStringConvertible, Sendable {
    var suffix: String
    var codec: String

    var testDescription: String { suffix }
  }

  static let layouts = [
    Layout(name: "quad", tones: [300, 470, 640, 810]), Layout(name: "5.0", tones: [300, 470, 640, 810, 980]),
    Layout(name: "6.1", tones: [300, 470, 640, 80, 980, 1_150, 1_320]),
  ]

  static let formats = [
    Format(suffix: "flac", codec: "flac"), Format(suffix: "ogg", codec: "libvorbis -q:a 5"),
    Format(suffix: "opus", codec: "libopus -mapping_family 1 -b:a 400k"), Format(suffix: "alac.m4a", codec: "alac"),
    Format(suffix: "wv", codec: "wavpack"), Format(suffix: "mka", codec: "pcm_s16le"),
  ]

  @Test(arguments: layouts, formats) func everyChannelCountsTheSame(_ layout: Layout, _ format: Format) throws {
    let folder = try TemporaryFolder()
    let count = layout.tones.count
    var data: [UInt8] = []
    for frame in 0..<(3 * 48_000) {
      for tone in layout.tones {
        let value = 0.5 * sin(2 * .pi * Double(tone * frame % 48_000) / 48_000)
        withUnsafeBytes(of: Int16(value * 32_767).littleEndian) { data.append(contentsOf: $0) }
      }
    }
    let raw = try folder.write(data, to: "tones.raw")
    let file = folder["tones." + format.suffix]
    // ALAC knows four channels in one order only.
    let name = layout.name == "quad" && format.codec == "alac" ? "4.0" : layout.name
    let input = ["-f", "s16le", "-ar", "48000", "-ac", "\(count)", "-channel_layout", name, "-i", raw, "-c:a"]
    try Program.run(
      ["ffmpeg", "-v", "error", "-nostdin", "-y"] + input + format.codec.split(separator: " ").map(String.init) + [file]
    )
    let path = FilePath(file)
    #expect(try AudioFile.probe(path).properties.channels == count)
    let second = try Fixture.sample(path)[44_100..<88_200]
    for tone in layout.tones {
      var (real, imaginary) = (0.0, 0.0)
      for (index, value) in second.enumerated() {
        let angle = 2 * .pi * Double(tone * index % 44_100) / 44_100
        real += Double(value) * cos(angle)
        imaginary += Double(value) * sin(angle)
      }
      let height = 2 * (real * real + imaginary * imaginary).squareRoot() / 44_100
      #expect(abs(height * Double(count) - 0.5) < 0.02, "\(tone) Hz")
    }
  }
}
