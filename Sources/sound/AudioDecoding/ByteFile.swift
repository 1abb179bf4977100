import CLinux
import Glibc
import Tracks

/// A file read through a window of bytes that moves over it.
///
/// Reads by `pread`, never by mapping: a file that shrinks under a mapping would kill the process.
final class ByteFile {
  /// The most bytes that one look can ask for.
  static let capacity = 1 << 17

  /// The number of bytes when it was opened.
  let size: Int64
  /// Set when the system could not read what is there: the bytes before it are not all there are.
  private(set) var failure: DecodingFailure?
  private let path: FilePath
  private let descriptor: Int32
  private let window: UnsafeMutableRawPointer
  private var windowStart: Int64 = 0
  private var windowCount = 0

  /// Takes over an open descriptor of a file that holds `size` bytes.
  init(descriptor: Int32, size: Int64, path: FilePath) {
    self.descriptor = descriptor
    self.path = path
    self.size = size
    window = .allocate(byteCount: Self.capacity, alignment: 64)
  }

  deinit {
    close(descriptor)
    window.deallocate()
  }

  /// Opens an ordinary file that is not empty.
  static func open(_ path: FilePath) throws(DecodingFailure) -> ByteFile {
    let (descriptor, errorNumber) = FileAccess.open(path)
    guard descriptor >= 0 else { throw failure(of: path, number: errorNumber) }
    var isOrdinary: Int32 = 0
    var size: Int64 = 0
    guard linux_look_at_file(descriptor, &isOrdinary, &size) == 0 else {
      let number = errno
      close(descriptor)
      throw failure(of: path, number: number)
    }
    guard isOrdinary != 0 else {
      close(descriptor)
      throw DecodingFailure(.cannotOpen, path, detail: "not an ordinary file")
    }
    guard size > 0 else {
      close(descriptor)
      throw DecodingFailure(.empty, path)
    }
    return ByteFile(descriptor: descriptor, size: size, path: path)
  }

  /// What an error number of the system says of a file: most of them, nothing that lasts.
  private static func failure(of path: FilePath, number: Int32) -> DecodingFailure {
    let reason: DecodingFailure.Reason =
      switch number {
      case ENOENT, ENOTDIR: .missing
      case ELOOP, ENAMETOOLONG: .cannotOpen
      default: .unreadable
      }
    return DecodingFailure(reason, path, detail: String(cString: strerror(number)))
  }

  /// Up to `count` bytes (at most `capacity`) from `offset`, fewer at the end of the file. Valid until the next call.
  func bytes(at offset: Int64, count: Int) -> UnsafeRawBufferPointer {
    precondition(count <= Self.capacity, "a look at a file is at most as long as its window")
    let distance = offset - windowStart
    if distance >= 0, distance + Int64(count) <= Int64(windowCount) {
      return UnsafeRawBufferPointer(start: window + Int(distance), count: count)
    }
    guard offset >= 0, offset < size else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    if distance >= 0, distance < Int64(windowCount) {
      let kept = windowCount - Int(distance)
      memmove(window, window + Int(distance), kept)
      windowCount = kept
    } else {
      windowCount = 0
    }
    windowStart = offset
    while windowCount < Self.capacity {
      let got = pread(descriptor, window + windowCount, Self.capacity - windowCount, off_t(offset) + windowCount)
      if got < 0, errno == EINTR { continue }
      if got < 0 {
        failure = DecodingFailure(.unreadable, path, detail: String(cString: strerror(errno)))
      }
      if got <= 0 { break }
      windowCount += got
    }
    return UnsafeRawBufferPointer(start: window, count: min(count, windowCount))
  }

  /// Copies up to `count` bytes from `offset` to `target` and returns how many there were.
  func copy(at offset: Int64, count: Int, to target: UnsafeMutableRawPointer) -> Int {
    var done = 0
    while done < count {
      let piece = bytes(at: offset + Int64(done), count: min(count - done, Self.capacity / 2))
      guard let start = piece.baseAddress, piece.count > 0 else { break }
      memcpy(target + done, start, piece.count)
      done += piece.count
    }
    return done
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the bytes at `offset` are those of an ASCII word.
  func has(_ word: StaticString, at offset: Int = 0) -> Bool {
    offset >= 0 && count >= offset + word.utf8CodeUnitCount
      && memcmp(baseAddress! + offset, word.utf8Start, word.utf8CodeUnitCount) == 0
  }

  /// The little-endian number at `offset`, which must lie inside.
  func little<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type = Number.self) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// The big-endian number at `offset`, which must lie inside.
  func big<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type = Number.self) -> Number {
    Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}
