import FolderWatching
import Glibc
import Pipeline
import Platform
import ServiceState
import Synchronization
import Tracks

/// The inbox and the folder of requests: watched where the system allows it, else looked at now and then.
struct DropFolders {
  private let state: StateFolder
  private let watcher: FolderWatcher
  private let leftover = Leftover()
  private var isWatched = false
  private var blindUntil = 0.0
  /// When the folders are to be looked at without any news, on the monotonic clock.
  private(set) var nextLook = Double.infinity

  /// The seconds between two looks at folders that cannot be watched.
  private static let interval = 20.0
  /// A file that nobody watched is taken for complete once it was not written for so many seconds; a request, which is a
  /// line or two that `indexctl` lays there whole, sooner.
  private static let (settling, settlingOfRequests) = (5.0, 2.0)

  /// Whether a file was left for later.
  private final class Leftover: Sendable {
    private let isThere = Mutex(false)

    func note() { isThere.withLock { $0 = true } }

    func take() -> Bool {
      isThere.withLock { isThere in
        defer { isThere = false }
        return isThere
      }
    }
  }

  /// The folders of a state folder; nobody watches them yet.
  init(_ state: StateFolder, watcher: FolderWatcher) {
    self.state = state
    self.watcher = watcher
  }

  /// Sees to it that the folders are watched. Comes before a look at them.
  mutating func watch() {
    let outcomes = watcher.watch([state.inbox, state.requests])
    isWatched = outcomes.allSatisfy { $0 == .new || $0 == .known }
    if outcomes.contains(where: { $0 != .known }) { noteBlindness() }
    // A look before its time, at one of the two folders, does not stand for the one that is still to come.
    let pending = nextLook > Clock.steady() ? nextLook : .infinity
    nextLook = min(pending, isWatched ? .infinity : Clock.steady() + Self.interval)
  }

  /// Notes that files may have been written until now without anybody noticing.
  mutating func noteBlindness() {
    blindUntil = Clock.steady() + Self.settling
  }

  /// What tells during a look whether a file is still being written.
  func isBusy() -> @Sendable (FilePath) -> Bool {
    let (watcher, leftover, requests) = (watcher, leftover, state.requests)
    guard !isWatched || Clock.steady() < blindUntil else { return { watcher.isBeingWritten($0) } }
    return { file in
      if watcher.isBeingWritten(file) { return true }
      let seconds = file.isInside(requests) ? Self.settlingOfRequests : Self.settling
      guard Self.isFresh(file, seconds) else { return false }
      leftover.note()
      return true
    }
  }

  /// Comes after a look: what was left for later without anybody who will tell of it is looked at again.
  ///
  /// - Parameter nextTry: When a file that was refused for now is to be tried again, on the monotonic clock.
  mutating func endLook(nextTry: Double?) {
    if leftover.take() { nextLook = min(nextLook, Clock.steady() + 1) }
    if let nextTry { nextLook = min(nextLook, nextTry) }
  }

  private static func isFresh(_ file: FilePath, _ seconds: Double) -> Bool {
    var status = stat()
    guard file.withCString({ stat($0, &status) }) == 0 else { return false }
    let modified = KernelNumber.seconds(status.st_mtim)
    return abs(Clock.now() - modified) < seconds
  }
}
