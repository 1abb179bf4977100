import Glibc

/// A part of a file that a decoder reads as if it were a whole one, without the tags and the junk around it.
final class FilePart {
  /// Where the next read begins, counted from the start of the part.
  private(set) var position: Int64 = 0
  /// The number of bytes.
  var length: Int64 { bytes.upperBound - bytes.lowerBound }

  private let file: ByteFile
  private let bytes: Range<Int64>

  init(_ file: ByteFile, _ bytes: Range<Int64>) {
    self.file = file
    self.bytes = bytes
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
    let wanted = min(Int64(count), length - position)
    guard wanted > 0 else { return 0 }
    let got = file.copy(at: bytes.lowerBound + position, count: Int(wanted), to: target)
    position += Int64(got)
    return got
  }
}
