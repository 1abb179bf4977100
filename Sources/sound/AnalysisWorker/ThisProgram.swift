import Glibc
import Tracks

/// The program that this process runs.
enum ThisProgram {
  /// Its path with links resolved.
  static var path: FilePath {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    return FilePath(bytes: buffer[..<max(count, 0)].map { UInt8(bitPattern: $0) })
  }
}
