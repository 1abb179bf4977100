import Glibc
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

  /// Writes a file whole or not at all: beside its place first, then renamed over it.
  ///
  /// - Parameter isForOthers: Whether everybody who can reach the file may read it, whatever the umask says.
  /// - Throws: `PipelineFailure` where it cannot be written.
  public static func write(
    _ bytes: [UInt8], to path: FilePath, isForOthers: Bool = false
  ) throws(PipelineFailure) {
    let folder = path.parent.bytes.isEmpty ? FilePath(".") : path.parent
    let temporary = folder.appending(FilePath(bytes: Array(".".utf8) + path.name.bytes + Array(".new".utf8)))
    func fail() -> PipelineFailure {
      PipelineFailure("\(path.display): cannot be written (\(RegularFile.words(errno)))")
    }
    // What lies there was left by a run that was killed, or is somebody's link that must not be followed.
    _ = temporary.withCString { unlink($0) }
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let descriptor = temporary.withCString { open($0, flags, 0o640) }
    guard descriptor >= 0 else { throw fail() }
    if isForOthers { fchmod(descriptor, 0o644) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        let failure = fail()
        close(descriptor)
        _ = temporary.withCString { unlink($0) }
        throw failure
      }
      rest = rest.dropFirst(count)
    }
    close(descriptor)
    guard temporary.withCString({ from in path.withCString { rename(from, $0) } }) == 0 else {
      let failure = fail()
      _ = temporary.withCString { unlink($0) }
      throw failure
    }
  }
}
