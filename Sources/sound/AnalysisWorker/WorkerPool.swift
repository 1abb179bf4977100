import CProcessor
import Dispatch
import Glibc
import Platform
import Synchronization
public import Tracks

/// The parent's end: a bounded number of worker processes that do one request each at a time.
///
/// A process is started when it is first needed, replaced when it has died, and ended after some time without work and at
/// the shutdown. Whatever a file does to its worker (crash, hang, endless memory) costs that file alone. The waiting for
/// answers happens on threads of the pool's own, at most one a process, never on Swift's shared ones. Cancelling the task
/// that waits for a result ends the work on it, by killing the process if it must.
public final class WorkerPool: Sendable {
  private let program: FilePath
  private let count: Int
  private let limits: WorkerLimits
  private let idle: Bool
  private let idleSeconds: Double

  private struct State {
    var queue: [WorkerJob] = []
    /// What a thread has taken up.
    var active: [ObjectIdentifier: WorkerJob] = [:]
    /// The threads that serve the queue, and those of them that hold no request.
    var serving = 0
    var free = 0
    /// All threads, with those that are about to end and those of jobs.
    var threads = 0
    var isClosed = false
    var closers: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Mutex(State())
  private let ready = DispatchSemaphore(value: 0)
  private let turns = Turns()

  /// A pool that has started nothing yet.
  ///
  /// - Parameters:
  ///   - program: the worker program.
  ///   - count: the largest number of processes for files, at least 1. Jobs have processes of their own beside them.
  ///   - limits: what a process may take.
  ///   - idle: whether the workers use processor and disk only when nobody else does.
  ///   - idleSeconds: after so long without work a process is ended.
  public init(
    program: FilePath, count: Int, limits: WorkerLimits = WorkerLimits(), idle: Bool = false, idleSeconds: Double = 20
  ) {
    precondition(count >= 1, "a pool has at least one worker")
    self.program = program
    self.count = count
    self.limits = limits
    self.idle = idle
    self.idleSeconds = idleSeconds
  }

  /// The worker program that belongs to the running one, beside it, with links resolved: `indexd-worker`, or, where the
  /// processor has the x86-64-v3 level and a package brings it, `indexd-worker-x86-64-v3`, which was built for it.
  public static func programBesideThis() -> FilePath {
    let folder = ThisProgram.path.parent
    let vectors = folder.appending("indexd-worker-x86-64-v3")
    let isThere = vectors.withCString { access($0, X_OK) == 0 }
    return isThere && processor_has_x86_64_v3() ? vectors : folder.appending("indexd-worker")
  }

  /// Is told every second, or more often, that a worker is at work on a request, on a thread of the pool: as long as that
  /// goes on, the request's time is not over.
  public typealias WaitingHandler = @Sendable () -> Void

  /// Looks at a file: its audio, its tags, and the identity of the audio.
  public func probe(
    _ path: FilePath, waiting: @escaping WaitingHandler = {}
  ) async -> Result<ProbedAudio, WorkerFailure> {
    await request(.probe, path, Messages.encode(path), waiting, Messages.decodeAudio)
  }

  /// Measures a track: the features of each variant asked for, in that order.
  public func analyse(
    _ request: AnalysisRequest, waiting: @escaping WaitingHandler = {}
  ) async -> Result<[SongFeatures], WorkerFailure> {
    await self.request(.analyse, request.path, Messages.encode(request), waiting, Messages.decodeFeatures)
  }

  /// Computes the acoustic fingerprint (Chromaprint) of at most so many seconds of a file, from a second of it on.
  public func fingerprint(
    _ path: FilePath, properties: AudioProperties, from: Double = 0, seconds: Double,
    waiting: @escaping WaitingHandler = {}
  ) async -> Result<[UInt32], WorkerFailure> {
    let request = FingerprintRequest(path: path, properties: properties, from: from, seconds: seconds)
    return await self.request(.fingerprint, path, Messages.encode(request), waiting, Messages.decodeFingerprint)
  }

