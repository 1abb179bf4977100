import Foundation
import Glibc
import TestSupport
import Testing
import Tracks

@testable import AnalysisWorker

/// Workers that wait for a disk: here a process that waits for its own start of a program, whose input is a FIFO that nobody
/// opens. The kernel calls both waits D.
@Suite(.serialized) struct DiskWaitTests {
  /// A pool of a program that greets as a worker does, then does as a script in Python says; `wait()` waits like for a disk
  /// until somebody opens `fifo`.
  private func pool(_ folder: TemporaryFolder, seconds: Double, _ script: String) throws -> WorkerPool {
    let hello = FrameHeader(kind: .hello, length: 4).bytes + Messages.encode(version: FrameHeader.version)
    #expect(mkfifo(folder["fifo"], 0o600) == 0)
    let program = try folder.write(
      """
      #!/usr/bin/env python3
      import os, subprocess, time
      fifo = "\(folder["fifo"])"
      def wait():
          actions = [(os.POSIX_SPAWN_OPEN, 0, fifo, os.O_RDONLY, 0)]
          os.posix_spawn("/bin/true", ["true"], {}, file_actions=actions)
      os.write(3, bytes(\(hello)))
      \(script)

      """, to: "worker")
    #expect(chmod(program, 0o755) == 0)
    return WorkerPool(program: FilePath(program), count: 1, limits: WorkerLimits(seconds: seconds, megabytes: 512))
  }

  private func probed(_ folder: TemporaryFolder, _ pool: WorkerPool) async throws -> (WorkerFailure?, Double) {
    let song = FilePath(try folder.write("song", to: "song.flac"))
    let begin = Deadline.now()
    let failure = await pool.probe(song).failure
    let seconds = Deadline.now() - begin
    await pool.shutdown()
    return (failure, seconds)
  }

  @Test func aDiskThatHangsMakesTheFileUnreadableForNow() async throws {
    let folder = try TemporaryFolder()
    let (failure, seconds) = try await probed(folder, pool(folder, seconds: 2, "wait()"))
    #expect(failure?.reason == WorkerFailure.unreadable && failure?.isPassing == true, "\(String(describing: failure))")
    #expect(failure?.detail == "\(folder["song.flac"]): its disk does not answer")
    #expect(seconds >= 2)
  }

  @Test func timeThatADiskTookIsAdded() async throws {
    let folder = try TemporaryFolder()
    let script = """
      subprocess.Popen(["sh", "-c", 'sleep 3; : >"$0"', fifo])
      wait()
      time.sleep(600)
      """
    let (failure, seconds) = try await probed(folder, pool(folder, seconds: 4, script))
    // Two fresh workers, each 3 s for the disk and 4 s for the file.
    #expect(failure?.reason == WorkerFailure.timedOut, "\(String(describing: failure))")
    #expect(seconds > 12, "\(seconds)")
  }
}
