import Glibc
import Platform
import Tracks

/// A regular file opened for reading, closed when it goes.
struct InputFile: ~Copyable {
  let path: FilePath
  let size: Int
  private let descriptor: CInt

  /// Opens a file. What is not a regular file is refused without waiting for it.
  init(_ path: FilePath) throws(ImportFailure) {
    guard let (descriptor, status) = RegularFile.open(path) else {
      throw errno == RegularFile.notRegular
        ? ImportFailure(.notAFile, path, "is not a regular file")
        : ImportFailure(.cannotOpen, path, "cannot be opened: \(SystemError.text())")
    }
    self.descriptor = descriptor
    self.path = path
    size = Int(clamping: status.st_size)
  }

  deinit { close(descriptor) }

  /// Appends up to `count` bytes to `bytes` and returns how many they were: 0 at the end.
  func read(_ count: Int, into bytes: inout [UInt8]) throws(ImportFailure) -> Int {
    // Small files are common: no more room than they can fill, and one byte to see the end.
    let count = min(count, max(4096, size + 1))
    let before = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    let got = bytes.withUnsafeMutableBytes { Self.read(descriptor, $0.baseAddress! + before, count) }
    bytes.removeLast(count - max(0, got))
    guard got >= 0 else {
      throw ImportFailure(.cannotRead, path, "cannot be read: \(SystemError.text())")
    }
    return got
  }

  /// The whole file, which may hold at most `limit` bytes.
  func contents(limit: Int) throws(ImportFailure) -> [UInt8] {
    guard size <= limit else {
      throw ImportFailure(.tooLarge, path, "holds \(size) bytes; at most \(limit) are read")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + 1)
    while try read(1 << 20, into: &bytes) > 0 {
      if bytes.count > limit { throw ImportFailure(.tooLarge, path, "grew beyond \(limit) bytes while it was read") }
    }
    return bytes
  }

  private static func read(_ descriptor: CInt, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
    while true {
      let got = Glibc.read(descriptor, target, count)
      if got >= 0 || errno != EINTR { return got }
    }
  }
}
