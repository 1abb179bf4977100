import CLinux
import Glibc
import Platform

/// What a process that reads files of unknown origin gives up before the first byte of them, for ever: capabilities and
/// gains of privilege, every system call but those that computing needs (seccomp), and every file and folder (Landlock,
/// where the kernel has it). It opens no file and starts no program.
///
/// What is open before stays open: the process works on the descriptors it has and on those it is sent.
public enum Confinement {
  /// Confines this process. To be called while it has a single thread: Landlock holds to its rules the thread that asks
  /// and those that it starts.
  ///
  /// A forbidden call ends the process by SIGSYS, with a line on the error output that names the call; a few that
  /// libraries make to look around fail instead (EPERM, ENOSYS).
  /// - Throws: `ConfinementFailure` where the kernel refuses. The process must not go on then.
  public static func enter() throws(ConfinementFailure) {
    // Built before the rules are in force: building asks for memory and names.
    let filter = try CallFilter(.computing)
    try check(linux_forbid_privileges(), "no_new_privs")
    try check(linux_drop_capabilities(), "capset")
    if linux_landlock_version() > 0 { try enterLandlock() }
    try filter.load()
  }

  private static func enterLandlock() throws(ConfinementFailure) {
    let rules = linux_landlock_make()
    try check(rules, "landlock_create_ruleset")
    defer { close(rules) }
    try check(linux_landlock_enter(rules), "landlock_restrict_self")
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
    description = "cannot confine itself: \(call): \(SystemError.text(number))"
  }
}
