public import Tracks

/// Reads and writes files that are small by their nature (ignore rules, requests, configurations).
public enum SmallFile {
  /// The most bytes that are read.
  public static let limit = 4 << 20

  /// The bytes of a regular file, or `nil` with `errno` where it cannot be read or holds more than `limit`: half of a list
  /// of rules would be another list. A pipe, a device or a socket is not waited for.
  public static func read(_ path: FilePath) -> [UInt8]? {
    RegularFile.contents(path, limit: limit)
  }

  /// Writes a file whole or not at all (`FileReplacement`).
  ///
  /// - Parameter isForOthers: Whether everybody who can reach the file may read it, whatever the umask says.
  /// - Throws: `PipelineFailure` where it cannot be written.
  public static func write(
    _ bytes: [UInt8], to path: FilePath, isForOthers: Bool = false
  ) throws(PipelineFailure) {
    let code = FileReplacement.write(
      bytes, to: path, mode: isForOthers ? 0o644 : 0o640, isExact: isForOthers, isDurable: false)
    guard code == 0 else {
      throw PipelineFailure("\(path.display): cannot be written (\(SystemError.text(code)))")
    }
  }
}
