public import Glibc
public import Tracks

/// Opens files that may be anything: whoever can write in a folder can put a pipe, a device or a link to one there.
public enum RegularFile {
  /// Opens a regular file, through links, without waiting: for a pipe's other end, a device, a terminal or the holder of a
  /// lease. What is no regular file is refused before a byte of it is read.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - flags: The access and what else `open` takes, such as `O_NOFOLLOW`; the descriptor is always close-on-exec.
  ///   - mode: The permissions of a file that `O_CREAT` makes.
  /// - Returns: the descriptor, which is the caller's to close, and what the file is; `nil` with `errno`, which is
  ///   `notRegular` for what is no regular file.
  public static func open(
    _ path: FilePath, _ flags: Int32 = O_RDONLY, mode: mode_t = 0
  ) -> (descriptor: Int32, status: stat)? {
    let descriptor = path.withCString { Glibc.open($0, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode) }
    guard descriptor >= 0 else {
      // A socket, or a pipe that nobody reads, opened for writing.
      if errno == ENXIO { errno = notRegular }
      return nil
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      errno = code
      return nil
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      errno = notRegular
      return nil
    }
    return (descriptor, status)
  }

  /// The error number of `open` for a folder, a pipe, a socket or a device.
  public static let notRegular = EMEDIUMTYPE

  /// The first bytes of a regular file, `count` at most; `nil` with `errno` where it cannot be read.
  public static func beginning(_ path: FilePath, _ count: Int) -> [UInt8]? {
    guard let file = open(path) else { return nil }
    defer { close(file.descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = pread(file.descriptor, &bytes, count, 0)
    return got < 0 ? nil : Array(bytes[..<got])
  }

  /// Gives a file that this process made its permissions and times, by its descriptor: never what a link in its place
  /// names. What is another file's name too stays as it is.
  ///
  /// - Parameter modified: The time of modification; as it is for `nil`.
  public static func finish(_ path: FilePath, mode: mode_t, modified: timespec? = nil) {
    guard let file = open(path, O_RDONLY | O_NOFOLLOW) else { return }
    defer { close(file.descriptor) }
    guard file.status.st_nlink == 1 else { return }
    fchmod(file.descriptor, mode)
    if let modified { futimens(file.descriptor, [modified, modified]) }
  }

  /// Writes all of some bytes to any descriptor that blocks; `false` with `errno` where not all could be written.
  public static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Gives a file another name, over a file that has it; `false` with `errno` where that cannot be.
  public static func rename(_ file: FilePath, to name: FilePath) -> Bool {
    file.withCString { from in name.withCString { Glibc.rename(from, $0) } } == 0
  }

  /// The bytes of a regular file.
  ///
  /// - Parameter limit: The most bytes that the file may hold.
  /// - Returns: `nil` with `errno` where it cannot be read: `notRegular`, or `EFBIG` for a file of more bytes.
  public static func contents(_ path: FilePath, limit: Int) -> [UInt8]? {
    guard let file = open(path) else { return nil }
    defer {
      let code = errno
      close(file.descriptor)
      errno = code
    }
    return contents(of: file, limit: limit)
  }

  /// As `contents(_:limit:)`, of a file that `open` has opened and that nothing was read of; it stays open.
  public static func contents(of file: (descriptor: Int32, status: stat), limit: Int) -> [UInt8]? {
    guard file.status.st_size <= limit else {
      errno = EFBIG
      return nil
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: max(4_096, min(1 << 18, Int(file.status.st_size) + 1)))
    while true {
      let count = read(file.descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= limit else {
        errno = EFBIG
        return nil
      }
    }
  }
}
