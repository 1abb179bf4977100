import FolderWatching
import Glibc
import Pipeline
import Platform
import ServiceState
import Synchronization
import Tracks

/// The inbox, the folder of requests and the sources: watched where the system allows it, else looked at now and then.
struct InboxWatcher {
  private let state: StateFolder
  private let watcher: FolderWatcher
  private let clock: SchedulerClock
  /// The folders of the sources, for whoever hears of changes.
  let places = SourcePlaces()
  private let leftover = DeferredFiles()
  private var isWatched = false
  private var blindUntil = 0.0
  /// When the folders are to be looked at without any event, on the monotonic clock.
  private(set) var nextLook = Double.infinity

  /// The seconds between two looks at folders that cannot be watched; of sources, for whose disks nobody can vouch, all.
  private static let (interval, intervalOfSources) = (20.0, 60.0)
  /// A file that nobody watched is taken for complete once it was not written for so many seconds; a request, which is a
  /// line or two that `indexctl` lays there whole, sooner.
  private static let (settling, settlingOfRequests) = (5.0, 2.0)

  /// Whether a file was left for later.
  private final class DeferredFiles: Sendable {
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
  init(_ state: StateFolder, watcher: FolderWatcher, clock: SchedulerClock) {
    self.state = state
    self.watcher = watcher
    self.clock = clock
  }

  /// Sees to it that the folders are watched. Comes before a look at them.
  ///
  /// - Parameter sources: What the owner named as sources and can be looked at.
  mutating func watch(_ sources: [Source]) {
    places.set(sources, watcher)
    let outcomes = watcher.watch([state.inbox, state.requests])
    isWatched = outcomes.allSatisfy { $0 == .new || $0 == .known }
    if outcomes.contains(where: { $0 != .known }) { noteLostEvents() }
    // A look before its time, at one of the two folders, does not stand for the one that is still to come.
    let pending = nextLook > clock.steady() ? nextLook : .infinity
    let interval = isWatched ? sources.isEmpty ? .infinity : Self.intervalOfSources : Self.interval
    nextLook = min(pending, clock.steady() + interval)
  }

  /// Notes that files may have been written until now without anybody noticing.
  mutating func noteLostEvents() {
    blindUntil = clock.steady() + Self.settling
  }

  /// What tells during a look whether a file is still being written.
  func isBusy() -> @Sendable (FilePath) -> Bool {
    let (watcher, leftover, requests, places) = (watcher, leftover, state.requests, places)
    let hasLostEvents = !isWatched || clock.steady() < blindUntil
    return { file in
      // foobar2000 never closes its database, of which a copy is taken that is checked.
      if places.isOpenDatabase(file) { return false }
      guard hasLostEvents || places.isPolled(file) else { return watcher.isBeingWritten(file) }
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
    if leftover.take() { nextLook = min(nextLook, clock.steady() + 1) }
    if let nextTry { nextLook = min(nextLook, nextTry) }
  }

  private static func isFresh(_ file: FilePath, _ seconds: Double) -> Bool {
    var status = stat()
    guard file.withCString({ stat($0, &status) }) == 0 else { return false }
    let modified = KernelNumber.seconds(status.st_mtim)
    // Files have the times of the machine.
    return abs(Clock.now() - modified) < seconds
  }
}
