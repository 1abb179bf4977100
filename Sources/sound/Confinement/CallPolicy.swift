import Glibc

/// Which system calls a confined process may make. All others are forbidden.
struct CallPolicy {
  /// An argument of which the bits under a mask must have a value.
  struct Condition {
    var argument: UInt32
    var mask: UInt64
    var value: UInt64

    /// The argument is this value.
    static func equals(_ argument: UInt32, _ value: UInt64) -> Condition {
      Condition(argument: argument, mask: .max, value: value)
    }

    /// The argument, a C `int`, is this value; what its upper half holds says nothing.
    static func isNumber(_ argument: UInt32, _ value: Int32) -> Condition {
      Condition(argument: argument, mask: 0xFFFF_FFFF, value: UInt64(UInt32(bitPattern: value)))
    }

    /// None of these bits of the argument is set.
    static func lacks(_ argument: UInt32, _ bits: UInt64) -> Condition {
      Condition(argument: argument, mask: bits, value: 0)
    }
  }

  /// Calls that are allowed with any arguments.
  var allowed: [String]
  /// Calls that fail with an error number instead of ending the process.
  var failing: [(String, Int32)]
  /// Calls that are allowed where all conditions of an entry hold.
  var conditional: [(String, [Condition])]

  /// For work on what is open: memory, threads, clocks, reading and writing.
  static var computing: CallPolicy {
    CallPolicy(
      allowed: common,
      failing: harmless + lookups.map { ($0, EPERM) } + [("openat", EACCES), ("open", EACCES), ("kill", EPERM)],
      conditional: commonConditions + [
        ("mmap", [.lacks(2, executable)]), ("mprotect", [.lacks(2, executable)]),
        // What the C library asks of its own limits.
        ("prlimit64", [.isNumber(0, 0), .equals(2, 0)]),
      ])
  }

  private static let executable = UInt64(PROT_EXEC)
  // Flags of clone(2), which Glibc's module leaves out.
  private static let threads: UInt64 = 0x0001_0000 | 0x100
  private static let namespaces: UInt64 = 0x7E02_0000

  private static let common = [
    "read", "readv", "pread64", "preadv", "write", "writev", "lseek", "close", "fstat", "poll", "ppoll", "recvmsg",
    "recvfrom", "fadvise64", "brk", "munmap", "mremap", "madvise", "futex", "set_robust_list", "rseq", "membarrier",
    "sched_yield",
    "sched_getaffinity", "getcpu", "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday",
    "time", "times", "getrusage", "sysinfo", "uname", "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid",
    "getrandom", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "exit", "exit_group",
  ]

  /// Calls by which libraries look around or adapt themselves; each has another way where it fails.
  private static let harmless: [(String, Int32)] =
    // The C library falls back to `clone`, whose flags can be looked at.
    [("clone3", ENOSYS)]
    + [
      "ioctl", "sched_setaffinity", "sched_setscheduler", "sched_getscheduler", "sched_getparam", "setpriority",
      "getpriority", "get_mempolicy", "set_mempolicy", "mbind", "socket", "mlock", "fstatfs", "statfs", "getdents64",
      "readlink", "readlinkat",
    ].map { ($0, EPERM) }

  /// Calls that look at files by name.
  private static let lookups = ["access", "faccessat", "faccessat2", "stat", "lstat", "newfstatat", "statx"]

  private static var commonConditions: [(String, [Condition])] {
    let descriptorCommands = [F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC]
    let advice: [Int32] = [15, 0x5356_4D41]
    return [
      ("clone", [Condition(argument: 0, mask: threads | namespaces, value: threads)]),
      // Aborting is a signal to oneself.
      ("tgkill", [.isNumber(0, getpid())]),
    ]
      // Every signal but SIGSYS (31), whose number has the lower five bits set.
      + (0..<5).map { ("rt_sigaction", [.lacks(0, 1 << $0)]) }
      // Duplicates and their flags; nothing that has the kernel send signals.
      + descriptorCommands.map { ("fcntl", [.isNumber(1, $0)]) }
      // The names of threads and of memory.
      + advice.map { ("prctl", [.isNumber(0, $0)]) }
  }
}
