import Tracks

/// The stream header of a Musepack file of version 8 (https://trac.musepack.net/musepack/wiki/SV8Specification), whose
/// length ffprobe tells in whole blocks of 1.7 s only.
enum MusepackHeader {
  /// The number of frames that are heard; `nil` where no such header is found.
  static func frames(_ file: ByteFile, in bytes: Range<Int64>) -> Int64? {
    guard file.bytes(at: bytes.lowerBound, count: 4).has("MPCK") else { return nil }
    var position = bytes.lowerBound + 4
    // Packets that nobody knows may come first, but not many.
    for _ in 0..<16 {
      let head = file.bytes(at: position, count: 64)
      var index = 2
      guard head.count > index, let size = number(head, &index), size >= Int64(index) else { return nil }
      if head.has("SH") {
        // Behind a checksum and the version.
        index += 5
        guard let samples = number(head, &index), let silence = number(head, &index), samples > silence
        else { return nil }
        return samples - silence
      }
      guard size < bytes.upperBound - position else { return nil }
      position += size
    }
    return nil
  }

  /// A number in groups of seven bits, the highest first; the last one has no eighth bit.
  private static func number(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Int64? {
    var value: Int64 = 0
    for _ in 0..<8 {
      guard index < bytes.count else { return nil }
      let byte = bytes[index]
      index += 1
      value = value << 7 | Int64(byte & 0x7F)
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
