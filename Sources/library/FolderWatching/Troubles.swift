import Glibc
import Tracks

/// Everything that keeps the watcher from noticing all changes, and the sentences about it.
struct Troubles {
  /// The folders that the system gave no watch for.
  var unwatched: Set<FilePath> = []
  /// The shared file systems that each root touches.
  var shared: [FilePath: [MountTable.Mount]] = [:]
  /// The devices of watched folders, and the shared file systems among them: links lead to them from anywhere.
  private var devices: Set<UInt64> = []
  private var linked: [MountTable.Mount] = []
  /// What is wrong with inotify itself.
  var failure: WatchTrouble?

  /// What is wrong now, in the order of the reasons.
  func list(watches: Int) -> [WatchTrouble] {
    var result: [WatchTrouble] = []
    if !unwatched.isEmpty { result.append(limitTrouble(watches: watches)) }
    if let failure { result.append(failure) }
    let known = Set(shared.values.joined())
    let mounts = known.union(linked.filter { mount in !known.contains { $0.device == mount.device } })
    for mount in mounts.sorted(by: { $0.point < $1.point }) {
      result.append(
        WatchTrouble(
          reason: .networkFileSystem,
          advice:
            "\(mount.point.display) is a network file system (\(mount.type)): what other machines change there is "
            + "found by the regular scan only."))
    }
    return result
  }

  /// Notes the devices of watched folders.
  mutating func note(devices: Set<UInt64>, in table: MountTable) {
    self.devices = devices
    note(table)
  }

  /// Notes what is mounted.
  mutating func note(_ table: MountTable) {
    for root in shared.keys.sorted() { shared[root] = table.sharedMounts(touching: root) }
    linked = table.sharedMounts(of: devices)
  }

  private func limitTrouble(watches: Int) -> WatchTrouble {
    let wanted = watches + unwatched.count
    var limit = 65_536
    while limit < 2 * wanted { limit *= 2 }
    let folders = unwatched.count == 1 ? "1 folder" : "\(unwatched.count) folders"
    return WatchTrouble(
      reason: .watchLimit,
      advice:
        "The system lets this user watch too few folders (fs.inotify.max_user_watches): changes in \(folders) are found "
        + "only by looking at everything again and again. To raise the limit: echo fs.inotify.max_user_watches=\(limit) | sudo tee "
        + "/etc/sysctl.d/60-indexd.conf && sudo sysctl --system")
  }

  /// The trouble with inotify itself that an error number stands for.
  static func failure(_ error: WatchError) -> WatchTrouble {
    if error.number == EMFILE {
      return WatchTrouble(
        reason: .instanceLimit,
        advice:
          "Nothing is watched: the system gives this user no more inotify instances (fs.inotify.max_user_instances) or "
          + "this process no more descriptors. To raise the limit: echo fs.inotify.max_user_instances=512 | sudo tee "
          + "/etc/sysctl.d/60-indexd.conf && sudo sysctl --system, then start indexd again.")
    }
    return WatchTrouble(
      reason: .failed,
      advice:
        "Nothing is watched: inotify says \"\(error.words)\". Changes are found only by looking at everything again "
        + "and again.")
  }
}
