import AnalysisWorker
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import Tracks

/// The pool with the real worker program, on real files; one test at a time, for they look at all workers there are.
@Suite(.serialized, .timeLimit(.minutes(2))) struct WorkerPoolTests {
  func withPool(
    count: Int = 1, limits: WorkerLimits = WorkerLimits(seconds: 60, megabytes: 512), idle: Bool = false,
    idleSeconds: Double = 3_600, _ body: (WorkerPool) async throws -> Void
  ) async throws {
    let pool = WorkerPool(program: Workers.program, count: count, limits: limits, idle: idle, idleSeconds: idleSeconds)
    do {
      try await body(pool)
    } catch {
      await pool.shutdown()
      throw error
    }
    await pool.shutdown()
    #expect(Workers.running().isEmpty)
  }

  private func request(_ path: String, variants: [FeatureVariant] = [.dense], seconds: Int = 20) -> AnalysisRequest {
    AnalysisRequest(
      path: FilePath(path), variants: variants, samples: 3,
      properties: AudioProperties(codec: "pcm", sampleRate: 44_100, channels: 1, frames: Int64(seconds) * 44_100))
  }

  @Test func aFileIsProbedAndMeasured() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Workers.tone(seconds: 20), to: "tone.wav")
    try await withPool { pool in
      let audio = try await pool.probe(FilePath(file)).get()
      #expect(audio.properties.sampleRate == 44_100 && audio.properties.frames == 882_000)
      let features = try await pool.analyse(self.request(file, variants: [.study, .dense])).get()
      #expect(features.map(\.variant) == [.study, .dense])
      #expect(features.map(\.starts.count) == [3, 3])
      #expect(features[0].starts == features[1].starts)
      #expect(features[0].summary.isEmpty && features[1].summary.count == SummaryLayout.count)
      let again = try await pool.analyse(self.request(file, variants: [.dense])).get()
      #expect(again == [features[1]])
    }
  }

  @Test func theDecodersReasonIsKept() async throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("this is no music at all, but long enough to look at", to: "a.flac")
    try await withPool { pool in
      let failure = await pool.probe(FilePath(text)).failure
      #expect(failure?.reason == "notAudio" && failure?.detail.contains(text) == true)
      #expect(await pool.probe(FilePath(folder["none.flac"])).failure?.reason == WorkerFailure.fileMissing)
      #expect(failure?.concernsFile == true)
    }
  }

  @Test func aKilledWorkerCostsItsFileAndNoOther() async throws {
    let folder = try TemporaryFolder()
    try LongFile.wave(folder["long.wav"])
    let tone = try folder.write(Workers.tone(seconds: 20), to: "tone.wav")
    try await withPool { pool in
      let opening = OpeningOf(folder["long.wav"])
      async let broken = pool.analyse(Workers.longRequest(folder["long.wav"]))
      await opening.happens()
      let worker = await Workers.working(on: folder["long.wav"])
      kill(worker, SIGKILL)
      kill(await Workers.working(on: folder["long.wav"], except: [worker]), SIGKILL)
      let failure = await broken.failure
      #expect(failure?.reason == WorkerFailure.crashed)
      #expect(failure?.detail.hasSuffix("; it happened in two fresh workers") == true, "\(String(describing: failure))")
      #expect(failure?.detail.contains("signal 9") == true, "\(String(describing: failure))")
      #expect(await pool.analyse(self.request(tone)).failure == nil)
      #expect(Workers.running() != [worker])
    }
  }

  @Test func aCrashTellsItsSignal() async throws {
    let folder = try TemporaryFolder()
    try LongFile.wave(folder["long.wav"])
    try await withPool { pool in
      let opening = OpeningOf(folder["long.wav"])
      async let broken = pool.analyse(Workers.longRequest(folder["long.wav"]))
      await opening.happens()
      let worker = await Workers.working(on: folder["long.wav"])
      kill(worker, SIGSEGV)
      kill(await Workers.working(on: folder["long.wav"], except: [worker]), SIGSEGV)
      let failure = await broken.failure
      #expect(failure?.reason == WorkerFailure.crashed)
      #expect(failure?.detail.contains("Segmentation fault") == true, "\(String(describing: failure))")
    }
  }

  @Test func aStoppedWorkerRunsOutOfTime() async throws {
    let folder = try TemporaryFolder()
    try LongFile.wave(folder["long.wav"])
    let tone = try folder.write(Workers.tone(seconds: 20), to: "tone.wav")
    try await withPool(limits: WorkerLimits(seconds: 1, megabytes: 512)) { pool in
      let opening = OpeningOf(folder["long.wav"])
      async let broken = pool.analyse(Workers.longRequest(folder["long.wav"]))
      await opening.happens()
      let worker = await Workers.working(on: folder["long.wav"])
      kill(worker, SIGSTOP)
      kill(await Workers.working(on: folder["long.wav"], except: [worker]), SIGSTOP)
      #expect(await broken.failure?.reason == WorkerFailure.timedOut)
      #expect(await pool.analyse(self.request(tone)).failure == nil)
    }
  }

  @Test func aFileThatTakesForEverRunsOutOfTime() async throws {
    let folder = try TemporaryFolder()
    try LongFile.wave(folder["long.wav"])
    try await withPool(limits: WorkerLimits(seconds: 0.5, megabytes: 512)) { pool in
      let failure = await pool.analyse(Workers.longRequest(folder["long.wav"])).failure
      #expect(failure?.reason == WorkerFailure.timedOut)
      #expect(failure?.detail == "not done after 0.5 s; it happened in two fresh workers")
    }
  }

  /// A worker's memory may be full of what earlier files left there.
  @Test func aWorkerThatHasRunOutOfMemoryIsReplaced() async throws {
    let folder = try TemporaryFolder()
    let tone = try folder.write(Workers.tone(seconds: 20), to: "tone.wav")
    try await withPool(limits: WorkerLimits(seconds: 60, megabytes: 512)) { pool in
      #expect(await pool.probe(FilePath(tone)).failure == nil)
      let worker = try #require(Workers.running().first)
      // Below what it holds already, so that the next allocation of any size fails.
      try run("/usr/bin/prlimit", ["--pid", "\(worker)", "--data=1048576"])
      // What fails in a worker with a past is tried once more in a fresh one.
      #expect(await pool.analyse(self.request(tone)).failure == nil)
      #expect(Workers.running() != [worker])
    }
  }

  /// Five seconds at 1.5 MHz do not fit in; the same worker has done the file before it and goes on with the next.
  @Test func aFileThatWantsMoreThanTheLimitFailsAlone() async throws {
    let folder = try TemporaryFolder()
    let tone = try folder.write(Workers.tone(seconds: 20), to: "tone.wav")
    let rate = 1_536_000
    let values = [Float](repeating: 0.5, count: 6 * rate)
    let large = try folder.write(WaveFile.bytes(values, rate: rate), to: "large.wav")
    let properties = AudioProperties(codec: "pcm", sampleRate: rate, channels: 1, frames: Int64(6 * rate))
    let request = AnalysisRequest(path: FilePath(large), variants: [.dense], samples: 1, properties: properties)
    try await withPool(limits: WorkerLimits(seconds: 60, megabytes: 48)) { pool in
      for _ in 0..<2 {
        #expect(await pool.analyse(self.request(tone)).failure == nil)
        let failure = await pool.analyse(request).failure
        #expect(failure?.reason == WorkerFailure.outOfMemory, "\(String(describing: failure))")
        #expect(failure?.detail.hasPrefix("more than 48 MiB needed; ") == true)
        #expect(failure?.concernsFile == true)
      }
      #expect(await pool.analyse(self.request(tone)).failure == nil)
    }
  }

  @Test func aWorkerThatEndedWhileIdleIsReplaced() async throws {
    let folder = try TemporaryFolder()
    let tone = try folder.write(Workers.tone(), to: "tone.wav")
    try await withPool { pool in
      for _ in 0..<3 {
        #expect(await pool.probe(FilePath(tone)).failure == nil)
        kill(try #require(Workers.running().first), SIGKILL)
      }
    }
  }

  @Test func aWorkerThatWasStoppedWhileIdleCostsNoFile() async throws {
    let folder = try TemporaryFolder()
    let tone = try folder.write(Workers.tone(), to: "tone.wav")
    try await withPool(limits: WorkerLimits(seconds: 1, megabytes: 512)) { pool in
      #expect(await pool.probe(FilePath(tone)).failure == nil)
      kill(try #require(Workers.running().first), SIGSTOP)
      #expect(await pool.probe(FilePath(tone)).failure == nil)
    }
  }

  @Test func aStoppedJobEndsForWantOfProgress() async throws {
    let folder = try TemporaryFolder()
    try LongFile.wave(folder["long.wav"])
    try await withPool { pool in
      let order = FeaturesRequest(path: FilePath(folder["long.wav"]), start: 2, variant: .dense)
      let opening = OpeningOf(folder["long.wav"])
      let job = Task {
        try await pool.run(
          job: FeaturesRequest.jobName, payload: order.encode(), file: order.path,
          limits: WorkerLimits(seconds: 1, megabytes: 512))
      }
      await opening.happens()
      let worker = await Workers.working(on: folder["long.wav"])
      kill(worker, SIGSTOP)
      kill(await Workers.working(on: folder["long.wav"], except: [worker]), SIGSTOP)
      let failure = await #expect(throws: WorkerFailure.self) { try await job.value }
      #expect(failure?.reason == WorkerFailure.timedOut)
      #expect(failure?.detail == "no progress for 1.0 s; it happened in two fresh workers")
    }
  }

  @Test func whoWaitsForAWorkerIsToldSo() async throws {
    let folder = try TemporaryFolder()
    try LongFile.wave(folder["long.wav"])
    let count = Mutex(0)
    try await withPool(limits: WorkerLimits(seconds: 3, megabytes: 512)) { pool in
      let request = Workers.longRequest(folder["long.wav"])
      let failure = await pool.analyse(request) { count.withLock { $0 += 1 } }.failure
      #expect(failure?.reason == WorkerFailure.timedOut)
    }
    #expect(count.withLock { $0 } >= 3)
  }

  @Test func aCancelledTaskEndsItsWorker() async throws {
    let folder = try TemporaryFolder()
    try LongFile.wave(folder["long.wav"])
    let tone = try folder.write(Workers.tone(), to: "tone.wav")
    try await withPool { pool in
      let opening = OpeningOf(folder["long.wav"])
      let running = Task { await pool.analyse(Workers.longRequest(folder["long.wav"])) }
      await opening.happens()
      let queued = Task { await pool.probe(FilePath(tone)) }
      let worker = await Workers.working(on: folder["long.wav"])
      queued.cancel()
      #expect(await queued.value.failure?.reason == WorkerFailure.cancelled)
      running.cancel()
      let failure = await running.value.failure
      #expect(failure?.reason == WorkerFailure.cancelled && failure?.concernsFile == false)
      #expect(kill(worker, 0) != 0)
      #expect(await pool.probe(FilePath(tone)).failure == nil)
    }
  }

  @Test func theShutdownEndsEverything() async throws {
    let folder = try TemporaryFolder()
    try LongFile.wave(folder["long.wav"])
    let pool = WorkerPool(program: Workers.program, count: 2)
    let opening = OpeningOf(folder["long.wav"])
    let tasks = (0..<5).map { _ in Task { await pool.analyse(Workers.longRequest(folder["long.wav"])) } }
    await opening.happens()
    await pool.shutdown()
    #expect(Workers.running().isEmpty)
    for task in tasks { #expect(await task.value.failure?.reason == WorkerFailure.shutDown) }
    #expect(await pool.probe(FilePath(folder["long.wav"])).failure?.reason == WorkerFailure.shutDown)
    await pool.shutdown()
  }

  @Test func thereAreNeverMoreWorkersThanAllowed() async throws {
    let folder = try TemporaryFolder()
    let tone = try folder.write(Workers.tone(seconds: 20), to: "tone.wav")
    try await withPool(count: 2) { pool in
      let most = await withTaskGroup(of: Int.self) { group in
        for _ in 0..<16 {
          group.addTask {
            let failure = await pool.analyse(self.request(tone)).failure
            return failure == nil ? Workers.running().count : 99
          }
        }
        return await group.max() ?? 0
      }
      #expect((1...2).contains(most))
    }
  }

  @Test func idleWorkersEnd() async throws {
    let folder = try TemporaryFolder()
    let tone = try folder.write(Workers.tone(), to: "tone.wav")
    try await withPool(idleSeconds: 0.05) { pool in
      for _ in 0..<3 {
        #expect(await pool.probe(FilePath(tone)).failure == nil)
        if let worker = Workers.running().first { await waitForEnd(of: worker) }
      }
    }
  }

  @Test(arguments: ["/nowhere/indexd-worker", "/etc/passwd", "/bin/true"])
  func aProgramThatIsNoWorkerIsSaid(program: String) async throws {
    let pool = WorkerPool(program: FilePath(program), count: 2)
    let failure = try #require(await pool.probe(FilePath("/a.flac")).failure)
    #expect(failure.reason == WorkerFailure.workerMissing && !failure.concernsFile)
    #expect(failure.detail.contains(program))
    await #expect(throws: failure) { try await pool.run(job: "train", payload: []) }
    await pool.shutdown()
  }

  @Test func aFingerprintIsOfTheWholeOrAPart() async throws {
    let folder = try TemporaryFolder()
    let tone = try folder.write(Workers.tone(seconds: 20), to: "tone.wav")
    try await withPool { pool in
      let properties = try await pool.probe(FilePath(tone)).get().properties
      let whole = try await pool.fingerprint(FilePath(tone), properties: properties, seconds: 120).get()
      let part = try await pool.fingerprint(FilePath(tone), properties: properties, from: 5, seconds: 10).get()
      #expect(whole.count > 120 && part.count > 40 && part.count < whole.count)
    }
  }

  @Test func aJobHasAProcessOfItsOwnThatEndsWithIt() async throws {
    let folder = try TemporaryFolder()
    let tone = try folder.write(Workers.tone(seconds: 20), to: "tone.wav")
    try await withPool { pool in
      let order = FeaturesRequest(path: FilePath(tone), start: 2, variant: .dense)
      let answer = try await pool.run(job: FeaturesRequest.jobName, payload: order.encode(), file: order.path)
      #expect(answer.first == UInt8(ascii: "{"))
      #expect(Workers.running().isEmpty)
    }
  }

  @Test func aCancelledJobEndsItsProcess() async throws {
    let folder = try TemporaryFolder()
    try LongFile.wave(folder["long.wav"])
    try await withPool { pool in
      let order = FeaturesRequest(path: FilePath(folder["long.wav"]), start: 2, variant: .dense)
      let opening = OpeningOf(folder["long.wav"])
      let job = Task { try await pool.run(job: FeaturesRequest.jobName, payload: order.encode(), file: order.path) }
      await opening.happens()
      job.cancel()
      await #expect(throws: CancellationError.self) { try await job.value }
      // The file is opened before its worker runs: one that was only just starting is still taken down.
      for _ in 0..<500 where !Workers.running().isEmpty { try await Task.sleep(for: .milliseconds(10)) }
      #expect(Workers.running().isEmpty)
    }
  }

  @Test func aJobThatNobodyKnowsIsRefused() async throws {
    try await withPool { pool in
      let failure = await #expect(throws: WorkerFailure.self) {
        try await pool.run(job: "nonsense", payload: [1, 2, 3])
      }
      #expect(failure?.reason == WorkerFailure.unknownJob)
    }
  }
}

extension Result {
  /// The failure, where there is one.
  var failure: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}
