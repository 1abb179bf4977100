import Glibc
import Tracks

/// One worker process and the conversation with it, used by one thread: starts it when it is needed, replaces it when it
/// has died, and says how.
struct WorkerLink: ~Copyable {
  private let program: FilePath
  private let limits: WorkerLimits
  private let idle: Bool
  private let turns: Turns
  private var child: ChildProcess?
  /// The number of requests that the present process has answered.
  private var served = 0

  /// After so many requests a worker is replaced, so that what a library leaks stays small.
  static let requestsPerProcess = 1000
  /// The seconds that a worker may take to start.
  private static let startSeconds = 30.0
  /// The seconds that the opening of a file may take where a request has no limit.
  private static let openingSeconds = 120.0
  /// The milliseconds that a killed worker may take to die.
  private static let deathMilliseconds: Int32 = 3000
  /// The bytes of the longest answer about a file, and of a job's.
  private static let largestAnswer: UInt64 = 64 << 20
  private static let largestJobAnswer: UInt64 = 4 << 30

  /// A link that has no process yet.
  init(program: FilePath, limits: WorkerLimits, idle: Bool, turns: Turns) {
    self.turns = turns
    self.program = program
    self.limits = limits
    self.idle = idle
    child = nil
  }

  /// Does one job, starting a process where there is none.
  ///
  /// What may be left over from earlier files of the same process, or come from outside, is tried again in a fresh one,
  /// and where that comes to harm too in another fresh one, while no other worker of the pool is at work: only what befalls
  /// two fresh ones is the file's.
  mutating func perform(_ job: WorkerJob) -> Result<[UInt8], WorkerFailure> {
    var first: WorkerFailure?
    let turns = turns
    while true {
      var isFresh = false
      let result = turns.take(
        alone: first != nil,
        waiting: {
          job.waiting()
          return !job.isCancelled
        }, { perform(job, &isFresh) })
      guard let result else { return .failure(job.cancellation) }
      guard case .failure(let failure) = result, WorkerFailure.doubtful.contains(failure.reason), !job.isCancelled
      else { return result }
      guard isFresh else { continue }
      if let first { return .failure(failure.again(after: first)) }
      first = failure
    }
  }

  /// One attempt; `isFresh` is whether the process that did it had done nothing before.
  private mutating func perform(_ job: WorkerJob, _ isFresh: inout Bool) -> Result<[UInt8], WorkerFailure> {
    if served >= Self.requestsPerProcess { end() }
    isFresh = served == 0
    guard let path = job.file else { return performOnce(job, nil) }
    let seconds = limits.seconds ?? Self.openingSeconds
    guard let file = FileOpening.open(path, seconds: seconds, for: job) else {
      let failure = WorkerFailure(
        reason: WorkerFailure.unreadable, detail: "\(path.display): the system gives no answer when it is opened")
      return .failure(job.isCancelled ? job.cancellation : failure)
    }
    let result = performOnce(job, file)
    guard case .failure(let failure) = result else { return result }
    // A doubtful failure that the process itself told of must not colour the next attempt.
    if WorkerFailure.doubtful.contains(failure.reason) { end() }
    return result
  }

  /// Ends the process: politely where it waits for requests.
  mutating func end() {
    guard var child = child.take() else { return }
    served = 0
    shutdown(child.channel.number, Int32(SHUT_RDWR))
    if child.reap(milliseconds: 1000) == nil {
      child.killGroup()
      _ = child.reap(milliseconds: Self.deathMilliseconds)
    }
  }

