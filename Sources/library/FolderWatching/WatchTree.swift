import Tracks

/// Which watch stands for which folder.
///
/// A watch belongs to a folder's inode. One inode can be reached by several paths (a bind mount, or a folder that moved before
/// the event of it was read), and a path can come to mean another inode, so both directions are kept.
struct WatchTree {
  /// A folder's inode.
  struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private struct Folder {
    var watch: Int32
    var identity: Identity
  }

  private var folders: [FilePath: Folder] = [:]
  private var paths: [Int32: [FilePath]] = [:]
  /// The folders directly in each folder that are watched, or have such a folder somewhere below them.
  private var children: [FilePath: Set<FilePath>] = [:]

  /// The number of watches.
  var count: Int { paths.count }

  /// Every watch, ascending.
  var watches: [Int32] { paths.keys.sorted() }

  /// The paths of a watch's folder, ascending; none where the watch is not of this tree (any more).
  func folders(of watch: Int32) -> [FilePath] {
    paths[watch] ?? []
  }

  /// Whether a watch was set on the inode that this path meant then.
  func isWatched(_ folder: FilePath, as identity: Identity) -> Bool {
    folders[folder]?.identity == identity
  }

  /// Notes that a watch stands for the inode of this path.
  ///
  /// - Returns: the watch that this path had before, where no other path uses it any more: it is to be removed.
  mutating func insert(_ folder: FilePath, watch: Int32, identity: Identity) -> Int32? {
    let old = folders[folder]?.watch == watch ? nil : remove(folder)
    if folders.updateValue(Folder(watch: watch, identity: identity), forKey: folder) == nil {
      link(folder)
      paths[watch] = ((paths[watch] ?? []) + [folder]).sorted()
    }
    return old
  }

  /// Forgets a path; the watch that no other path uses any more is to be removed.
  mutating func remove(_ folder: FilePath) -> Int32? {
    guard let watch = folders.removeValue(forKey: folder)?.watch else { return nil }
    unlink(folder)
    paths[watch]?.removeAll { $0 == folder }
    guard paths[watch]?.isEmpty == true else { return nil }
    paths[watch] = nil
    return watch
  }

  /// Forgets a path and everything below it; the watches that nothing uses any more are to be removed.
  mutating func removeAll(inside folder: FilePath) -> [Int32] {
    var watches: [Int32] = []
    var rest = [folder]
    while let next = rest.popLast() {
      rest.append(contentsOf: (children[next] ?? []).sorted())
      if let watch = remove(next) { watches.append(watch) }
    }
    return watches
  }

  /// Forgets a watch that the system has removed; the paths that it stood for.
  mutating func forget(watch: Int32) -> [FilePath] {
    let gone = paths[watch] ?? []
    for folder in gone { _ = remove(folder) }
    return gone
  }

  private mutating func link(_ folder: FilePath) {
    var folder = folder
    while folder.parent != folder, children[folder.parent, default: []].insert(folder).inserted {
      folder = folder.parent
    }
  }

  private mutating func unlink(_ folder: FilePath) {
    var folder = folder
    while folder.parent != folder, folders[folder] == nil, children[folder] == nil {
      children[folder.parent]?.remove(folder)
      guard children[folder.parent]?.isEmpty == true else { return }
      children[folder.parent] = nil
      folder = folder.parent
    }
  }
}
