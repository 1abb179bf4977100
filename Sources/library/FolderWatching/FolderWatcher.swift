import Dispatch
import Foundation
public import Tracks

/// Watches folders by inotify and tells where to look.
///
/// Nobody walks a tree here: whoever scans asks for each folder to be watched *before* reading it. The way to use it that misses
/// nothing, whatever happens when:
/// - Name the roots (`watch(root:)`), then look at each.
/// - To look at a folder: `watch` it, read it, `watch` the folders in it, and look at those that are `.new`, all the way down.
/// - On `.look(folder)` look at that folder; on `.rules(folder)` at it with every folder below; on `.overflow` so at every root; on
///   `.mounted` and `.unmounted` at the roots that lie on either side of the mount point.
/// - Leave files alone that are being written (`isBeingWritten`); their folder is told once more when they are closed.
///
/// There can be one watcher at a time in a process, for libinotifytools has global state. Start it before many descriptors are
/// open: it needs one below 1,024.
public final class FolderWatcher: Sendable {
  let board: WatcherState
  private let patience: Double
  private let ended = DispatchGroup()

  /// Starts the watcher's two threads. Where the system does not allow inotify the watcher is degraded from the start: mounts are
  /// still told, and every `watch` is refused.
  ///
  /// - Parameters:
  ///   - quiet: a folder is told once nothing has happened in it for so many seconds.
  ///   - patience: a folder is told after so many seconds, whatever happens in it; at least `quiet`.
  public init(quiet: Double = 0.5, patience: Double = 2) {
    let board = WatcherState(quiet: quiet, patience: max(quiet, patience))
    self.board = board
    self.patience = patience
    let clock = EventTimer(board: board)
    startThread { Self.watchFolders(board) }
    startThread { clock.run() }
  }

  /// A watcher that watches nothing: every `watch` is refused, and there are no events.
  init(refusing: Void) {
    board = WatcherState(quiet: 0, patience: 0)
    patience = 0
    _ = board.closeCommands()
  }

  /// What happens, for one reader; ends when the watcher is stopped or the reading task cancelled. What was not read yet is
  /// kept and merged, so a slow reader costs no memory.
  public var events: AsyncStream<WatchEvent> {
    AsyncStream { [board] in await board.next() }
  }

  /// Begins to notice when a root, or a folder above it, is moved, replaced, or made anew; the root need not exist. Its path is
  /// absolute, with links resolved. The root itself is watched by `watch`, as any folder.
  public func watch(root: FilePath) {
    _ = board.order(.follow(root: root))
    let mounts = MountTable.current().sharedMounts(touching: root)
    board.update { $0.shared[root] = mounts }
  }

  /// Ends what `watch(root:)` began, and stops watching the root and every folder below it.
  public func unwatch(root: FilePath) {
    _ = board.order(.unfollow(root: root))
    _ = board.order(.unwatch(root))
    board.update { $0.shared[root] = nil }
  }

  /// Watches folders, before they are read, and says what came of each, in their order. Waits for the watcher's thread: many at a
  /// time are faster than one after the other.
  public func watch(_ folders: [FilePath]) -> [WatchOutcome] {
    guard !folders.isEmpty else { return [] }
    let answer = WatchReply()
    let isServed = board.order(.watch(folders) { answer.give($0) })
    return isServed ? answer.wait() : folders.map { _ in .refused("nothing is watched") }
  }

  /// Watches a folder, before it is read.
  @discardableResult
  public func watch(_ folder: FilePath) -> WatchOutcome {
    watch([folder])[0]
  }

  /// Names the folders that are told when a file in them is written to, though its writer keeps it open: a database's log.
  public func setEager(_ folders: Set<FilePath>) {
    board.setEager(folders)
  }

  /// Changes the seconds without events after which a folder is told.
  public func setDebounceInterval(_ seconds: Double) {
    board.setWaiting(quiet: seconds, patience: max(seconds, patience))
  }

  /// Whether somebody is still writing a file: it was written to and not closed, at most half a minute ago, or was just made.
  /// Only known of files in watched folders, from the first event on.
  public func isBeingWritten(_ file: FilePath) -> Bool {
    board.isBeingWritten(file)
  }

  /// When a file was last closed after writing, in seconds since 1970, under this name or one that it was moved from since;
  /// `nil` where that was more than ten minutes ago or is not known.
  public func lastWrite(of file: FilePath) -> Double? {
    board.lastWrite(of: file)
  }

  /// What keeps changes from being noticed now; empty while watching is live.
  public var troubles: [WatchTrouble] { board.troubles }

  /// Ends the watcher: its threads are over on return, and another watcher may be started.
  public func stop() {
    board.stop()
    ended.wait()
  }

  deinit { board.stop() }

  private func startThread(_ run: @escaping @Sendable () -> Void) {
    ended.enter()
    Thread { [ended] in
      run()
      ended.leave()
    }.start()
  }

  private static func watchFolders(_ board: WatcherState) {
    do throws(WatchError) {
      var loop = try WatchLoop(board: board)
      try loop.run()
    } catch {
      board.update(watches: 0) { $0.failure = Troubles.failure(error) }
    }
    for case .watch(let folders, let reply) in board.closeCommands() {
      reply(folders.map { _ in .refused("nothing is watched") })
    }
  }
}
