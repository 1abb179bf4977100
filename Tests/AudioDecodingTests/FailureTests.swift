import Foundation
import TestSupport
import Testing
import Tracks

@testable import AudioDecoding

/// Files that are no audio, or hardly any.
@Suite struct FailureTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func reason(_ path: FilePath) -> DecodingFailure.Reason? {
    do {
      _ = try AudioFile.probe(path)
      return nil
    } catch {
      #expect(error.description.hasPrefix(path.display + ": "))
      return error.reason
    }
  }

  @Test func namesWhatIsWrong() throws {
    #expect(reason(FilePath(folder["none.mp3"])) == .missing)
    #expect(reason(FilePath(try folder.write([], to: "empty.flac"))) == .empty)
    #expect(reason(FilePath(folder.path)) == .cannotOpen)
    #expect(reason(FilePath(try folder.write("Lyrics of a song\nin two lines\n", to: "text.mp3"))) == .notAudio)
    #expect(reason(FilePath(try folder.write(WaveFile.bytes([]), to: "silent.wav"))) == .noFrames)
    #expect(reason(FilePath(try folder.write("fLaC", to: "bare.flac"))) == .noFrames)
    let headers = try Fixture.bytes("tone.flac").prefix(42)
    #expect(reason(FilePath(try folder.write(headers, to: "headers.flac"))) == .noFrames)
  }

  @Test func refusesAPipeWithoutWaiting() throws {
    #expect(mkfifo(folder["pipe.mp3"], 0o600) == 0)
    #expect(reason(FilePath(folder["pipe.mp3"])) == .cannotOpen)
  }

  @Test(arguments: ["tone.flac", "tone.mp3", "untagged.mp3", "muxed.ogg", "tone.opus", "tone.wav", "tone.aiff"])
  func stillReadsAFileThatWasCutOff(_ name: String) throws {
    let bytes = try Fixture.bytes(name)
    let path = FilePath(try folder.write(bytes.prefix(bytes.count * 2 / 3), to: name))
    let probed = try AudioFile.probe(path)
    #expect((0.8...2.7).contains(probed.properties.duration))
    let sample = try Fixture.sample(path)
    #expect(abs(Double(sample.count) / 44_100 - probed.properties.duration) < 0.6)
    #expect(abs(Fixture.lag(sample, from: 0)) <= 50)
  }

  @Test func saysHowToGetFFmpeg() {
    #expect(FFmpeg.program("ffmpeg", path: "/nonexistent:/also/nonexistent") == nil)
    #expect(FFmpeg.program("sh", path: "/nonexistent:/bin") == FilePath("/bin/sh"))
    let failure = DecodingFailure(.ffmpegMissing, FilePath("/music/a.m4a"))
    #expect(failure.description == "/music/a.m4a: only ffmpeg decodes this audio; install ffmpeg")
  }

  @Test func neverWaitsForAChildThatIsGivenUp() throws {
    let before = Date()
    let words = FFmpeg.words("-c", "echo hello; exec sleep 100")
    if let child = ChildProgram(FilePath("/bin/sh"), words) {
      var bytes = [UInt8](repeating: 0, count: 64)
      guard case .bytes(6) = child.read(into: &bytes, count: 64) else {
        Issue.record("the child says hello")
        return
      }
      #expect(bytes.prefix(6) == [104, 101, 108, 108, 111, 10])
    } else {
      Issue.record("the child cannot be started")
    }
    #expect(Date().timeIntervalSince(before) < 50, "the child was killed, not awaited")
  }

  @Test func readsTheFlatOutputOfFFprobe() {
    func field(_ line: String) -> [String]? {
      FFmpeg.field(Array(line.utf8)).map { [$0.0, $0.1] }
    }
    #expect(field("format.tags.title=\"a \\\"b\\\" \\\\ c=d\\ne\"") == ["format.tags.title", "a \"b\" \\ c=d\ne"])
    #expect(field("streams.stream.0.channels=2") == ["streams.stream.0.channels", "2"])
    #expect(field("no field") == nil)
  }

  @Test func tellsFFmpegTheTimeOfAFrame() {
    #expect(FFmpegStream.seconds(0, rate: 44_100) == "0.000000")
    #expect(FFmpegStream.seconds(44_100, rate: 44_100) == "1.000000")
    #expect(FFmpegStream.seconds(1, rate: 44_100) == "0.000022")
    #expect(FFmpegStream.seconds(36_000 * 192_000 + 96_000, rate: 192_000) == "36000.500000")
  }
}
