import Glibc
import Pipeline
public import Tracks

/// Whether the user that indexd runs as may read the music: the folder, the way to it, and a part of what lies in it.
public struct MusicAccess: Sendable {
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

  init(_ user: Rights.User, to folder: FilePath) {
    self.user = user.name
    let root = MusicFolders.resolved(folder)
    // The kernel knows it better than any mode where it is this process's own right.
    guard user.user != geteuid() else {
      look(at: root) { path, isFolder in
        path.withCString { access($0, isFolder ? R_OK | X_OK : R_OK) } == 0 ? .yes : .no
      }
      return
    }
    barriers = Rights.barriers(user, above: root)
    if Rights.may(user, read: root) == .unknown { isUnknown = true }
    look(at: root) { Rights.may(user, bits: $1 ? 5 : 4, of: $0) }
  }

  private mutating func look(at root: FilePath, _ right: (FilePath, Bool) -> Rights.Answer) {
    var waiting: [(FilePath, isFolder: Bool)] = [(root, true)]
    var next = 0
    while next < waiting.count, looked < Self.most {
      let (path, isFolder) = waiting[next]
      next += 1
      looked += 1
      switch right(path, isFolder) {
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
  public var isGranted: Bool { barriers.isEmpty }

  /// What keeps the user from reading it, as a sentence without a full stop.
  public var words: String {
    let first = barriers.first?.display ?? ""
    let share = unread > 1 ? " and \(unread - 1) more of the first \(looked) files and folders" : ""
    return "the user that indexd runs as (\(user)) may not read \(first)\(share)"
  }

  /// The one command that lets the user read it.
  ///
  /// - Parameter folder: the music folder, whose group the user is added to.
  public func remedy(for folder: FilePath) -> String {
    let root = MusicFolders.resolved(folder)
    var groups: [String] = []
    var opened: [String] = []
    var isOpenToAll = false
    for path in barriers {
      var status = stat()
      guard path.withCString({ stat($0, &status) }) == 0 else { continue }
      let isOnTheWay = root.isInside(path) && root != path
      // Nobody is added to root's group.
      let name = status.st_gid == 0 ? nil : getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) }
      if let name, !groups.contains(name) { groups.append(name) }
      if name == nil { isOpenToAll = true }
      let wanted: mode_t = isOnTheWay ? 1 : 5
      if name == nil || status.st_mode >> 3 & wanted != wanted, isOnTheWay {
        opened.append("sudo chmod \(name == nil ? "o+x" : "g+x") \(Shell.quoted(path))")
      }
    }
    if unread > 0, isOpenToAll || needsMode {
      opened.append("sudo chmod -R \(isOpenToAll ? "o+rX" : "g+rX") \(Shell.quoted(root))")
    }
    let member = groups.isEmpty ? [] : ["sudo usermod -aG \(groups.joined(separator: ",")) \(user)"]
    return (opened + member + ["sudo systemctl restart indexd"]).joined(separator: " && ")
  }

  /// Whether the groups of what cannot be read may not read it either.
  private var needsMode: Bool {
    barriers.contains { path in
      var status = stat()
      guard path.withCString({ stat($0, &status) }) == 0 else { return false }
      let wanted: mode_t = status.st_mode & S_IFMT == S_IFDIR ? 5 : 4
      return status.st_mode >> 3 & wanted != wanted
    }
  }
}

/// Words for a shell.
enum Shell {
  /// A path in single quotes, as a shell takes it for one word.
  static func quoted(_ path: FilePath) -> String {
    "'\(path.display.replacing("'", with: "'\\''"))'"
  }
}
