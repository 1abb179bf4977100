import Glibc

/// The folders in which the system's programs lie.
public enum SearchPath {
  /// The file of a program, or `nil` where it is not installed.
  ///
  /// - Parameters:
  ///   - name: what the program is called.
  ///   - path: the folders, separated by colons; `nil` for the environment's, or the usual ones without such.
  public static func program(_ name: String, path: String? = nil) -> FilePath? {
    let path = path ?? getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    for folder in path.utf8.split(separator: UInt8(ascii: ":")) {
      let program = FilePath(bytes: Array(folder)).appending(name)
      var status = stat()
      let isFile = program.withCString { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFREG
      if isFile, program.withCString({ access($0, X_OK) }) == 0 { return program }
    }
    return nil
  }
}
