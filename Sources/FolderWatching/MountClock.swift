import Glibc
import Tracks

/// The thread that tells folders when they are ripe, and notices mounts. It sleeps while nothing is due.
struct MountClock {
  let board: WatchBoard

  /// Runs until the watcher is stopped.
  func run() {
    let mountInfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)
    defer { if mountInfo >= 0 { close(mountInfo) } }
    var table = MountTable.current()
    while !board.isStopping {
      let milliseconds = board.ripen()
      var entries = [
        pollfd(fd: board.clockDescriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: mountInfo, events: Int16(POLLPRI), revents: 0),
      ]
      guard poll(&entries, 2, milliseconds) > 0 else { continue }
      if entries[0].revents != 0 { board.drainClock() }
      if entries[1].revents != 0 {
        let new = MountTable.current()
        tell(from: table, to: new)
        table = new
      }
    }
  }

  private func tell(from old: MountTable, to new: MountTable) {
    for mount in old.mounts(notIn: new) { board.post(.unmounted(mount.point)) }
    for mount in new.mounts(notIn: old) { board.post(.mounted(mount.point)) }
    board.update { $0.note(new) }
  }
}
