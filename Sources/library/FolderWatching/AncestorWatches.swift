import Tracks

/// The folders above each root: a root that is moved, replaced or made anew is noticed by the folder that holds it, and so
/// is each folder above it.
struct AncestorWatches {
  /// The roots, ascending.
  private(set) var roots: [FilePath] = []
  private var folders: [Int32: Set<FilePath>] = [:]

  /// Begins to follow a root; `false` where it is followed already.
  mutating func add(_ root: FilePath) -> Bool {
    guard !roots.contains(root) else { return false }
    roots = (roots + [root]).sorted()
    return true
  }

  /// Ends to follow a root.
  mutating func remove(_ root: FilePath) {
    roots.removeAll { $0 == root }
  }

  /// The folders above a root, the nearest first.
  static func ancestors(of root: FilePath) -> [FilePath] {
    var result: [FilePath] = []
    var folder = root
    while folder.parent != folder, !folder.parent.bytes.isEmpty {
      folder = folder.parent
      result.append(folder)
    }
    return result
  }

  /// Notes that a watch stands for a folder above a root.
  mutating func insert(_ folder: FilePath, watch: Int32) {
    folders[watch, default: []].insert(folder)
  }

  /// The roots that something in a folder above them means: those that are, or lie below, the child of that name.
  func roots(concernedBy watch: Int32, name: FilePath) -> [FilePath] {
    guard let above = folders[watch] else { return [] }
    return roots.filter { root in
      above.contains { folder in
        root != folder && root.isInside(name.bytes.isEmpty ? folder : folder.appending(name))
      }
    }
  }

  /// The system has removed a watch; the roots that it stood above.
  mutating func forget(watch: Int32) -> [FilePath] {
    let concerned = roots(concernedBy: watch, name: FilePath(bytes: []))
    folders[watch] = nil
    return concerned
  }

  /// Whether a watch stands for a folder above a root.
  func has(watch: Int32) -> Bool { folders[watch] != nil }

  /// The watches of the folders above roots.
  var watches: [Int32] { folders.keys.sorted() }
}
