import CLinux
import Glibc
import Synchronization
import Tracks

/// A running worker process, seen from its parent; it is killed and reaped when this value ends.
///
/// The thread that starts a worker has to live as long as the worker: the kernel ends the worker with that thread.
struct ChildProcess: ~Copyable {
  /// The number of the channel in the child.
  static let channelNumber: Int32 = 3

  let process: pid_t
  /// Both directions of the conversation.
  let channel: Descriptor
  /// What the worker and its libraries print.
  let chatter: Descriptor
  /// Becomes readable when the process has ended.
  let end: Descriptor
  private var reaped = false

  /// Starts the program with limits on its memory, and lowest priority if asked.
  init(program: FilePath, limits: WorkerLimits, idle: Bool) throws(SystemFailure) {
    Self.reapAbandoned()
    let channel = try Line.socket()
    let chatter = try Line.pipe()
    var arguments = [
      "--channel", "\(Self.channelNumber)", "--parent", "\(getpid())", "--megabytes", "\(limits.megabytes)",
    ]
    if idle { arguments.append("--idle") }
    let process = try Self.spawn(program, arguments, channel: channel.far.number, chatter: chatter.far.number)
    let end = linux_open_process(process)
    guard end >= 0 else {
      let failure = SystemFailure("pidfd_open")
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
      throw failure
    }
    self.process = process
    self.channel = channel.near
    self.chatter = chatter.near
    self.end = Descriptor(end)
  }

  deinit {
    if !reaped { Self.abandon(process) }
  }

  /// Ends the process and everything that it started; its end can be awaited after that.
  func killGroup() {
    // A group whose leader is not reaped yet cannot be another one of the same number.
    kill(-process, SIGKILL)
    kill(process, SIGKILL)
  }

  /// Waits until the process has ended, at most as long as given; `nil` where it does not end.
  mutating func reap(milliseconds: Int32) -> Ending? {
    precondition(!reaped, "a process is reaped once")
    var entry = pollfd(fd: end.number, events: Int16(POLLIN), revents: 0)
    while poll(&entry, 1, milliseconds) < 0 && errno == EINTR {}
    guard entry.revents != 0 else { return nil }
    // What the worker left behind ends with it.
    kill(-process, SIGKILL)
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    reaped = true
    return Ending(status: status)
  }

  /// How a process ended.
  struct Ending {
    let status: Int32

    /// The signal that ended it, 0 for none.
    var signal: Int32 { status & 0x7F }

    /// How it ended, in words.
    var description: String {
      signal == 0
        ? "it ended with status \((status >> 8) & 0xFF)" : "signal \(signal) (\(String(cString: strsignal(signal))))"
    }
  }

  /// The processes that were killed and could not die yet, as in the middle of a read from a dead disk.
  private static let abandoned = Mutex<[pid_t]>([])

  /// Kills a process that nobody waits for; it is reaped now, or when another one is started after its end.
  private static func abandon(_ process: pid_t) {
    kill(-process, SIGKILL)
    kill(process, SIGKILL)
    abandoned.withLock { $0.append(process) }
    reapAbandoned()
  }

  private static func reapAbandoned() {
    abandoned.withLock { $0.removeAll { waitpid($0, nil, WNOHANG) != 0 } }
  }

  private static func spawn(
    _ program: FilePath, _ arguments: [String], channel: Int32, chatter: Int32
  ) throws(SystemFailure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, chatter, 1)
    posix_spawn_file_actions_adddup2(&actions, chatter, 2)
    posix_spawn_file_actions_adddup2(&actions, channel, channelNumber)
    // Libraries of the parent may have opened descriptors that are not close-on-exec.
    linux_close_from(&actions, channelNumber + 1)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var process: pid_t = 0
    let name = program.withCString { strdup($0) }
    var words: [UnsafeMutablePointer<CChar>?] = [name] + arguments.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment().map { strdup($0) } + [nil]
    defer {
      for word in words + variables { free(word) }
    }
    let result = program.withCString { posix_spawn(&process, $0, &actions, &attributes, &words, &variables) }
    guard result == 0 else { throw SystemFailure("cannot start \(program.display)", number: result) }
    return process
  }

  /// The parent's environment without what is meant for the parent alone, and with one thread a library: a worker does
  /// one thing at a time, and the pool decides how many there are. A crash is described by its signal; the
  /// backtrace that Swift would print costs seconds.
  private static func environment() -> [String] {
    let own = ["SWIFT_BACKTRACE=enable=no", "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1"]
    let dropped = own.map { $0.prefix { $0 != "=" } } + ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]
    var result: [String] = []
    var entry = environ
    while let variable = entry.pointee {
      let text = String(cString: variable)
      if !dropped.contains(text.prefix { $0 != "=" }) { result.append(text) }
      entry += 1
    }
    return result + own
  }
}
