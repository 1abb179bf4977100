import Foundation
import TestSupport
import Testing
import Tracks

@testable import AudioDecoding

/// The programs of FFmpeg seen as processes: how they end, and whether that is the file's fault.
@Suite struct ChildProgramTests {
  private struct NotStarted: Error {}

  private func start(_ program: String, _ words: [[UInt8]]) throws -> ChildProgram {
    guard let child = ChildProgram(FilePath(program), words) else { throw NotStarted() }
    return child
  }

  private func outcome(of script: String) throws -> ChildProgram.Outcome {
    var child = try start("/bin/sh", FFmpeg.words("-c", script))
    var bytes = [UInt8](repeating: 0, count: 64)
    while true {
      let outcome = child.read(into: &bytes, count: bytes.count)
      if case .bytes = outcome { continue }
      return outcome
    }
  }

  private func reason(_ script: String) throws -> DecodingFailure.Reason? {
    if case .failed(let reason, _) = try outcome(of: script) { reason } else { nil }
  }

  @Test func tellsHowAProgramEnded() throws {
    #expect(try reason("echo partly") == nil)
    #expect(try reason("echo partly; exit 1") == nil, "damage, of which it decoded what it could")
    #expect(try reason("echo partly; kill -9 $$") == .crashed)
    #expect(try reason("echo partly; kill -SEGV $$") == .crashed)
    #expect(try reason("echo partly; kill -XCPU $$") == .timedOut)
    #expect(try reason("echo partly; exit 255") == .crashed, "ffmpeg's own word for a signal")
    #expect(try reason("exit 127") == .ffmpegMissing, "what the dynamic linker says of a missing library")
    guard case .failed(_, let words) = try outcome(of: "kill -9 $$") else {
      Issue.record("it was killed")
      return
    }
    #expect(words == "signal 9 (Killed)")
  }

  @Test func aProgramThatDoesNotRunIsMissing() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("#!/nonexistent/shell\n", to: "ffprobe")
    #expect(chmod(file, 0o755) == 0)
    var child = try start(file, [])
    var byte: UInt8 = 0
    guard case .failed(.ffmpegMissing, _) = child.read(into: &byte, count: 1) else {
      Issue.record("it cannot run")
      return
    }
  }

  @Test func theEndIsToldAgain() throws {
    var child = try start("/bin/sh", FFmpeg.words("-c", "kill -9 $$"))
    var byte: UInt8 = 0
    for _ in 0..<2 {
      guard case .failed(.crashed, _) = child.read(into: &byte, count: 1) else {
        Issue.record("it was killed")
        return
      }
    }
  }

  @Test func neverWaitsForAChildThatIsGivenUp() throws {
    let before = Date()
    let words = FFmpeg.words("-c", "echo hello; exec sleep 100")
    do {
      var child = try start("/bin/sh", words)
      var bytes = [UInt8](repeating: 0, count: 64)
      guard case .bytes(6) = child.read(into: &bytes, count: 64) else {
        Issue.record("the child says hello")
        return
      }
      #expect(bytes.prefix(6) == [104, 101, 108, 108, 111, 10])
    }
    #expect(Date().timeIntervalSince(before) < 50, "the child was killed, not awaited")
  }
}
