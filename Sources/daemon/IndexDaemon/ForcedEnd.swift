import Dispatch
import Foundation
import Glibc
import Logging

/// Ends the process some seconds after it was told to end, whatever still goes on: a thread that waits for a disk that
/// does not answer cannot be told to stop. The index stands that: it is written as if the power could fail.
final class ForcedEnd: Sendable {
  // Set once, and only cancelled.
  nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

  /// The seconds that everything has to come to its end by itself.
  static let seconds = 8.0

  /// Listens for SIGTERM and SIGINT beside whoever else does.
  init(logger: Logger) {
    // A queue of its own: the threads that others share may all wait for that disk.
    let queue = DispatchQueue(label: "end", qos: .userInteractive)
    sources = [SIGTERM, SIGINT].map { signal in
      let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
      source.setEventHandler {
        Thread.detachNewThread {
          Thread.sleep(forTimeInterval: Self.seconds)
          logger.warning("a disk or a job does not answer: indexd ends without waiting for it")
          // exit() would wait for locks that the waiting threads hold.
          _exit(0)
        }
      }
      source.resume()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
  }
}
