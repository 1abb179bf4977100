import Glibc
import Pipeline
import Tracks

/// Writes what a command was told to write.
enum OutputFile {
  /// Writes a regular file whole or not at all; into a device or a pipe it writes straight.
  ///
  /// - Throws: `PipelineFailure` where it cannot be written.
  static func write(_ bytes: [UInt8], to path: FilePath) throws(PipelineFailure) {
    var status = stat()
    let exists = path.withCString { stat($0, &status) } == 0
    guard exists, status.st_mode & S_IFMT != S_IFREG else { return try SmallFile.write(bytes, to: path) }
    let descriptor = path.withCString { open($0, O_WRONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path) }
      rest = rest.dropFirst(count)
    }
  }

  private static func failure(_ path: FilePath) -> PipelineFailure {
    PipelineFailure("\(path.display): cannot be written (\(String(cString: strerror(errno))))")
  }
}
