import Foundation
import TestSupport
import Testing

/// What becomes of ffmpeg, which decodes for the worker: not installed, or left behind.
@Suite(.timeLimit(.minutes(2))) struct DecoderProgramTests {
  private let folder: TemporaryFolder
  /// A DSF file of an hour of nothing that takes no room on the disk: only ffmpeg reads it, and it takes long.
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    func little(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.littleEndian, Array.init) }
    let samples = UInt64(3_600 * 2_822_400 / 32_768 * 32_768)
    var head = Array("DSD ".utf8) + little(UInt64(28)) + little(92 + samples / 8) + little(UInt64(0))
    head += Array("fmt ".utf8) + little(UInt64(52))
    for number in [1, 0, 1, 1, 2_822_400, 1] as [UInt32] { head += little(number) }
    head += little(samples) + little(UInt32(4_096)) + little(UInt32(0))
    head += Array("data".utf8) + little(12 + samples / 8)
    file = try folder.write(head, to: "long.dsf")
    try #require(truncate(file, off_t(92 + samples / 8)) == 0)
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
}
