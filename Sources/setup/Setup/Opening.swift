import Glibc
import Tracks

/// The commands that let a user enter folders and read what lies in them: by their groups, else by everybody's rights.
struct Opening {
  private var groups: [String] = []
  private var modes: [String] = []
  /// Of what is to be read: whether everybody has to be let, and whether modes have to change for it.
  private var isForAll = false
  private var changesModes = false

  /// Nobody is added to these: their members may do more than read music.
  private static let powerful: Set<String> = [
    "root", "adm", "disk", "kmem", "shadow", "sudo", "wheel", "staff", "docker", "lxd", "nogroup",
  ]

  /// Lets the user pass through a folder.
  mutating func enter(_ folder: FilePath) {
    guard let (group, mode) = take(folder) else { return }
    guard group == nil || mode & 1 == 0 else { return }
    modes.append("sudo chmod \(group == nil ? "o" : "g")+x \(Shell.quoted(folder))")
  }

  /// Lets the user read a file, or list a folder and enter it.
  mutating func read(_ path: FilePath) {
    guard let (group, mode) = take(path) else { return }
    var status = stat()
    let isFolder = path.withCString { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
    let wanted: mode_t = isFolder ? 5 : 4
    if group == nil { isForAll = true }
    if group == nil || mode & wanted != wanted { changesModes = true }
  }

  /// The group that the user is to be in and what it may do; `nil` for a file that is not there.
  private mutating func take(_ path: FilePath) -> (group: String?, mode: mode_t)? {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    let name = getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) }
    let group = name.flatMap { Self.powerful.contains($0) ? nil : $0 }
    if let group, !groups.contains(group) { groups.append(group) }
    return (group, status.st_mode >> 3)
  }

  /// The commands, in their order.
  ///
  /// - Parameters:
  ///   - user: the user's name.
  ///   - root: the folder whose files are to be read; `nil` where none are.
  func commands(for user: String, below root: FilePath? = nil) -> [String] {
    var commands = modes
    if let root, changesModes { commands.append("sudo chmod -R \(isForAll ? "o" : "g")+rX \(Shell.quoted(root))") }
    return commands + (groups.isEmpty ? [] : ["sudo usermod -aG \(groups.joined(separator: ",")) \(user)"])
  }
}
