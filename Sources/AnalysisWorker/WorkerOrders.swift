import CLinux
import Glibc

/// What a worker's arguments tell it to do before it serves.
struct WorkerOrders {
  /// The descriptor of the channel.
  var channel: Int32 = -1
  /// The process that started this one.
  var parent: Int32 = -1
  /// The limit on private memory in MiB.
  var megabytes = 0
  /// Whether to yield processor and disk to everybody else.
  var isIdle = false

  /// The orders in these arguments, or `nil` where they are not a pool's.
  init?(arguments: [String]) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      switch word {
      case "--idle": isIdle = true
      case "--channel": channel = rest.popFirst().flatMap { Int32($0) } ?? -1
      case "--parent": parent = rest.popFirst().flatMap { Int32($0) } ?? -1
      case "--megabytes": megabytes = rest.popFirst().flatMap { Int($0) } ?? 0
      default: return nil
      }
    }
    guard channel >= 0, parent > 0, megabytes > 0 else { return nil }
  }

  /// Ties this process to its parent and limits it.
  func obey() throws(SystemFailure) {
    guard linux_signal_when_parent_ends(SIGKILL) == 0 else { throw SystemFailure("prctl") }
    // A parent that ended before the line above sends no signal.
    guard getppid() == parent else { throw SystemFailure("the parent has ended", number: ESRCH) }
    signal(SIGPIPE, SIG_IGN)

    var memory = rlimit(rlim_cur: UInt(megabytes) << 20, rlim_max: UInt(megabytes) << 20)
    guard setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &memory) == 0 else { throw SystemFailure("setrlimit") }
    // A file that crashes its decoder must not leave a core file each time.
    var core = rlimit(rlim_cur: 0, rlim_max: 0)
    guard setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core) == 0 else { throw SystemFailure("setrlimit") }
    guard isIdle else { return }
    // Where the system does not allow it the work is done all the same.
    _ = linux_set_idle_scheduling()
    _ = linux_set_idle_io()
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
  }
}
