import Foundation
import TestSupport
import Testing

/// What becomes of ffmpeg, which decodes for the worker: not installed, or left behind.
@Suite(.blocking, .timeLimit(.minutes(2))) struct DecoderProgramTests {
  private let folder: TemporaryFolder
  /// An hour that only ffmpeg decodes, from its start.
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = folder["long.aac"]
    try LongFile.repeating("tone.aac", file, seconds: 3_600)
  }

  @Test func withoutFFmpegItSaysHowToGetIt() throws {
    let run = try indexctl.run(["features", file, "--start", "0"], environment: ["PATH": "/nonexistent"])
    #expect(run.code == 1)
    #expect(run.errors.contains("\(file): only ffmpeg decodes this audio; install ffmpeg"), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  /// The processes of ffmpeg that have the file in their arguments.
  private func decoders() -> [Int32] {
    // A process that ends meanwhile has no arguments any more.
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
    return numbers.filter { number in
      let words = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(number)/cmdline"))) ?? Data()
      return String(decoding: words, as: UTF8.self).hasPrefix("\(ffmpeg)\0") && words.range(of: Data(file.utf8)) != nil
    }
  }

  private var ffmpeg: String {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/ffmpeg" }
      .first { FileManager.default.isExecutableFile(atPath: $0) } ?? "ffmpeg"
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("ffmpeg"))) func itEndsWithTheProgramThatWasKilled() throws {
    let running = try indexctl.start(["features", file, "--start", "3500"])
    while running.isRunning, decoders().isEmpty { usleep(5_000) }
    #expect(decoders().count == 1)
    running.send(SIGKILL)
    #expect(running.wait().code == -SIGKILL)
    // The worker and its decoder are nobody's children now: their end can only be looked for.
    while !decoders().isEmpty { usleep(5_000) }
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("ffmpeg"))) func whatWantsFFmpegIsReadOnceItIsThere() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 5)
    let music = library.folder["music"]
    let encoder = try Process.run(
      URL(fileURLWithPath: ffmpeg),
      arguments: ["-v", "error", "-nostdin", "-i", music + "/liked 0.wav", "-c:a", "aac", music + "/more.m4a"])
    encoder.waitUntilExit()
    let without = library.environment.merging(["PATH": "/nonexistent"]) { $1 }
    for _ in 0..<2 {
      #expect(try indexctl.run(["try", music], environment: without).code == 3)
      #expect(try library.failures().map(\.reason) == ["ffmpegMissing"])
    }
    let run = try library.tryOnce([])
    #expect(run.code == 0, "\(run.errors)")
    #expect(try library.failures().isEmpty)
    #expect(run.output.contains("4 unheard"))
  }
}