  private mutating func performOnce(
    _ job: WorkerJob, _ file: OpenedFile?
  ) -> Result<[UInt8], WorkerFailure> {
    // One that was killed at its start says nothing of the program.
    if child == nil, start(for: job) != nil {
      if job.isCancelled { return .failure(job.cancellation) }
      if let failure = start(for: job) { return .failure(failure) }
    }
    guard let process = child?.process, job.begin(on: process) else { return .failure(job.cancellation) }
    // From here on a cancellation kills the process.
    var message: [[UInt8]] = []
    var descriptor: Int32 = -1
    if let file { (message, descriptor) = (file.message, file.descriptor) }
    var conversation = RequestExchange(
      outgoing: message + job.outgoing, descriptor: descriptor,
      largestAnswer: job.progress == nil ? Self.largestAnswer : Self.largestJobAnswer,
      takesProgress: job.progress != nil)
    let deadline = Deadline(process: process, seconds: limits.seconds)
    let outcome = converse(&conversation, until: deadline, for: job)
    job.pause()
    switch outcome {
    case .answer(.result, let bytes) where !job.isCancelled:
      guard job.isAnswer(bytes) else {
        return .failure(
          terminateAndDescribe(
            reason: WorkerFailure.crashed, because: "its answer cannot be understood", conversation.tail))
      }
      served += 1
      return .success(bytes)
    case .answer(.failure, let bytes) where !job.isCancelled:
      served += 1
      do {
        return .failure(try Messages.decodeFailure(bytes))
      } catch {
        return .failure(
          terminateAndDescribe(reason: WorkerFailure.crashed, because: error.description, conversation.tail))
      }
    case .answer(let kind, _):
      let failure = terminateAndDescribe(
        reason: WorkerFailure.crashed, because: "it answered out of turn (\(kind))", conversation.tail)
      return .failure(job.isCancelled ? job.cancellation : failure)
    case .nonsense(let what):
      return .failure(terminateAndDescribe(reason: WorkerFailure.crashed, because: what, conversation.tail))
    case .timedOut(isOfDisk: true) where job.file != nil:
      // To close the file may hang as well.
      file?.isStuck = true
      let words = "\(job.file?.display ?? ""): its disk does not answer"
      return .failure(terminateAndDescribe(reason: WorkerFailure.unreadable, because: words, []))
    case .timedOut:
      let seconds = limits.seconds.map { "\($0)" } ?? "?"
      return .failure(
        terminateAndDescribe(
          reason: WorkerFailure.timedOut,
          because: job.progress == nil ? "not done after \(seconds) s" : "no progress for \(seconds) s",
          conversation.tail))
    case .died:
      let failure = terminateAndDescribe(reason: WorkerFailure.crashed, because: nil, conversation.tail)
      return .failure(job.isCancelled ? job.cancellation : failure)
    }
  }

  /// Starts a process and waits for its greeting; the failure where that does not come.
  private mutating func start(for job: WorkerJob) -> WorkerFailure? {
    do {
      child = try ChildProcess(program: program, limits: limits, idle: idle)
    } catch {
      return WorkerFailure(reason: WorkerFailure.workerMissing, detail: error.description)
    }
    served = 0
    guard let process = child?.process, job.begin(on: process) else {
      end()
      return job.cancellation
    }
    var conversation = RequestExchange(outgoing: [], largestAnswer: 1024)
    let deadline = Deadline(process: process, seconds: Self.startSeconds)
    let outcome = converse(&conversation, until: deadline, for: job)
    job.pause()
    if case .answer(.hello, let bytes) = outcome {
      if bytes == Messages.encode(version: FrameHeader.version) { return nil }
      _ = terminateAndDescribe(reason: "", because: nil, [])
      return WorkerFailure(
        reason: WorkerFailure.workerMissing,
        detail: "\(program.display) is of another version than this program; install both together and start again")
    }
    let why: String?
    switch outcome {
    case .timedOut: why = "it did not answer"
    case .nonsense(let what): why = what
    case .answer, .died: why = nil
    }
    let failure = terminateAndDescribe(reason: WorkerFailure.workerMissing, because: why, conversation.tail)
    return job.isCancelled
      ? job.cancellation
      : WorkerFailure(reason: WorkerFailure.workerMissing, detail: "\(program.display) does not run: \(failure.detail)")
  }

  private func converse(
    _ conversation: inout RequestExchange, until deadline: Deadline, for job: WorkerJob
  ) -> RequestExchange.Outcome {
    switch child {
    case .some(let child):
      conversation.run(with: child, until: deadline, waiting: job.waiting, progress: job.progress ?? { _ in })
    case .none:
      .died
    }
  }

  /// Kills and reaps the process, and tells the failure: how it ended unless a cause is given, and what it printed last.
  private mutating func terminateAndDescribe(reason: String, because cause: String?, _ tail: [UInt8]) -> WorkerFailure {
    guard var child = child.take() else { return WorkerFailure(reason: reason, detail: cause ?? "it has ended") }
    served = 0
    // A process that ended by itself is left a moment to do so, so that its own signal is seen and not this kill.
    var ending = cause == nil ? child.reap(milliseconds: 500) : nil
    if ending == nil {
      child.killGroup()
      ending = child.reap(milliseconds: Self.deathMilliseconds)
    }
    let printed = WorkerOutput.lastWords(tail)
    let breach = ending?.signal == SIGSYS ? "the worker violated its confinement" : nil
    let story = cause ?? breach ?? ending?.description ?? "it does not end"
    let detail = printed.isEmpty ? story : "\(story); it said: \(printed)"
    guard reason == WorkerFailure.crashed, let ending, ending.signal != 0 || cause == nil else {
      return WorkerFailure(reason: reason, detail: detail)
    }
    if WorkerOutput.tellsOfMemory(tail) {
      return WorkerFailure(
        reason: WorkerFailure.outOfMemory, detail: "more than \(limits.megabytes) MiB needed; \(detail)")
    }
    return WorkerFailure(reason: reason, detail: detail)
  }
}
