import AudioDecoding
import Foundation
import TestSupport
import Testing
import Tracks

/// Covers larger than anything that looks for the audio might read at once.
@Suite struct CoverTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A picture of at least so many bytes: noise, so that nothing makes it smaller.
  private func cover(_ bytes: Int) throws -> String {
    let picture = folder["cover-\(bytes).png"]
    let side = Int((Double(bytes) * 0.7).squareRoot()) + 8
    try Program.run([
      "ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i",
      "color=s=\(side)x\(side):d=1,format=rgb24,noise=alls=100:allf=t+u:all_seed=7", "-frames:v", "1", "-pred", "none",
      picture,
    ])
    let size = try Data(contentsOf: URL(fileURLWithPath: picture)).count
    try #require(size >= bytes, "\(size)")
    return picture
  }

  private func check(_ file: String, like original: String, cover bytes: Int) throws {
    let size = try Data(contentsOf: URL(fileURLWithPath: file)).count
    #expect(size > bytes, "\(file) holds its cover")
    let known = try AudioFile.probe(FilePath(original))
    let probed = try AudioFile.probe(FilePath(file))
    #expect(probed.identity == known.identity)
    #expect(probed.properties.frames == known.properties.frames)
    #expect(probed.tags.title == known.tags.title)
    #expect(probed.tags.title != nil)
    for start in [0.0, 1.25] {
      #expect(try Fixture.sample(FilePath(file), from: start) == Fixture.sample(FilePath(original), from: start))
    }
  }

  private func copy(_ fixture: String) throws -> String {
    try folder.write(Fixture.bytes(fixture), to: fixture)
  }

  @Test(.enabled(if: Fixture.hasFFmpeg), arguments: [100_000, 1_500_000], ["tone.mp3", "tone.flac", "tone.m4a"])
  func hideNothing(_ bytes: Int, _ fixture: String) throws {
    let original = try copy(fixture)
    let file = folder["covered-" + fixture]
    try Program.run([
      "ffmpeg", "-v", "error", "-nostdin", "-y", "-i", original, "-i", try cover(bytes), "-map", "0:a", "-map", "1:v",
      "-c", "copy", "-disposition:v", "attached_pic", "-map_metadata", "0", file,
    ])
    try check(file, like: original, cover: bytes)
  }

  @Test(
    .enabled(if: Fixture.hasFFmpeg && BuiltProgram.isInstalled("vorbiscomment")), arguments: [100_000, 1_500_000],
    ["tone.ogg", "tone.opus"])
  func hideNothingInOgg(_ bytes: Int, _ fixture: String) throws {
    let original = try copy(fixture)
    let file = folder["covered-" + fixture]
    if fixture.hasSuffix(".opus") {
      // opusenc is the only one of Debian's tools that writes pictures into Opus files, and only while it encodes.
      let wave = folder["tone.wav"]
      try Program.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", original, wave])
      try Program.run(["opusenc", "--quiet", "--bitrate", "48", "--title", "Tone", wave, original])
      let arguments = ["--quiet", "--bitrate", "48", "--title", "Tone", "--picture", try cover(bytes), wave, file]
      try Program.run(["opusenc"] + arguments)
    } else {
      func big(_ number: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(number).bigEndian, Array.init) }
      let picture = Array(try Data(contentsOf: URL(fileURLWithPath: try cover(bytes))))
      let block = big(3) + big(9) + Array("image/png".utf8) + big(0) + big(600) + big(600) + big(24) + big(0)
      let encoded = Data(block + big(picture.count) + picture).base64EncodedString()
      let comments = try folder.write("TITLE=Süßer Ton\nMETADATA_BLOCK_PICTURE=\(encoded)\n", to: "comments")
      try Program.run(["vorbiscomment", "-R", "-w", "-c", comments, original, file])
    }
    try check(file, like: original, cover: bytes)
  }
}
