internal import Glibc

/// The processors of this machine.
public enum Processors {
  /// The number of processors that are switched on, at least 1.
  public static let count = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}
