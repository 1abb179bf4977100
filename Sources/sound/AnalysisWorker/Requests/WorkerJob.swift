import Glibc
import Synchronization
import Tracks

/// One request on its way: queued, in a worker's hands, or done. Its result is given exactly once.
final class WorkerJob: Sendable {
  typealias Answer = Result<[UInt8], WorkerFailure>

  /// The file that it is about, which is opened for the worker.
  let file: FilePath?
  /// What is sent, piece after piece.
  let outgoing: [[UInt8]]
  /// Whether bytes can be understood as its result.
  let isAnswer: @Sendable ([UInt8]) -> Bool
  /// Is told how much of a named job is done, on the thread that talks to the worker; `nil` for a request about a file,
  /// which tells nothing before its answer.
  let progress: (@Sendable (Double) -> Void)?
  /// Is called every second, or more often, while a worker is at work on it.
  let waiting: @Sendable () -> Void

  private struct State {
    var finish: CheckedContinuation<Answer, Never>?
    var isDone = false
    /// The process that works on it, while it has not been reaped.
    var process: pid_t?
    var cancellation: WorkerFailure?
  }
  private let state = Mutex(State())

  /// A request made of these pieces.
  init(
    file: FilePath?, outgoing: [[UInt8]], isAnswer: @escaping @Sendable ([UInt8]) -> Bool = { _ in true },
    waiting: @escaping @Sendable () -> Void = {}, progress: (@Sendable (Double) -> Void)? = nil
  ) {
    self.file = file
    self.outgoing = outgoing
    self.isAnswer = isAnswer
    self.waiting = waiting
    self.progress = progress
  }

  /// Whether nobody wants the result any more.
  var isCancelled: Bool { state.withLock { $0.cancellation != nil } }

  /// Why nobody wants the result any more.
  var cancellation: WorkerFailure {
    state.withLock { $0.cancellation } ?? WorkerFailure(reason: WorkerFailure.cancelled, detail: "")
  }

  /// Says who waits for the result; `false` where it was cancelled before, and the result given at once.
  func await(_ continuation: CheckedContinuation<Answer, Never>) -> Bool {
    let cancellation = state.withLock { state -> WorkerFailure? in
      if state.cancellation == nil { state.finish = continuation } else { state.isDone = true }
      return state.cancellation
    }
    if let cancellation { continuation.resume(returning: .failure(cancellation)) }
    return cancellation == nil
  }

  /// A process takes the job up; `false` where it is not wanted any more.
  func begin(on process: pid_t) -> Bool {
    state.withLock { state in
      guard state.cancellation == nil, !state.isDone else { return false }
      state.process = process
      return true
    }
  }

  /// The process has put the job down; it may be reaped after this.
  func pause() {
    state.withLock { $0.process = nil }
  }

  /// Gives the result to whoever waits for it, unless that has happened.
  func complete(_ answer: Answer) {
    let finish = state.withLock { state -> CheckedContinuation<Answer, Never>? in
      defer { state.finish = nil }
      state.isDone = true
      return state.finish
    }
    finish?.resume(returning: answer)
  }

  /// Nobody wants the result any more: a queued job is done at once, a running one when its process has ended.
  func cancel(_ failure: WorkerFailure) {
    let queued = state.withLock { state -> Bool in
      guard !state.isDone, state.cancellation == nil else { return false }
      state.cancellation = failure
      if let process = state.process {
        kill(-process, SIGKILL)
        kill(process, SIGKILL)
        return false
      }
      return state.finish != nil
    }
    if queued { complete(.failure(failure)) }
  }
}
