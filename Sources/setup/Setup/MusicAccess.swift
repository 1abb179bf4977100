import Glibc
import Pipeline
import Tracks

/// Whether the user that indexd runs as may read the music: the folder, the way to it, and a part of what lies in it.
struct MusicAccess: Sendable {
  /// The entries of a folder that are looked at, the first ones found.
  static let most = 2_000

  /// The user's name.
  let user: String
  /// Folders on the way that cannot be entered, and folders and files that cannot be read.
  private(set) var barriers: [FilePath] = []
  /// What was looked at, and how much of it cannot be read.
  private(set) var looked = 0
  private(set) var unread = 0
  /// Whether the caller could not see enough to tell.
  private(set) var isUnknown = false

  /// A look at a folder, or at one file.
  init(_ user: Rights.User, to folder: FilePath) {
    self.user = user.name
    let root = MusicFolders.resolved(folder)
    barriers = Rights.barriers(user, above: root)
    var status = stat()
    let isFolder = root.withCString { stat($0, &status) } != 0 || status.st_mode & S_IFMT == S_IFDIR
    if isFolder, Rights.may(user, read: root) == .unknown { isUnknown = true }
    look(at: root, isFolder, as: user)
  }

  private mutating func look(at root: FilePath, _ isFolder: Bool, as user: Rights.User) {
    var waiting: [(FilePath, isFolder: Bool)] = [(root, isFolder)]
    var next = 0
    while next < waiting.count, looked < Self.most {
      let (path, isFolder) = waiting[next]
      next += 1
      looked += 1
      switch Rights.may(user, bits: isFolder ? 5 : 4, of: path) {
      case .yes: break
      case .unknown: isUnknown = true
      case .no:
        unread += 1
        barriers.append(path)
      }
      guard isFolder, waiting.count < Self.most else { continue }
      Rights.forEachEntry(of: path) { name, kind in
        if kind == UInt8(DT_DIR), !SystemFolders.contains(name.bytes[...]) {
          waiting.append((path.appending(name), true))
        }
        if kind == UInt8(DT_REG), name.bytes.first != UInt8(ascii: ".") {
          waiting.append((path.appending(name), false))
        }
        return waiting.count < Self.most
      }
    }
  }

  /// Whether nothing was found that keeps the user from reading the music.
  var isGranted: Bool { barriers.isEmpty }

  /// What keeps the user from reading it, as a sentence without a full stop.
  var words: String {
    let first = barriers.first?.display ?? ""
    let share = unread > 1 ? " and \(unread - 1) more of the first \(looked) files and folders" : ""
    let outlook = unread > 0 && unread < looked ? "; what is to stay private can be left out by `exclude`" : ""
    return "the user that indexd runs as (\(user)) may not read \(first)\(share)\(outlook)"
  }

  /// The commands that let the user read it; the service has to start anew to be in another group.
  ///
  /// - Parameter folder: the music folder.
  func remedy(for folder: FilePath) -> [String] {
    let root = MusicFolders.resolved(folder)
    var opening = Opening()
    for path in barriers {
      if root.isInside(path), root != path { opening.enter(path) } else { opening.read(path) }
    }
    return opening.commands(for: user, below: root)
  }
}
