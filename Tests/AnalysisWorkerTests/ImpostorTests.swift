import Foundation
import Glibc
import TestSupport
import Testing
import Tracks

@testable import AnalysisWorker

/// Workers that a file has taken over: what they say costs this process neither memory nor time.
extension WorkerPoolTests {
  /// A program that greets as a worker does, then goes on as the script says.
  private func impostor(_ folder: TemporaryFolder, _ script: String) throws -> WorkerPool {
    func octal(_ bytes: [UInt8]) -> String { bytes.map { "\\" + String($0, radix: 8) }.joined() }
    let hello = octal(FrameHeader(kind: .hello, length: 4).bytes + Messages.encode(version: FrameHeader.version))
    let claim = octal(FrameHeader(kind: .result, length: 1 << 30).bytes)
    let large = octal(FrameHeader(kind: .result, length: 60 << 20).bytes)
    let text = "#!/bin/sh\nhello='\(hello)' claim='\(claim)' large='\(large)'\nprintf \"$hello\" >&3\n\(script)\n"
    let program = try folder.write(text, to: "worker")
    #expect(chmod(program, 0o755) == 0)
    return WorkerPool(
      program: FilePath(program), count: 1, limits: WorkerLimits(seconds: 1, megabytes: 512))
  }

  @Test func aWorkersClaimsCostNoMemory() async throws {
    let folder = try TemporaryFolder()
    let claiming = try impostor(folder, #"printf "$claim" >&3; cat <&3 >/dev/null"#)
    let failure = await claiming.probe(FilePath("/a")).failure
    #expect(
      failure?.reason == WorkerFailure.crashed && failure?.detail.hasPrefix("its answer is too long; ") == true,
      "\(String(describing: failure))")
    await claiming.shutdown()
    let before = try #require(Workers.status(getpid())["VmHWM"])
    let stopping = try impostor(folder, #"printf "$large" >&3"#)
    #expect(await stopping.probe(FilePath("/a")).failure?.reason == WorkerFailure.crashed)
    await stopping.shutdown()
    func kilobytes(_ text: String) -> Int { Int(text.prefix { $0 != " " }) ?? 0 }
    #expect(kilobytes(try #require(Workers.status(getpid())["VmHWM"])) - kilobytes(before) < 20 << 10)
  }

  @Test func aWorkerThatTalksForEverRunsOutOfTime() async throws {
    let folder = try TemporaryFolder()
    let pool = try impostor(folder, "exec yes")
    let failure = await pool.probe(FilePath("/a")).failure
    #expect(failure?.reason == WorkerFailure.timedOut, "\(String(describing: failure))")
    await pool.shutdown()
  }
}
