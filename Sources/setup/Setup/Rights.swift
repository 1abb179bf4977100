import CLinux
import Glibc
import Pipeline
import Tracks

/// Who may do what with files, also for users that this process does not run as.
enum Rights {
  /// A user with a primary group.
  struct User {
    /// The number.
    var user: uid_t
    /// The number of the primary group.
    var group: gid_t
    /// The name, or the number where there is none.
    var name: String
    /// Every group, the primary one included.
    var groups: [gid_t]
  }

  /// The user of this process.
  static var thisUser: User { user(geteuid(), getegid()) }

  /// The user that a file belongs to; `nil` where there is no such file.
  static func owner(of path: FilePath) -> User? {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    return user(status.st_uid, status.st_gid)
  }

  /// The user of a name; `nil` where there is none.
  static func user(named name: String) -> User? {
    getpwnam(name).map { ($0.pointee.pw_uid, $0.pointee.pw_gid) }.map { user($0.0, $0.1) }
  }

  private static func user(_ number: uid_t, _ group: gid_t) -> User {
    guard let entry = getpwuid(number) else {
      return User(user: number, group: group, name: "\(number)", groups: [group])
    }
    let name = String(cString: entry.pointee.pw_name)
    var count: Int32 = 64
    var groups = [gid_t](repeating: 0, count: Int(count))
    let isWhole = getgrouplist(name, entry.pointee.pw_gid, &groups, &count) >= 0
    return User(
      user: number, group: entry.pointee.pw_gid, name: name,
      groups: isWhole ? Array(groups[..<Int(count)]) : [entry.pointee.pw_gid])
  }

  /// What is known of a right.
  enum Answer: Sendable {
    case yes
    case no
    /// The caller may not look there, or an access list decides.
    case unknown
  }

  /// Whether a user may list a folder and enter it: the folder's mode, and those of the folders above it.
  static func may(_ user: User, read path: FilePath) -> Answer {
    if user.user == geteuid() { return isAllowed(R_OK | X_OK, path) ? .yes : .no }
    return may(user, 5, path)
  }

  /// Whether a user may make files in a folder: its mode, its file system's, and those of the folders above it.
  static func may(_ user: User, write path: FilePath) -> Answer {
    if user.user == geteuid() { return isAllowed(W_OK | X_OK, path) ? .yes : .no }
    var room = statvfs()
    if path.withCString({ statvfs($0, &room) }) == 0, room.f_flag & UInt(ST_RDONLY) != 0 { return .no }
    return may(user, 3, path)
  }

  /// Whether a folder is the home of the user that it belongs to. Nobody else is let write there: ssh, for one, refuses the
  /// keys in a home that others can change.
  static func isHome(_ folder: FilePath) -> Bool {
    guard let owner = owner(of: folder), owner.name != "indexd", let entry = getpwuid(owner.user) else { return false }
    return MusicFolders.resolved(FilePath(String(cString: entry.pointee.pw_dir))) == MusicFolders.resolved(folder)
  }

  /// What the kernel says of this process's own right, as the user that it is for the time being.
  static func isAllowed(_ mode: Int32, _ path: FilePath) -> Bool {
    path.withCString { faccessat(AT_FDCWD, $0, mode, AT_EACCESS) } == 0
  }

  /// Whether the caller is kept from seeing whether a file is there.
  static func isHidden(_ path: FilePath) -> Bool {
    var status = stat()
    return path.withCString { stat($0, &status) } != 0 && errno == EACCES
  }

  /// The folders on the way to a path, from the root, that a user may not enter; the path itself is none of them.
  static func barriers(_ user: User, above path: FilePath) -> [FilePath] {
    above(path).filter { may(user, bits: 1, of: $0) == .no }
  }

  private static func above(_ path: FilePath) -> [FilePath] {
    var folders: [FilePath] = []
    var place = path.parent
    while !place.bytes.isEmpty {
      folders.insert(place, at: 0)
      if place.parent == place { break }
      place = place.parent
    }
    return folders
  }

  private static func may(_ user: User, _ bits: mode_t, _ path: FilePath) -> Answer {
    let answers =
      above(MusicFolders.resolved(path)).map { may(user, bits: 1, of: $0) } + [may(user, bits: bits, of: path)]
    return answers.contains(.no) ? .no : answers.contains(.unknown) ? .unknown : .yes
  }

  /// What one file or folder allows, whatever lies above it: its mode, and the kernel's own word where it can be asked,
  /// which knows of access lists.
  static func may(_ user: User, bits: mode_t, of path: FilePath) -> Answer {
    let byMode = mode(user, bits, of: path)
    if byMode == .yes { return .yes }
    switch asked(of: user, { isAllowed(Int32(bits), path) }) {
    case true?: return .yes
    case false? where byMode == .unknown: return .no
    default: return byMode
    }
  }

  private static func mode(_ user: User, _ bits: mode_t, of path: FilePath) -> Answer {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return errno == EACCES ? .unknown : .no }
    if user.user == 0 { return .yes }
    if status.st_uid == user.user { return status.st_mode >> 6 & bits == bits ? .yes : .no }
    let mode = user.groups.contains(status.st_gid) ? status.st_mode >> 3 : status.st_mode
    if mode & bits == bits { return .yes }
    // An access list may give more than the mode shows.
    return path.withCString { linux_has_access_list($0) } ? .unknown : .no
  }

  /// The answer that this process gets as a user; `nil` where it cannot be that user.
  private static func asked(of user: User, _ question: () -> Bool) -> Bool? {
    if user.user == geteuid() { return question() }
    guard geteuid() == 0 else { return nil }
    return StateOwner.asUser(StateOwner.User(user.user, user.group, groups: user.groups), question)
  }

  /// Whether there is a file or folder of a name.
  static func exists(_ path: FilePath) -> Bool {
    path.withCString { access($0, F_OK) } == 0
  }

  /// The name of any entry of a folder; `nil` for an empty one.
  static func firstEntry(_ folder: FilePath) -> FilePath? {
    var found: FilePath?
    forEachEntry(of: folder) { name, _ in
      found = name
      return false
    }
    return found
  }

  /// The number of folders below a folder, itself included; links are not followed, and what systems keep
  /// there (`SystemFolders`) does not count.
  static func folders(below folder: FilePath) -> Int {
    var count = 1
    forEachEntry(of: folder) { name, kind in
      if kind == UInt8(DT_DIR), !SystemFolders.contains(name.bytes[...]) {
        count += folders(below: folder.appending(name))
      }
      return true
    }
    return count
  }

  /// Calls `body` with the name and the kind (`d_type`) of every entry of a folder until it returns `false`.
  static func forEachEntry(of folder: FilePath, _ body: (FilePath, UInt8) -> Bool) {
    guard let directory = folder.withCString({ opendir($0) }) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let start = UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!
      let length = strlen(start.assumingMemoryBound(to: CChar.self))
      let name = FilePath(bytes: Array(UnsafeRawBufferPointer(start: start, count: length)))
      if name == FilePath(".") || name == FilePath("..") { continue }
      if !body(name, entry.pointee.d_type) { return }
    }
  }
}
