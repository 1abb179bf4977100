import Dispatch
import Synchronization

/// Threads of indexd's own for work that keeps a processor or a disk busy.
///
/// Swift's shared pool has as many threads as the machine has cores: a scan or a training there would hold up signals
/// and watching for seconds.
public final class JobThreads: TaskExecutor {
  private let jobs = Mutex<[UnownedJob]>([])
  private let ready = DispatchSemaphore(value: 0)

  /// Starts this many threads, or as many as the system gives, at least one; they live as long as the process.
  public init(count: Int) {
    // Deep folder trees and deep decision trees are walked recursively.
    let started = (0..<count).count { number in
      OwnThread.start(name: "job-\(number)", stack: 16 << 20) { [self] in work() }
    }
    precondition(started > 0, "the system gives no thread for the jobs")
  }

  /// The threads that every pipeline of the process shares.
  public static let shared = JobThreads(count: 2)

  private func work() {
    while true {
      ready.wait()
      let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      job?.runSynchronously(on: asUnownedTaskExecutor())
    }
  }

  /// Puts a job at the end of the queue.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
    ready.signal()
  }
}
