import Glibc
import Platform
import Synchronization
import Tracks

/// A file opened for a worker, which opens none itself. The descriptor is closed with this value.
final class OpenedFile {
  private let path: FilePath
  /// The open file, or -1.
  let descriptor: Int32
  /// Whether the system does not answer when it is read: it is then closed where nobody waits for that.
  var isStuck = false
  /// Why it is not open.
  private let errorNumber: Int32

  fileprivate init(path: FilePath, descriptor: Int32, errorNumber: Int32) {
    self.path = path
    self.descriptor = descriptor
    self.errorNumber = errorNumber
  }

  deinit {
    guard descriptor >= 0 else { return }
    let number = descriptor
    if isStuck, OwnThread.start({ close(number) }) { return }
    close(number)
  }

  /// What is said of it to the worker, ahead of the request; the descriptor goes with the first byte.
  var message: [[UInt8]] {
    let payload = Messages.encode(file: path, errorNumber: errorNumber)
    return [FrameHeader(kind: .file, length: payload.count).bytes, payload]
  }
}

/// The opening of one file, on a thread of its own: a disk that is gone may never answer.
final class FileOpening: Sendable {
  private struct State {
    var result: (descriptor: Int32, errorNumber: Int32)?
    var isAbandoned = false
  }
  private let state = Mutex(State())
  private let answered = TimedSignal()

  /// Opens a file; `nil` where the system gives no answer in so many seconds, or the job was cancelled meanwhile.
  static func open(_ path: FilePath, seconds: Double, for job: WorkerJob) -> OpenedFile? {
    let opening = FileOpening()
    let isRunning = OwnThread.start {
      // A FIFO or a device must not block or answer; the worker refuses it.
      let descriptor = path.withCString { Glibc.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
      opening.answer(descriptor, descriptor < 0 ? errno : 0)
    }
    guard isRunning else { return OpenedFile(path: path, descriptor: -1, errorNumber: EAGAIN) }
    var left = seconds
    let look = 1.0
    repeat {
      if opening.answered.wait(seconds: min(look, left)) { break }
      job.waiting()
      left -= look
    } while left > 0 && !job.isCancelled
    guard let result = opening.take() else { return nil }
    return OpenedFile(path: path, descriptor: result.descriptor, errorNumber: result.errorNumber)
  }

  private func answer(_ descriptor: Int32, _ errorNumber: Int32) {
    let isAbandoned = state.withLock { state in
      state.result = (descriptor, errorNumber)
      return state.isAbandoned
    }
    if isAbandoned, descriptor >= 0 { close(descriptor) }
    answered.signal()
  }

  private func take() -> (descriptor: Int32, errorNumber: Int32)? {
    state.withLock { state in
      state.isAbandoned = state.result == nil
      return state.result
    }
  }
}
