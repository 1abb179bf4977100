public import Glibc

/// The system's error numbers.
public enum SystemError {
  /// What an error number says, such as "No such file or directory"; of `RegularFile.notRegular` that the path is no
  /// regular file.
  ///
  /// - Parameter number: the number, by default that of the call that failed last.
  public static func text(_ number: Int32 = errno) -> String {
    number == RegularFile.notRegular ? "it is not a regular file" : String(cString: strerror(number))
  }
}
