import CLinux
import Glibc
import Platform
import Synchronization
import Tracks

/// A file of which no byte is asked for twice: what was read of it is kept, of a large file what lies in a window that
/// moves over it.
///
/// Reads by `pread`, never by mapping: a file that shrinks under a mapping would kill the process.
final class ByteFile {
  /// The most bytes that one look can ask for.
  static let capacity = 1 << 17
  /// The bytes of the largest file that is kept.
  private static let largestKept: Int64 = 48 << 20
  /// What is read behind a jump in a large file.
  private static let firstPiece = 1 << 14

  /// The number of bytes when it was opened.
  let size: Int64
  /// Set when the system could not read what is there: the bytes before it are not all there are.
  private(set) var failure: DecodingFailure?
  private let path: FilePath
  private let descriptor: Int32
  private let memory: KeptBytes
  private var window: UnsafeMutableRawPointer { memory.bytes }
  private var windowStart: Int64 = 0
  private var windowCount = 0

  /// Takes over an open descriptor of a file that holds `size` bytes.
  init(descriptor: Int32, size: Int64, path: FilePath, stamp: [Int64] = []) {
    self.descriptor = descriptor
    self.path = path
    self.size = size
    memory =
      size <= Self.largestKept ? KeptBytes.of(stamp, size: size) : KeptBytes(stamp, count: Self.capacity, blocks: 0)
    // A disk that turns and a share on the network read ahead then; where they do not, nothing is lost.
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  deinit {
    close(descriptor)
  }

  /// Opens an ordinary file that is not empty.
  static func open(_ path: FilePath) throws(DecodingFailure) -> ByteFile {
    let (descriptor, errorNumber) = FileAccess.open(path)
    guard descriptor >= 0 else { throw failure(of: path, number: errorNumber) }
    var file = linux_file()
    guard linux_look_at_file(descriptor, &file) == 0 else {
      let number = errno
      close(descriptor)
      throw failure(of: path, number: number)
    }
    guard file.is_ordinary != 0 else {
      close(descriptor)
      throw DecodingFailure(.cannotOpen, path, detail: "not an ordinary file")
    }
    guard file.size > 0 else {
      close(descriptor)
      throw DecodingFailure(.empty, path)
    }
    let stamp = withUnsafeBytes(of: file.stamp) { Array($0.bindMemory(to: Int64.self)) }
    return ByteFile(descriptor: descriptor, size: file.size, path: path, stamp: stamp)
  }

  /// What an error number of the system says of a file: most of them, nothing that lasts.
  private static func failure(of path: FilePath, number: Int32) -> DecodingFailure {
    let reason: DecodingFailure.Reason =
      switch number {
      case ENOENT, ENOTDIR: .missing
      case ELOOP, ENAMETOOLONG: .cannotOpen
      default: .unreadable
      }
    return DecodingFailure(reason, path, detail: SystemError.text(number))
  }

  /// Up to `count` bytes (at most `capacity`) from `offset`, fewer at the end of the file. Valid until the next call.
  func bytes(at offset: Int64, count: Int) -> UnsafeRawBufferPointer {
    precondition(count <= Self.capacity, "a look at a file is at most as long as its window")
    guard offset >= 0, offset < size else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    if !memory.isThere.isEmpty { return keptBytes(at: offset, count: count) }
    let distance = offset - windowStart
    if distance >= 0, distance + Int64(count) <= Int64(windowCount) {
      return UnsafeRawBufferPointer(start: window + Int(distance), count: count)
    }
    var wanted = Self.capacity
    if distance >= 0, distance < Int64(windowCount) {
      let rest = windowCount - Int(distance)
      memmove(window, window + Int(distance), rest)
      windowCount = rest
    } else {
      if distance != Int64(windowCount) { wanted = max(count, Self.firstPiece) }
      windowCount = 0
    }
    windowStart = offset
    windowCount += read(at: offset + Int64(windowCount), count: wanted - windowCount, to: window + windowCount)
    return UnsafeRawBufferPointer(start: window, count: min(count, windowCount))
  }

  /// As `bytes(at:count:)`, of a file that is kept.
  private func keptBytes(at offset: Int64, count: Int) -> UnsafeRawBufferPointer {
    let size = KeptBytes.block
    let last = (min(offset + Int64(max(1, count)), self.size) - 1) / size
    var block = offset / size
    while block <= last, block * size < memory.end {
      if memory.isThere[Int(block)] {
        block += 1
        continue
      }
      let start = block * size
      while block <= last, !memory.isThere[Int(block)] {
        memory.isThere[Int(block)] = true
        block += 1
      }
      let wanted = min(block * size, memory.end) - start
      let got = Int64(read(at: start, count: Int(wanted), to: window + Int(start)))
      if got < wanted { memory.end = start + got }
    }
    return UnsafeRawBufferPointer(
      start: window + Int(offset), count: Int(max(0, min(Int64(count), memory.end - offset))))
  }

  /// Reads `count` bytes, fewer at the end of the file or where they cannot be read.
  private func read(at offset: Int64, count: Int, to target: UnsafeMutableRawPointer) -> Int {
    var done = 0
    while done < count {
      let got = pread(descriptor, target + done, count - done, off_t(offset) + done)
      if got < 0, errno == EINTR { continue }
      if got < 0 { failure = DecodingFailure(.unreadable, path, detail: SystemError.text()) }
      if got <= 0 { break }
      done += got
    }
    return done
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

/// What was read of a file. A process that is handed its files keeps the last one's for the next request, which is most
/// often about the same, and the memory for the next file; only a process that reads one file at a time shares them.
private final class KeptBytes: @unchecked Sendable {
  /// What is kept is read in blocks of so many bytes.
  static let block: Int64 = 1 << 16
  private static let last = Mutex<KeptBytes?>(nil)

  let bytes: UnsafeMutableRawPointer
  /// Which blocks are there.
  var isThere: [Bool]
  /// Where the bytes end, should the file have become shorter.
  var end: Int64
  private var stamp: [Int64]
  private let capacity: Int

  init(_ stamp: [Int64], count: Int, blocks: Int) {
    self.stamp = stamp
    capacity = count
    end = Int64(count)
    isThere = [Bool](repeating: false, count: blocks)
    bytes = .allocate(byteCount: max(64, count), alignment: 64)
  }

  deinit {
    bytes.deallocate()
  }

  /// Those of a file with this stamp: new ones, but for the file that this process was handed last.
  static func of(_ stamp: [Int64], size: Int64) -> KeptBytes {
    let blocks = Int((size + block - 1) / block)
    func new() -> KeptBytes { KeptBytes(stamp, count: Int(size), blocks: blocks) }
    guard FileAccess.isHanded, !stamp.isEmpty else { return new() }
    return last.withLock { last in
      if let known = last, known.stamp == stamp, known.end == size { return known }
      if isKnownUniquelyReferenced(&last), let free = last, free.capacity >= size {
        free.stamp = stamp
        free.end = size
        free.isThere = [Bool](repeating: false, count: blocks)
        return free
      }
      // Only one is held at a time.
      last = nil
      let made = new()
      last = made
      return made
    }
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
