import CLinux
import Glibc
public import Tracks

/// What a process that reads files of unknown origin gives up before the first byte of them, for ever and for all that it
/// starts: capabilities and gains of privilege, every system call but those that computing needs (seccomp), and every
/// file and folder (Landlock, where the kernel has it).
///
/// What is open before stays open: the process works on the descriptors it has and on those it is sent.
public enum Confinement {
  /// What a process is left with.
  public enum Kind: Sendable, Equatable {
    /// Nothing but computing, and reading and writing what is open. It opens no file and starts no program.
    case computing
    /// Also running FFmpeg's programs on one file. With Landlock these may open that file and the system's libraries,
    /// without it they may read what the user may read; in no case do they write, connect or signal.
    case decoding(file: Int32)
  }

  /// Confines this process. To be called while it has a single thread: Landlock holds to its rules the thread that asks
  /// and those that it starts.
  ///
  /// A forbidden call ends the process by SIGSYS, with a line on the error output that names the call; a few that
  /// libraries make to look around fail instead (EPERM, ENOSYS).
  /// - Parameters:
  ///   - kind: what is left.
  ///   - programs: the programs that may run, for `decoding`.
  /// - Throws: `ConfinementFailure` where the kernel refuses. The process must not go on then.
  public static func enter(_ kind: Kind, programs: [FilePath] = []) throws(ConfinementFailure) {
    var isDecoding = false
    if case .decoding = kind { isDecoding = true }
    // Built before the rules are in force: building asks for memory and names.
    let filter = try CallFilter(isDecoding ? CallPolicy.decoding : CallPolicy.computing)
    try check(linux_forbid_privileges(), "no_new_privs")
    try check(linux_drop_capabilities(isDecoding ? 1 : 0), "capset")
    if linux_landlock_version() > 0 { try enterLandlock(kind, programs) }
    try filter.load()
  }

  /// The version of Landlock that the kernel offers; 0 where it has none, and system calls alone are filtered.
  public static var landlockVersion: Int { Int(linux_landlock_version()) }

  private static func enterLandlock(_ kind: Kind, _ programs: [FilePath]) throws(ConfinementFailure) {
    let rules = linux_landlock_make()
    try check(rules, "landlock_create_ruleset")
    defer { close(rules) }
    if case .decoding(let file) = kind {
      if file >= 0 { try check(linux_landlock_allow(rules, file, 0), "landlock_add_rule") }
      for program in programs {
        try check(program.withCString { linux_landlock_allow_path(rules, $0, 1) }, "landlock_add_rule")
      }
      for path in linkers { try check(linux_landlock_allow_path(rules, path, 1), "landlock_add_rule") }
      for path in libraries { try check(linux_landlock_allow_path(rules, path, 0), "landlock_add_rule") }
    }
    try check(linux_landlock_enter(rules), "landlock_restrict_self")
  }

  /// What starts programs: the kernel runs it on their behalf.
  private static let linkers = [
    "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib64/ld-linux-aarch64.so.1",
  ]

  /// Where programs find their libraries and what these ask about the machine.
  private static var libraries: [String] {
    let named = getenv("LD_LIBRARY_PATH").map { String(cString: $0).split(separator: ":").map(String.init) } ?? []
    return [
      "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/ld.so.preload",
      "/proc/cpuinfo", "/sys/devices/system/cpu", "/dev/null",
    ] + named
  }

  private static func check(_ result: Int32, _ call: String) throws(ConfinementFailure) {
    if result < 0 { throw ConfinementFailure(call, number: errno) }
  }
}

/// Why a process could not be confined.
public struct ConfinementFailure: Error, CustomStringConvertible {
  /// The call and what the system said.
  public let description: String

  init(_ call: String, number: Int32) {
    description = "cannot confine itself: \(call): \(String(cString: strerror(number)))"
  }
}
