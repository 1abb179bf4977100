import Glibc
public import Tracks

/// Whoever sits at the terminal: under `sudo` not root.
public enum Caller {
  /// The name of whoever called `sudo`; `nil` without it.
  public static var sudoUser: String? {
    guard geteuid() == 0, let name = Workspace.environment("SUDO_USER"), name != "root" else { return nil }
    return name
  }

  /// The home folder, which `~` stands for; `nil` where there is none.
  public static var home: FilePath? {
    if let user = sudoUser, let entry = getpwnam(user) { return FilePath(String(cString: entry.pointee.pw_dir)) }
    return Workspace.environment("HOME").map { FilePath($0) }
  }
}
