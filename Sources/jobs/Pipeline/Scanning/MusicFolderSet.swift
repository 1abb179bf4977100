import Glibc
import MusicIndex
import Tracks

/// The music folders as one whole: every folder and file belongs to one of them, the innermost that holds it, so that
/// music folders may lie inside each other, in any order and through links.
struct MusicFolderSet: Sendable {
  /// The folders, absolute, with links resolved, no two of them one place.
  let folders: [FilePath]
  private let places: [Place?]

  /// A folder's inode.
  private struct Place: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  /// A set of folders as `distinct` gives them. Where they are on disk is looked up once.
  init(_ folders: [FilePath]) {
    self.folders = folders
    places = folders.map(Self.place)
  }

  /// The folders in their order without those that are another one by a second name, such as a bind mount. The name that
  /// is first by its bytes stays, so that their order says nothing.
  static func distinct(_ folders: [FilePath]) -> [FilePath] {
    var names: [Place: FilePath] = [:]
    for folder in folders {
      guard let place = place(folder) else { continue }
      names[place] = names[place].map { min($0, folder) } ?? folder
    }
    var seen: Set<FilePath> = []
    return folders.map { folder in place(folder).flatMap { names[$0] } ?? folder }.filter { seen.insert($0).inserted }
  }

  private static func place(_ folder: FilePath) -> Place? {
    var status = stat()
    guard folder.withCString({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
    let stamp = LibraryScan.stamp(status)
    return Place(device: stamp.device, inode: stamp.inode)
  }

  /// The innermost folder that holds a path, `nil` for none. Links are not followed.
  func owner(of path: FilePath) -> FilePath? {
    folders.filter { path.isInside($0) }.max { $0.bytes.count < $1.bytes.count }
  }

  /// The folders that lie inside another one of them.
  var nested: [FilePath] {
    folders.filter { folder in folders.contains { $0 != folder && folder.isInside($0) } }
  }

  /// The folders that lie inside one of them.
  func folders(inside folder: FilePath) -> [FilePath] {
    folders.filter { $0 != folder && $0.isInside(folder) }
  }

  /// The folder that is the same place as a path.
  func twin(of path: FilePath) -> FilePath? {
    guard let place = Self.place(path) else { return nil }
    return zip(folders, places).first { $1 == place }?.0
  }

  /// Whether a folder that a walk through one music folder meets is looked at as a part of another one: it is that music
  /// folder, under this name or another, or a link into it.
  func isElsewhere(_ path: FilePath, _ stamp: FileStamp, isLink: Bool, than root: FilePath) -> Bool {
    let place = Place(device: stamp.device, inode: stamp.inode)
    for (folder, other) in zip(folders, places) where folder != root {
      if folder == path || other == place { return true }
    }
    guard isLink, folders.count > 1 else { return false }
    let target = MusicFolders.resolved(path)
    guard let owner = owner(of: target), owner != root else { return false }
    // What a walk of that one leaves out is only found through the link.
    return !SystemFolders.contains(anyOf: FilePath(bytes: Array(target.bytes.dropFirst(owner.bytes.count))))
  }
}
