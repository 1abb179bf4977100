import Glibc
import Tracks

/// The thread that tells folders when they are ripe, and notices mounts. It sleeps while nothing is due.
final class EventTimer: Sendable {
  private let board: WatcherState
  private let mountInfo: Int32
  private let first: MountTable

  /// Takes down what is mounted: whatever is mounted from now on is told, however late the thread starts.
  init(board: WatcherState) {
    self.board = board
    mountInfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)
    first = MountTable.current()
  }

  deinit { if mountInfo >= 0 { close(mountInfo) } }

  /// Runs until the watcher is stopped.
  func run() {
    var table = first
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