  /// Does a named job, such as training, in a process of its own that ends with it.
  ///
  /// - Parameters:
  ///   - name: the job, one of those that the worker program knows.
  ///   - payload: what it works on.
  ///   - file: the file that it reads, if any; a worker opens none itself.
  ///   - limits: what the process may take.
  ///   - progress: is told the part that is done, from 0 to 1, on a thread of the pool.
  /// - Returns: what the job answered.
  /// - Throws: `CancellationError` where the task was cancelled, else `WorkerFailure`.
  public func run(
    job name: String, payload: [UInt8], file: FilePath? = nil, limits: WorkerLimits = .training,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> [UInt8] {
    let name = Messages.encode(name: name)
    let job = WorkerJob(
      file: file,
      outgoing: [
        FrameHeader(kind: .job, length: name.count).bytes, name,
        FrameHeader(kind: .payload, length: payload.count).bytes, payload,
      ], progress: progress)
    let answer = await perform(job) { state in
      state.active[ObjectIdentifier(job)] = job
      return { [self] in
        var link = WorkerLink(program: program, limits: limits, idle: idle, turns: Turns())
        let answer = link.perform(job)
        link.end()
        finish(job, answer) { _ in }
      }
    }
    switch answer {
    case .success(let bytes): return bytes
    case .failure(let failure):
      if failure.reason == WorkerFailure.cancelled { throw CancellationError() }
      throw failure
    }
  }

  /// Ends everything: what waits and what runs fails with `shutDown`, and every process has ended on return.
  public func shutdown() async {
    let jobs = state.withLock { state -> [WorkerJob] in
      state.isClosed = true
      defer { state.queue = [] }
      return state.queue + state.active.values
    }
    for job in jobs { job.cancel(Self.closed) }
    await withCheckedContinuation { continuation in
      let (isOver, threads) = state.withLock { state in
        if state.threads > 0 { state.closers.append(continuation) }
        return (state.threads == 0, state.threads)
      }
      if isOver { continuation.resume() }
      for _ in 0..<threads { ready.signal() }
    }
  }

  private func request<Value>(
    _ kind: FrameHeader.Kind, _ file: FilePath, _ payload: [UInt8], _ waiting: @escaping WaitingHandler,
    _ decode: @escaping @Sendable ([UInt8]) throws(WireFailure) -> Value
  ) async -> Result<Value, WorkerFailure> {
    let job = WorkerJob(
      file: file, outgoing: [FrameHeader(kind: kind, length: payload.count).bytes, payload],
      isAnswer: { bytes in
        // What it cannot be understood for is told where it is decoded.
        (try? decode(bytes)) != nil
      }, waiting: waiting)
    let answer = await perform(job) { state in
      state.queue.append(job)
      guard state.queue.count > state.free, state.serving < count else { return nil }
      state.serving += 1
      state.free += 1
      return { [self] in serve() }
    }
    return answer.flatMap { bytes in
      do throws(WireFailure) {
        return .success(try decode(bytes))
      } catch {
        return .failure(WorkerFailure(reason: WorkerFailure.crashed, detail: error.description))
      }
    }
  }

  /// Waits for a job's answer. `enqueue` hands the job over and returns what a new thread has to do, if one is needed.
  private func perform(
    _ job: WorkerJob, enqueue: (inout State) -> (@Sendable () -> Void)?
  ) async -> WorkerJob.Answer {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard job.await(continuation) else { return }
        let (isClosed, work) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
          guard !state.isClosed else { return (true, nil) }
          let work = enqueue(&state)
          if work != nil { state.threads += 1 }
          return (false, work)
        }
        if isClosed { return job.complete(.failure(Self.closed)) }
        ready.signal()
        guard let work else { return }
        let isRunning = OwnThread.start { [self] in
          work()
          endThread()
        }
        if !isRunning { refuse(job) }
      }
    } onCancel: {
      job.cancel(WorkerFailure(reason: WorkerFailure.cancelled, detail: "the task was cancelled"))
    }
  }

  private static let closed = WorkerFailure(
    reason: WorkerFailure.shutDown, detail: "the pool of workers was shut down")
}

extension WorkerPool {
  /// One thread's life: takes request after request until there have been none for a while.
  private func serve() {
    var link = WorkerLink(program: program, limits: limits, idle: idle, turns: turns)
    while let job = next() {
      finish(job, link.perform(job)) { $0.free += 1 }
    }
    link.end()
  }

  /// The next request; `nil` where the thread is to end.
  private func next() -> WorkerJob? {
    while true {
      let timedOut = ready.wait(timeout: .now() + idleSeconds) == .timedOut
      let (job, leaves) = state.withLock { state -> (WorkerJob?, Bool) in
        guard !state.queue.isEmpty else {
          let leaves = state.isClosed || timedOut
          if leaves {
            state.serving -= 1
            state.free -= 1
          }
          return (nil, leaves)
        }
        let job = state.queue.removeFirst()
        state.active[ObjectIdentifier(job)] = job
        state.free -= 1
        return (job, false)
      }
      if leaves { return nil }
      if let job { return job }
    }
  }

  /// Gives a job's result when the books say that it is over.
  private func finish(_ job: WorkerJob, _ answer: WorkerJob.Answer, books: (inout State) -> Void) {
    state.withLock { state in
      state.active[ObjectIdentifier(job)] = nil
      books(&state)
    }
    job.complete(answer)
  }

  /// The system gave no thread for a job: it fails, unless it waits in the queue for a thread that there is.
  private func refuse(_ job: WorkerJob) {
    let waits = state.withLock { state -> Bool in
      let isOwn = state.active.removeValue(forKey: ObjectIdentifier(job)) != nil
      if !isOwn {
        state.serving -= 1
        state.free -= 1
      }
      if !isOwn && state.serving > 0 { return true }
      state.queue.removeAll { $0 === job }
      return false
    }
    endThread()
    if !waits {
      let failure = WorkerFailure(reason: WorkerFailure.workerMissing, detail: "the system has no thread left")
      job.complete(.failure(failure))
    }
  }

  /// A thread is over; the last one lets the shutdown return.
  private func endThread() {
    let closers = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.threads -= 1
      guard state.threads == 0 else { return [] }
      defer { state.closers = [] }
      return state.closers
    }
    for closer in closers { closer.resume() }
  }
}
