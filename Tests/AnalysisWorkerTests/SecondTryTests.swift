import AnalysisWorker
import Foundation
import Glibc
import TestSupport
import Testing
import Tracks

/// What ends a worker from outside costs its file nothing: it is tried again in a fresh worker.
extension WorkerPoolTests {
  @Test(arguments: [SIGKILL, SIGTERM, SIGXCPU, SIGHUP, SIGSEGV])
  func aWorkerEndedOnceCostsNoFile(signal: Int32) async throws {
    let folder = try TemporaryFolder()
    let file = folder["long.wav"]
    try LongFile.wave(file)
    let request = Workers.longRequest(file, seconds: 400)
    try await withPool { pool in
      let whole = try await pool.analyse(request).get()
      async let answer = pool.analyse(request)
      let used = await Workers.working(on: file)
      kill(used, signal)
      // That one had a past. The next one is fresh, and may come to harm once.
      let fresh = await Workers.working(on: file, except: [used])
      kill(fresh, signal)
      let again = try await answer.get()
      #expect(again == whole)
      #expect(!Workers.running().contains(fresh))
    }
  }

  @Test func aWorkerStoppedOnceCostsNoFile() async throws {
    let folder = try TemporaryFolder()
    let file = folder["long.wav"]
    try LongFile.wave(file)
    try await withPool(limits: WorkerLimits(seconds: 10, megabytes: 512)) { pool in
      async let answer = pool.analyse(Workers.longRequest(file, seconds: 400))
      kill(await Workers.working(on: file), SIGSTOP)
      #expect(await answer.failure == nil)
    }
  }

  @Test func aJobKilledOnceIsDoneAgain() async throws {
    let folder = try TemporaryFolder()
    let file = folder["long.wav"]
    try LongFile.wave(file)
    try await withPool { pool in
      let order = FeaturesRequest(path: FilePath(file), start: 2, variant: .dense)
      async let answer = pool.run(job: FeaturesRequest.jobName, payload: order.encode(), file: FilePath(file))
      kill(await Workers.working(on: file), SIGKILL)
      let bytes = try await answer
      #expect(!bytes.isEmpty)
    }
  }

  @Test func twoDifferentHarmsAreBothTold() async throws {
    let folder = try TemporaryFolder()
    let file = folder["long.wav"]
    try LongFile.wave(file)
    try await withPool(limits: WorkerLimits(seconds: 2, megabytes: 512)) { pool in
      async let answer = pool.analyse(Workers.longRequest(file))
      kill(await Workers.working(on: file), SIGKILL)
      let failure = await answer.failure
      #expect(failure?.reason == WorkerFailure.timedOut)
      #expect(
        failure?.detail == "not done after 2.0 s; it failed in two fresh workers, at first: crashed: signal 9 (Killed)",
        "\(String(describing: failure))")
    }
  }
}
