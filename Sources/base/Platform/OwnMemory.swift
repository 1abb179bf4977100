import CLinux

/// The memory of this process, which holds what the owner listens to.
public enum OwnMemory {
  /// Keeps other processes of the same user, such as a worker that a file has taken over, from reading or changing it, and
  /// the kernel from writing it to a core file. What `/proc` tells of the process belongs to root from then on.
  public static func hide() {
    // Where the kernel refuses it, the work is done all the same.
    _ = linux_hide_memory()
  }
}
