import Glibc

/// A part of a file that a decoder reads as if it were a whole one, without the tags and the junk around it.
final class FilePart {
  /// Where the next read begins, counted from the start of the part.
  private(set) var position: Int64 = 0
  /// The number of bytes.
  var length: Int64 { Int64(prefix.count) + bytes.upperBound - bytes.lowerBound }

  private let file: ByteFile
  private let bytes: Range<Int64>
  private let prefix: [UInt8]

  /// Set when the file could not be read.
  var failure: DecodingFailure? { file.failure }

  /// The bytes of a range of a file, with other bytes put before them.
  init(_ file: ByteFile, _ bytes: Range<Int64>, prefix: [UInt8] = []) {
    self.file = file
    self.bytes = bytes
    self.prefix = prefix
  }

  /// The part behind the pointer that a C library hands back; whoever gave it out keeps the part alive.
  static func from(_ context: UnsafeMutableRawPointer?) -> FilePart {
    Unmanaged.fromOpaque(context!).takeUnretainedValue()
  }

  /// As `lseek`; positions before the start become the start.
  func seek(_ offset: Int64, _ whence: Int32) {
    let base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position : length
    position = max(0, base &+ offset)
  }

  /// As `read`.
  func read(_ count: Int, to target: UnsafeMutableRawPointer) -> Int {
    let wanted = Int(min(Int64(count), length - position))
    guard wanted > 0 else { return 0 }
    var done = 0
    if position < Int64(prefix.count) {
      done = min(wanted, prefix.count - Int(position))
      prefix.withUnsafeBytes { target.copyMemory(from: $0.baseAddress! + Int(position), byteCount: done) }
    }
    let start = bytes.lowerBound + position + Int64(done) - Int64(prefix.count)
    if done < wanted { done += file.copy(at: start, count: wanted - done, to: target + done) }
    position += Int64(done)
    return done
  }
}
