import Glibc
import Pipeline
public import Platform
import Synchronization
public import Tracks

/// The user that a state folder belongs to. A program that root started becomes that user before it touches the folder:
/// whoever can write there could have root's hand follow a link.
public enum StateOwner {
  /// Who a program becomes.
  public struct User: Sendable, Equatable {
    /// The number of the user.
    let user: uid_t
    /// The number of the user's group.
    let group: gid_t
    fileprivate let groups: [gid_t]

    /// A user with no group but this one.
    init(_ user: uid_t, _ group: gid_t, groups: [gid_t]? = nil) {
      (self.user, self.group, self.groups) = (user, group, groups ?? [group])
    }
  }

  /// Who this process is for the time being; `nil` for whoever started it.
  private static let present = Mutex<User?>(nil)

  /// Who root has to become for a folder, or for the place where one is to be made; `nil` for root itself, and where this
  /// process is not root.
  ///
  /// - Throws: `PipelineFailure` for a folder of root's that is reached through a link or a folder of somebody else.
  public static func of(_ folder: FilePath) throws(PipelineFailure) -> User? {
    guard geteuid() == 0 else { return nil }
    let named = Workspace.absolute(folder)
    let place = MusicFolders.resolved(nearest(named))
    guard let owner = Rights.owner(of: place) else { return nil }
    if owner.user != 0 { return User(owner.user, owner.group, groups: owner.groups) }
    for path in above(named) + above(place) {
      guard let fault = fault(path) else { continue }
      throw PipelineFailure(
        "\(folder.display): is root's, but \(path.display) on the way there \(fault); as root use a folder that "
          + "only root can change, or give it to the user that indexd runs as")
    }
    return nil
  }

  /// Becomes the owner of a folder, for good or until `asCaller`; nothing where this process is not root or is the owner.
  ///
  /// - Returns: whether this process is another user now.
  /// - Throws: `PipelineFailure`, as `of` does, and where the system refuses it.
  @discardableResult
  public static func become(ownerOf folder: FilePath, forGood: Bool = true) throws(PipelineFailure) -> Bool {
    guard let user = try of(folder) else { return false }
    if forGood {
      guard setgroups(user.groups.count, user.groups) == 0, setgid(user.group) == 0, setuid(user.user) == 0,
        setuid(0) != 0
      else { throw refused(user) }
    } else {
      guard take(user) else { throw refused(user) }
      present.withLock { $0 = user }
    }
    return true
  }

  /// Whether this process can be whoever started it again.
  public static var isForTheTimeBeing: Bool { present.withLock { $0 != nil } }

  /// Does something with the rights of whoever started this process: what lies in that user's own folders.
  ///
  /// - Throws: what `body` throws.
  public static func asCaller<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    guard let user = present.withLock({ $0 }) else { return try body() }
    _ = seteuid(0)
    _ = setegid(0)
    _ = setgroups(0, nil)
    // What follows must not go on as root.
    defer { if !take(user) { abort() } }
    return try body()
  }

  /// Who decides what a path names.
  enum Keeper: Equatable {
    /// Nobody but root.
    case root
    /// Root and another user.
    case user(User)
    /// Everybody.
    case everybody
  }

  /// Who decides what a path names: the owner of the first thing on the way to it that is not root's.
  static func keeper(of path: FilePath) -> Keeper {
    func names(_ bytes: some Collection<UInt8>) -> [FilePath] {
      bytes.split(separator: UInt8(ascii: "/")).map { FilePath(bytes: Array($0)) }
    }
    var rest = names(Workspace.absolute(path).bytes)[...]
    var place = FilePath("/")
    var links = 0
    while let name = rest.popFirst() {
      if name == FilePath(".") { continue }
      if name == FilePath("..") {
        place = place.parent.bytes.isEmpty ? FilePath("/") : place.parent
        continue
      }
      place = place.appending(name)
      var status = stat()
      guard place.withCString({ lstat($0, &status) }) == 0 else { return .root }
      if status.st_uid != 0 { return .user(User(status.st_uid, status.st_gid)) }
      switch status.st_mode & S_IFMT {
      case S_IFDIR where status.st_mode & 0o1002 == 0o002: return .everybody
      case S_IFLNK:
        links += 1
        let room = Int(PATH_MAX)
        var characters = [CChar](repeating: 0, count: room)
        let count = place.withCString { readlink($0, &characters, room) }
        guard count > 0, links < 40 else { return .everybody }
        let target = characters[..<count].map(UInt8.init(bitPattern:))
        rest = names(target)[...] + rest
        place = target[0] == UInt8(ascii: "/") ? FilePath("/") : place.parent
      default: break
      }
    }
    return .root
  }

  /// Does something with the rights of another user, and is root again.
  ///
  /// - Returns: `nil` where the system does not let this process become that user.
  static func asUser<Result>(_ user: User, _ body: () -> Result) -> Result? {
    var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
    _ = getgroups(Int32(groups.count), &groups)
    // What follows must be root's.
    defer { if seteuid(0) != 0 || setegid(0) != 0 || setgroups(groups.count, groups) != 0 { abort() } }
    guard take(user) else { return nil }
    return body()
  }

  private static func take(_ user: User) -> Bool {
    setgroups(user.groups.count, user.groups) == 0 && setegid(user.group) == 0 && seteuid(user.user) == 0
  }

  private static func refused(_ user: User) -> PipelineFailure {
    PipelineFailure(
      "the state folder belongs to the user \(user.user), whom this process cannot become "
        + "(\(SystemError.text())); run it as that user, by `sudo -u`")
  }

  /// A path, or the nearest folder above it that is there.
  private static func nearest(_ path: FilePath) -> FilePath {
    var place = path
    while !Rights.exists(place), !place.parent.bytes.isEmpty, place.parent != place { place = place.parent }
    return place
  }

  /// A path and every folder above it.
  private static func above(_ path: FilePath) -> [FilePath] {
    var all: [FilePath] = []
    var place = path
    while !place.bytes.isEmpty {
      all.append(place)
      if place.parent == place { break }
      place = place.parent
    }
    return all
  }

  /// Why another than root could make a path lead elsewhere; `nil` where nobody can.
  private static func fault(_ path: FilePath) -> String? {
    var status = stat()
    guard path.withCString({ lstat($0, &status) }) == 0 else { return nil }
    if status.st_uid != 0 { return "belongs to another user" }
    let isOpen = status.st_mode & S_IFMT == S_IFDIR && status.st_mode & 0o1002 == 0o002
    return isOpen ? "can be changed by everybody" : nil
  }
}
