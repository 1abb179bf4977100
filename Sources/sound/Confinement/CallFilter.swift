import CLinux
import CSeccomp
import Glibc

/// A policy of system calls as the kernel takes it.
final class CallFilter {
  private let context: scmp_filter_ctx

  // The actions are macros with arguments.
  private static let allow: UInt32 = 0x7FFF_0000
  private static let trap: UInt32 = 0x0003_0000
  private static let killProcess: UInt32 = 0x8000_0000
  private static func fail(_ number: Int32) -> UInt32 { 0x0005_0000 | UInt32(number) }

  /// Compiles a policy, and lets a forbidden call name itself.
  init(_ policy: CallPolicy) throws(ConfinementFailure) {
    Self.tellViolations()
    guard let context = seccomp_init(Self.trap) else { throw ConfinementFailure("seccomp_init", number: ENOMEM) }
    self.context = context
    // Calls of another architecture's table have no rule here; threads that exist are held to the rules as well.
    let attributes: [(scmp_filter_attr, UInt32)] = [
      (SCMP_FLTATR_ACT_BADARCH, Self.killProcess), (SCMP_FLTATR_CTL_TSYNC, 1), (SCMP_FLTATR_CTL_OPTIMIZE, 2),
    ]
    for (attribute, value) in attributes {
      try check(seccomp_attr_set(context, attribute, value), "seccomp_attr_set")
    }
    for name in policy.allowed { try add(Self.allow, name, []) }
    for (name, number) in policy.failing { try add(Self.fail(number), name, []) }
    for (name, conditions) in policy.conditional { try add(Self.allow, name, conditions) }
  }

  deinit { seccomp_release(context) }

  /// Puts it in force.
  func load() throws(ConfinementFailure) {
    try check(seccomp_load(context), "seccomp_load")
  }

  private func add(_ action: UInt32, _ name: String, _ conditions: [CallPolicy.Condition]) throws(ConfinementFailure) {
    let number = seccomp_syscall_resolve_name(name)
    // A call that neither this architecture nor this version of the library knows needs no rule.
    guard number != -1 else { return }
    let comparisons = conditions.map {
      scmp_arg_cmp(arg: $0.argument, op: SCMP_CMP_MASKED_EQ, datum_a: $0.mask, datum_b: $0.value)
    }
    let result = seccomp_rule_add_array(context, action, number, UInt32(comparisons.count), comparisons)
    try check(result, name)
  }

  private func check(_ result: Int32, _ call: String) throws(ConfinementFailure) {
    if result < 0 { throw ConfinementFailure(call, number: -result) }
  }

  private static func tellViolations() {
    let most: Int32 = 600
    let table = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: Int(most))
    for number in 0..<most {
      table[Int(number)] = UnsafePointer(seccomp_syscall_resolve_num_arch(seccomp_arch_native(), number))
    }
    linux_tell_violations(table, most)
  }
}
