import FolderWatching
import MusicIndex
import Pipeline
import Platform
import Settings
import Setup
import Tracks

extension Scheduler {
  /// Watches the music folders, and those alone.
  func watchRoots() throws {
    let wanted = try MusicFolders.places(of: workspace.settings.music, in: index).folders
    for root in roots where !wanted.contains(root) { watcher.unwatch(root: root) }
    for root in wanted where !roots.contains(root) { watcher.watch(root: root) }
    roots = wanted
  }

  /// What the watcher has to say to a scan. A look at one folder goes down only into folders that were not watched yet.
  func observer(deep: Bool) -> ScanObserver {
    let (watcher, health) = (watcher, health)
    return ScanObserver(
      enter: { folder in
        health.recordProgress()
        return watcher.watch(folder) != .known || deep
      }, isBusy: { watcher.isBeingWritten($0) }, lastWrite: { watcher.lastWrite(of: $0) })
  }

  /// A file system that came or went where the music lies makes everything worth a look. One elsewhere concerns the music
  /// only through links, and machines with containers have many of them: these are worth a look once in a while.
  func noteMounts() throws {
    // What could not be read may be there now.
    try pipeline.endPauses(inside: Array(todo.mounts))
    let concerned = todo.mounts.contains { mount in
      roots.contains { mount.isInside($0) || $0.isInside(mount) }
    }
    // What a source lies on may have come.
    if !workspace.settings.sources.isEmpty { todo.inbox = true }
    if concerned { todo.everything = true } else { nextScan = min(nextScan, clock.steady() + Self.linkInterval) }
    todo.mounts = []
  }

  /// The seconds within which links that lead to another file system are looked at again.
  private static let linkInterval = 45.0

  /// The seconds until everything is looked at again. Where folders could not be watched this stands in for watching, as
  /// often as it costs little; what other machines change on a network file system waits for the configured time.
  func interval(scanSeconds: Double) -> Double {
    let configured = Double(workspace.settings.scan.intervalMinutes) * 60
    let hasLostEvents = watcher.troubles.contains { $0.reason != .networkFileSystem }
    return hasLostEvents ? min(configured, max(Self.blindInterval, 20 * scanSeconds)) : configured
  }

  /// The seconds between two looks at everything where watching does not tell all that changes.
  private static let blindInterval = 30.0

  func keepWatchState() throws {
    let troubles = watcher.troubles
    let state: Status.WatchState =
      troubles.isEmpty ? .live : .degraded(reason: troubles.map(\.advice).joined(separator: " "))
    try index.keep(state, as: .watch)
  }
}
