import FolderWatching
import Glibc
import Pipeline
import Synchronization
import Tracks

/// Which folders hold what the owner named as sources, and which of them can be watched.
final class SourcePlaces: Sendable {
  private struct State {
    var sources: [Source] = []
    var folders: Set<FilePath> = []
    /// The folders in which changes make no events, or not all.
    var polled: Set<FilePath> = []
  }
  private let state = Mutex(State())

  /// Watches the folders of these sources from now on.
  func set(_ sources: [Source], _ watcher: FolderWatcher) {
    let folders = sources.reduce(into: Set<FilePath>()) { $0.formUnion($1.folders()) }.sorted()
    watcher.setEager(Set(folders))
    let mounts = folders.isEmpty ? nil : MountTable.current()
    let outcomes = watcher.watch(folders)
    let polled = zip(folders, outcomes).filter { folder, outcome in
      outcome != .new && outcome != .known || mounts?.mount(of: folder)?.isShared == true
    }
    state.withLock { $0 = State(sources: sources, folders: Set(folders), polled: Set(polled.map(\.0))) }
  }

  /// Whether a change in this folder may be one of a source.
  func contains(_ folder: FilePath) -> Bool {
    state.withLock { $0.folders.contains(folder) }
  }

  /// How a source stands that can be read.
  func state(of source: Source) -> Source.State {
    let folders = source.folders()
    return state.withLock { $0.polled.isDisjoint(with: folders) } ? .watched : .polled
  }

  /// Whether nobody tells of changes of a file, which belongs to a source.
  func isPolled(_ file: FilePath) -> Bool {
    let isSource = state.withLock { state in state.sources.contains { file.isInside($0.path) } }
    guard isSource else { return false }
    let folder = MusicFolders.resolved(file).parent
    return state.withLock { $0.polled.contains(folder) || !$0.folders.contains(folder) }
  }

  /// Whether a file of a source is a database with a log beside it.
  func isOpenDatabase(_ file: FilePath) -> Bool {
    guard state.withLock({ state in state.sources.contains { file.isInside($0.path) } }) else { return false }
    var status = stat()
    let log = FilePath(bytes: file.bytes + Array("-wal".utf8))
    return log.withCString { stat($0, &status) } == 0 && status.st_size > 0
  }
}
